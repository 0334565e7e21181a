"""The person's own page of the settings: who they are here, their password, their workspaces."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus import operations
from nimbus.access import Who, passwords, second_factor, sessions
from nimbus.accounts import cookie
from nimbus.accounts.name import tidy
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.operations.operation import log
from nimbus.problems import Problem
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter
from nimbus.web.visitor import refuse_cross_site, to_login

router = PageRouter()
# Without a transaction around it: a password is checked while no connection is held.
password_router = APIRouter(include_in_schema=False)


@router.at("GET", "/settings", scope="people:read")
def profile_page(ask: Ask, saved: str = "") -> Response:
    assert ask.who.id  # noqa: S101 - a person always has one
    return _page(ask.request, ask.tx, ask.who.id, saved=saved)


@router.at("POST", "/settings/name", scope="people:read")
def change_name(ask: Ask, name: Annotated[str, Form()] = "") -> Response:
    """What colleagues and the log call the person from now on, in all their workspaces."""
    assert ask.who.id  # noqa: S101 - a person always has one
    try:
        wanted = tidy(name, "name", "person")
    except Problem as problem:
        return _page(ask.request, ask.tx, ask.who.id, problem=problem, name=name)
    before = ask.tx.value("select rename_person(%s, %s)", [ask.who.id, wanted])
    if before != wanted:
        operation = operations.start(
            ask.tx, ask.who, "person.rename", "web", subject="person", subject_id=ask.who.id
        )
        log(ask.tx, operation, "person", ask.who.id, "updated", {"name": before}, {"name": wanted})
    return RedirectResponse("/settings?saved=name", 303)


@password_router.post("/settings")
def change_password(
    request: Request,
    current: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """A new password ends every session of the person but this browser's."""
    refuse_cross_site(request)
    who = cookie.holder(request)
    if who is None or who.id is None:
        return to_login(request)
    request.state.who = who
    instance: Instance = request.app.state.instance
    try:
        token = _change(instance, who, current, password, cookie.address(request))
    except Problem as problem:
        with instance.door.platform() as tx:
            return _page(request, tx, who.id, problem=problem)
    answer = RedirectResponse("/settings?saved=password", 303)
    return cookie.give(answer, instance.settings, token)


def _change(instance: Instance, who: Who, current: str, password: str, address: str) -> str:
    assert who.id  # noqa: S101 - a person always has one
    try:
        sessions.prove(instance.door, instance.settings, who.email or "", current, address)
    except Problem as problem:
        if problem.code == "authentication_required":
            raise Problem(
                "validation_error", "This is not your present password.", "current"
            ) from None
        raise
    hashed = passwords.hashed(password)
    with instance.door.workspace(who.workspace_id) as tx:
        tx.run("select set_password(%s, %s)", [who.id, hashed])
        operation = operations.start(tx, who, "person.password", "web", subject="person",
                                     subject_id=who.id)  # fmt: skip
        log(tx, operation, "person", who.id, "password changed", None, None)
        return sessions.begin(tx, instance.settings, who.id, who.workspace_id)


def _page(
    request: Request, tx: Tx, person: UUID, *, saved: str = "", problem: Problem | None = None,
    name: str | None = None,
) -> Response:  # fmt: skip
    return render(
        request, "accounts/profile.html", status=problem.status if problem else 200,
        belongings=sessions.workspaces(tx, person), has_factor=second_factor.is_on(tx, person),
        saved=saved, problem=problem, name=name,
    )  # fmt: skip
