"""What a link lets somebody do who is not logged in: join a workspace, set a new password.

These routes hold no connection while a password is checked. Nothing here tells whether an email
has an account: who is new and who is not fill in the same form.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.access import Who, links, passwords, scopes_of, second_factor, sessions
from nimbus.access.scopes import ROLE_WORDS
from nimbus.accounts import cookie
from nimbus.accounts.create import find_person
from nimbus.accounts.invitation import Invited, join
from nimbus.accounts.member import set_password_by
from nimbus.accounts.name import tidy
from nimbus.db.instance import Instance
from nimbus.problems import Problem
from nimbus.web import render
from nimbus.web.visitor import refuse_cross_site

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form()]


@router.get("/join/{token}", name="join_page")
def join_page(request: Request, token: str) -> Response:
    try:
        invited = _invited(request, token)
    except Problem as problem:
        return _over(request, problem)
    return _join_page(request, token, invited)


@router.post("/join/{token}")
def join_by_link(
    request: Request, token: str, name: Text = "", password: Text = ""
) -> Response:  # fmt: skip
    """Into the workspace, logged in."""
    refuse_cross_site(request)
    instance: Instance = request.app.state.instance
    try:
        invited = _invited(request, token)
    except Problem as problem:
        return _over(request, problem)
    try:
        person = _joined(request, invited, name, password)
    except Problem as problem:
        if problem.code == "not_found":
            return _over(request, problem)
        return _join_page(request, token, invited, name, problem)
    with instance.door.platform() as tx:
        session = sessions.begin(tx, instance.settings, person, invited.workspace_id)
    return cookie.give(RedirectResponse("/", 303), instance.settings, session)


@router.get("/password/{token}", name="password_page")
def password_page(request: Request, token: str) -> Response:
    try:
        whose = _whose(request, token)
    except Problem as problem:
        return _over(request, problem)
    return render(request, "accounts/new_password.html", token=token, whose=whose, problem=None)


@router.post("/password/{token}")
def set_password_by_link(request: Request, token: str, password: Text = "") -> Response:
    """On to the login, which asks for the new password."""
    refuse_cross_site(request)
    instance: Instance = request.app.state.instance
    try:
        whose = _whose(request, token)
    except Problem as problem:
        return _over(request, problem)
    try:
        set_password_by(instance.door, token, whose, password)
    except Problem as problem:
        if problem.code == "not_found":
            return _over(request, problem)
        return render(request, "accounts/new_password.html", status=problem.status, token=token,
                      whose=whose, problem=problem)  # fmt: skip
    answer = RedirectResponse("/login?changed=1", 303)
    return cookie.take_back(answer, instance.settings)


def _invited(request: Request, token: str) -> Invited:
    instance: Instance = request.app.state.instance
    found = links.opened(
        instance.door, instance.settings, "invitation", token, cookie.address(request)
    )
    return Invited(**found)


def _whose(request: Request, token: str) -> Who:
    instance: Instance = request.app.state.instance
    found = links.opened(
        instance.door, instance.settings, "password", token, cookie.address(request)
    )
    return Who(
        "person", found["workspace_id"], found["name"], found["user_id"],
        scopes_of(found["role"]), None, found["role"], found["email"], found["workspace"],
    )  # fmt: skip


def _joined(request: Request, invited: Invited, name: str, password: str) -> UUID:
    """Who joined: the one who is logged in with that email, the one whose password it is, or
    somebody new. Raises Problem that names the field."""
    instance: Instance = request.app.state.instance
    here = cookie.holder(request)
    if here and here.email == invited.email:
        return join(instance.door, invited, here.id, here.name, None)
    if not password:
        raise Problem("validation_error", "Enter a password.", "password")
    if find_person(instance.door, invited.email):
        proven = sessions.prove(
            instance.door, instance.settings, invited.email, password, cookie.address(request)
        )
        with instance.door.platform() as tx:
            if second_factor.is_on(tx, proven):
                raise Problem(
                    "authentication_required",
                    "Your login asks for a code too: log in first, then open this link again.",
                )
        return join(instance.door, invited, proven, "", None)
    name = tidy(name or invited.email.split("@")[0], "name", "account")
    return join(instance.door, invited, None, name, passwords.hashed(password))


def _join_page(
    request: Request, token: str, invited: Invited, name: str = "", problem: Problem | None = None
) -> Response:
    here = cookie.holder(request)
    return render(
        request, "accounts/join.html", status=problem.status if problem else 200, token=token,
        invited=invited, name=name, problem=problem, role_words=ROLE_WORDS,
        is_here=here is not None and here.email == invited.email,
        other=here.email if here and here.email != invited.email else None,
    )  # fmt: skip


def _over(request: Request, problem: Problem) -> Response:
    return render(request, "accounts/link_over.html", status=problem.status, problem=problem)
