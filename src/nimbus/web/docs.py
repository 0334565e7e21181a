"""The API's documentation as pages, read from the OpenAPI document, so that it cannot lag behind.

`/api/v1/docs` lists every operation and finds one by its words; `/api/v1/docs/contacts`, and the
like of every other group, shows each with its scope, what goes in, what comes out and a line to try
it; `/api/v1/docs/errors` says of each error code when it happens, `/api/v1/docs/limits` how much of
what this instance takes. All are public.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from nimbus.access import SCOPES
from nimbus.problems import CODES, Problem
from nimbus.web.docs_limits import calls, limits
from nimbus.web.docs_read import groups, operations, shapes_of
from nimbus.web.docs_words import WHEN
from nimbus.web.openapi import described
from nimbus.web.render import render

# The document it reads is the application's, which it sees to at start.
router = APIRouter(include_in_schema=False, lifespan=described)


@router.get("/api/v1/docs")
@router.get("/api/v1/docs/")
def index_page(request: Request, q: str = "") -> Response:
    """Every operation of the API in a line, or those that speak of `q`."""
    document = request.app.openapi()
    known = groups(document)
    found = [
        (group, entries)
        for group in known
        if (entries := [entry for entry in group.entries if entry.speaks_of(q)])
    ]
    told = {
        one.anchor: (one, group) for group in reversed(known) for one in shapes_of(document, group)
    }
    return render(
        request, "web/docs.html", **_shell(request), found=found, q=q, scopes=SCOPES,
        shapes=sorted(told.values(), key=lambda one: one[0].name), host=address_of(request),
        breakable=breakable,
    )  # fmt: skip


@router.get("/api/v1/docs/errors")
@router.get("/api/v1/docs/errors/")
def errors_page(request: Request) -> Response:
    """Every error code; the `type` of a problem leads here."""
    return render(
        request, "web/docs_errors.html", **_shell(request, "Errors of the API", "errors", CODES),
        codes=CODES, when=WHEN, marked=marked,
    )  # fmt: skip


@router.get("/api/v1/docs/limits")
@router.get("/api/v1/docs/limits/")
def limits_page(request: Request) -> Response:
    """What this instance takes, as it is set."""
    settings = request.app.state.instance.settings
    return render(
        request, "web/docs_limits.html", **_shell(request, "Limits of the API", "limits"),
        calls=calls(request.app.state.limits), limits=limits(settings), marked=marked,
    )  # fmt: skip


@router.get("/api/v1/docs/{slug}")
@router.get("/api/v1/docs/{slug}/")
def group_page(request: Request, slug: str) -> Response:
    """Every operation of a group, and what its answers are made of."""
    document = request.app.openapi()
    group = next((one for one in groups(document) if one.slug == slug), None)
    if group is None:
        raise Problem("not_found", "There is no such page of the documentation.")
    return render(
        request, "web/docs_group.html", **_shell(request, f"{group.name} API", group.slug),
        group=group, operations=operations(document, group, address_of(request)),
        shapes=shapes_of(document, group), marked=marked, breakable=breakable,
    )  # fmt: skip


def _shell(
    request: Request, title: str = "API", page: str = "", anchors: Iterable[str] = ()
) -> dict[str, Any]:
    """What the pages share."""
    return {
        "groups": groups(request.app.openapi()), "page": page, "anchors": list(anchors),
        "title": title,
        "pages": (("limits", "clock"), ("errors", "circle-alert")),
    }  # fmt: skip


def address_of(request: Request) -> str:
    """Where this API is reached, as the one who asks sees it; a proxy in front speaks TLS."""
    address = str(request.base_url).rstrip("/")
    secure = request.app.state.instance.settings.secure_cookies
    return re.sub("^http:", "https:", address) if secure else address


def marked(text: str) -> Markup:
    """Words with `code` in backticks; long names may break where they have an underscore."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(breakable(part)) if at % 2 else escape(part)
        for at, part in enumerate(parts)
    )


def breakable(name: str) -> Markup:
    return Markup("_<wbr>").join(name.split("_"))
