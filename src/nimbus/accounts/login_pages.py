"""Logging in, logging out, and going over to another workspace.

These routes hold no connection while a password is checked, and work without a session.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.access import second_factor, sessions
from nimbus.accounts import cookie
from nimbus.db import ids
from nimbus.db.instance import Instance
from nimbus.problems import Problem
from nimbus.web import render
from nimbus.web.visitor import refuse_cross_site, to_login

router = APIRouter(include_in_schema=False)

HOME = "/"
# A path of our own: browsers read // and /\ as another host, and skip over control characters.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")

Text = Annotated[str, Form()]


def own_path(text: str) -> str:
    """Where to go after the login: only ever to a page of ours."""
    return text if _OWN_PATH.fullmatch(text) and not text.startswith("/login") else HOME


@router.get("/login", name="login_page")
def login_page(
    request: Request, next: str = HOME, changed: str = "", unsaved: str = ""
) -> Response:
    """With `changed`, right after a new password was set by a link; with `unsaved`, when a form was
    sent after the session had ended."""
    if cookie.holder(request):
        return RedirectResponse(own_path(next), 303)
    return render(request, "accounts/login.html", next=own_path(next), email="", problem=None,
                  changed=changed, unsaved=unsaved)  # fmt: skip


@router.post("/login")
def log_in(request: Request, email: Text = "", password: Text = "", next: Text = HOME) -> Response:
    refuse_cross_site(request)
    instance: Instance = request.app.state.instance
    try:
        if not email.strip() or not password:
            raise Problem("validation_error", "Enter your email and your password.", "password")
        person = sessions.prove(
            instance.door, instance.settings, email, password, cookie.address(request)
        )
        with instance.door.platform() as tx:
            asks_more = second_factor.is_on(tx, person)
        if asks_more:
            pending = second_factor.pending(instance.secrets, person)
            return render(request, "accounts/login_code.html", next=own_path(next),
                          pending=pending, problem=None)  # fmt: skip
        token = sessions.enter(instance.door, instance.settings, person)
    except Problem as problem:
        return render(
            request, "accounts/login.html", status=problem.status,
            next=own_path(next), email=email, problem=problem, changed="", unsaved="",
        )  # fmt: skip
    return cookie.give(RedirectResponse(own_path(next), 303), instance.settings, token)


@router.get("/login/code")
def login_code_page(request: Request) -> Response:
    """Where a refused form leaves people: they begin again."""
    return RedirectResponse(request.url_for("login_page").path, 303)


@router.post("/login/code")
def log_in_with_code(
    request: Request, code: Text = "", pending: Text = "", next: Text = HOME
) -> Response:
    """The second step of those who have a second factor."""
    refuse_cross_site(request)
    here: Instance = request.app.state.instance
    try:
        person = second_factor.resumed(here.secrets, pending)
    except Problem as problem:
        return render(request, "accounts/login.html", status=problem.status, next=own_path(next),
                      email="", problem=problem, changed="", unsaved="")  # fmt: skip
    try:
        second_factor.demand(here.door, here.settings, here.secrets, person, code)
        token = sessions.enter(here.door, here.settings, person)
    except Problem as problem:
        return render(request, "accounts/login_code.html", status=problem.status,
                      next=own_path(next), pending=pending, problem=problem)  # fmt: skip
    return cookie.give(RedirectResponse(own_path(next), 303), here.settings, token)


@router.get("/logout")
def log_out_page(request: Request) -> Response:
    """Where a link leads, which by itself logs nobody out."""
    who = cookie.holder(request)
    if who is None:
        return RedirectResponse(request.url_for("login_page").path, 303)
    return render(request, "accounts/logout.html", name=who.name)


@router.post("/logout")
def log_out(request: Request) -> Response:
    refuse_cross_site(request)
    instance: Instance = request.app.state.instance
    if token := cookie.token_of(request):
        sessions.log_out(instance.door, token)
    answer = RedirectResponse(request.url_for("login_page").path, 303)
    return cookie.take_back(answer, instance.settings)


@router.post("/workspace")
def switch_workspace(request: Request, workspace: Text = "") -> Response:
    """Go over to another workspace of the same person."""
    refuse_cross_site(request)
    instance: Instance = request.app.state.instance
    token, who = cookie.token_of(request), cookie.holder(request)
    if token is None or who is None:
        return to_login(request)
    request.state.who = who
    wanted = ids.read("ws", workspace, "workspace")
    fresh = sessions.switch(instance.door, instance.settings, token, who, wanted)
    return cookie.give(RedirectResponse(HOME, 303), instance.settings, fresh)
