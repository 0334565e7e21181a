"""A new key or link on its way from the form to the page that shows it: in a sealed cookie, read
once.

The form is answered with a redirect, so that F5 makes no second one; and the key itself must stand
in no address and in no table (D-33).
"""

from __future__ import annotations

import base64

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from starlette.requests import Request
from starlette.responses import Response

from nimbus.access import Who
from nimbus.db.instance import Instance

COOKIE = "nimbus_new_key"
# As long as a browser may need to follow a redirect over a bad line.
SECONDS = 60


def hand_over(response: Response, path: str, who: Who, instance: Instance, key: str) -> Response:
    """Give the key along for the one page at `path`."""
    sealed = _seal(instance).encrypt(msgspec.json.encode([_holder(who), key])).decode()
    response.set_cookie(
        COOKIE, sealed, max_age=SECONDS, path=path, httponly=True, samesite="strict",
        secure=instance.settings.secure_cookies,
    )  # fmt: skip
    return response


def taken(request: Request, who: Who, instance: Instance) -> str | None:
    """The key that came along, for the person alone who made it; None when there is none."""
    try:
        opened = _seal(instance).decrypt(request.cookies.get(COOKIE, ""), ttl=SECONDS)
    except InvalidToken:
        return None
    holder, key = msgspec.json.decode(opened, type=tuple[str, str])
    return key if holder == _holder(who) else None


def forget(response: Response, path: str, instance: Instance) -> Response:
    response.delete_cookie(
        COOKIE, path=path, httponly=True, samesite="strict",
        secure=instance.settings.secure_cookies,
    )  # fmt: skip
    return response


def _seal(instance: Instance) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(instance.secrets.key("new key")))


def _holder(who: Who) -> str:
    return f"{who.workspace_id}:{who.id}"
