"""Logging in, logging out, and going over to another workspace.

These routes hold no connection while a password is checked, and work without a session.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.access import sessions
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
def login_page(request: Request, next: str = HOME, changed: str = "") -> Response:
    """With `changed`, right after a new password was set by a link."""
    if cookie.holder(request):
        return RedirectResponse(own_path(next), 303)
    return render(request, "accounts/login.html", next=own_path(next), email="", problem=None,
                  changed=changed)  # fmt: skip


@router.post("/login")
def log_in(request: Request, email: Text = "", password: Text = "", next: Text = HOME) -> Response:
    refuse_cross_site(request)
    instance: Instance = request.app.state.instance
    try:
        if not email.strip() or not password:
            raise Problem("validation_error", "Enter your email and your password.", "password")
        token = sessions.log_in(
            instance.door, instance.settings, email, password, cookie.address(request)
        )
    except Problem as problem:
        return render(
            request, "accounts/login.html", status=problem.status,
            next=own_path(next), email=email, problem=problem, changed="",
        )  # fmt: skip
    return cookie.give(RedirectResponse(own_path(next), 303), instance.settings, token)


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
