"""Settings of the limits: what is used, of how much, and where one sees it."""

from __future__ import annotations

from starlette.responses import Response

from nimbus.usage.read import usage
from nimbus.usage.usage import Measure, leads
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/settings/limits")


@router.at("GET", "", scope="clients:read")
def limits_page(ask: Ask) -> Response:
    settings, limits = ask.instance.settings, ask.request.app.state.limits
    groups = [
        (group.title, [(line, isinstance(line, Measure), leads(line, ask.who))
                       for line in group.lines])
        for group in usage(ask.tx, settings, limits)
    ]  # fmt: skip
    return render(
        ask.request, "usage/usage.html", groups=groups, may=ask.who.may("settings:write")
    )  # fmt: skip
