"""The session's cookie: sent by the browser to us alone, out of reach of scripts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nimbus.access import Who, sessions
from nimbus.access.caller import caller
from nimbus.db.instance import Instance
from nimbus.settings import Settings


def give(response: Response, settings: Settings, token: str) -> Response:
    response.set_cookie(
        sessions.COOKIE, token, max_age=settings.session_days * 86_400, path="/",
        httponly=True, samesite="lax", secure=settings.secure_cookies,
    )  # fmt: skip
    return response


def take_back(response: Response, settings: Settings) -> Response:
    response.delete_cookie(
        sessions.COOKIE, path="/", httponly=True, samesite="lax", secure=settings.secure_cookies
    )
    return response


def token_of(request: Request) -> str | None:
    return request.cookies.get(sessions.COOKIE)


def holder(request: Request) -> Who | None:
    """Who is logged in, if anybody; holds no connection afterwards."""
    token = token_of(request)
    instance: Instance = request.app.state.instance
    return sessions.identify(instance.door, token) if token else None


def address(request: Request) -> str:
    """Where the request comes from, for the brake on guessing."""
    peer = request.client.host if request.client else ""
    instance: Instance = request.app.state.instance
    forwarded = request.headers.getlist("x-forwarded-for")
    return caller(peer, forwarded, instance.settings.trusted_proxies)
