"""Adding one contact by hand: the form, which is a batch of one (S0-79)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.accounts.client import clients, workspace
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.intake.create import Wanted
from nimbus.intake.form import Filled, lines
from nimbus.intake.single import create_one
from nimbus.intake.stages import BEHAVIORS, IN_TRASH
from nimbus.problems import Problem
from nimbus.web import parts, render
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/contacts")
Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form()]


@router.at("GET", "/new", scope="contacts:write")
def new_contact_page(ask: Ask) -> Response:
    return _page(ask, Filled())


@router.at("POST", "/new", scope="contacts:write")
def add_contact_form(
    ask: Ask, field: Texts = None, value: Texts = None, client_id: Text = "",
    dedup_behavior: Text = "error", in_trash: Text = "skip",
) -> Response:  # fmt: skip
    """Each `field` with its `value`. Somebody who is here, or in the trash, is shown, and what to
    do about it is asked."""
    filled = Filled.sent(field or [], value or [])
    wanted = Wanted(
        "contact.create", "web", client_id or None,
        dedup_behavior if dedup_behavior in BEHAVIORS else "error",
        in_trash if in_trash in IN_TRASH else "skip",
    )  # fmt: skip
    try:
        brought = create_one(ask.tx, ask.instance, ask.who, filled.members(), wanted)
    except Problem as problem:
        if problem.status >= 500 or problem.code == "forbidden":
            raise
        return _page(ask, filled, problem, client_id)
    (result,) = brought.results
    assert result.contact_id  # noqa: S101 - whatever was not written is a Problem by now
    told = f"added={result.status}&operation={ids.show('op', brought.operation.id)}"
    return RedirectResponse(f"/contacts/{ids.show('cont', result.contact_id)}?{told}", 303)


def _page(
    ask: Ask, filled: Filled, problem: Problem | None = None, client_id: str = ""
) -> Response:
    first, rest = lines(catalogue(ask.tx))
    wrong = filled.refused(problem) if problem else filled
    everyone = clients(ask.tx) if workspace(ask.tx).agency else []
    known = {control.name for control in (*first, *rest)} | ({"client_id"} if everyone else set())
    there = str(problem.more.get("existing_id") or "") if problem else ""
    return render(
        ask.request, "intake/new.html", problem.status if problem else 200, first=first, rest=rest,
        filled=wrong, problem=problem, there=there, client_id=client_id,
        # At its field, unless it is about somebody who is here already or about no field.
        told=problem if problem and (there or not wrong.errors.keys() <= known) else None,
        is_open=any(control.name in filled.values or control.name in wrong.errors
                    for control in rest),
        clients=[parts.Option("", "Choose a client"),
                 *(parts.Option(one.shown_id, one.name) for one in everyone)] if everyone else [],
    )  # fmt: skip
