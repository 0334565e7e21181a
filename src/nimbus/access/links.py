"""Links that let somebody do one thing once, without being logged in: join a workspace, set a new
password. Only a digest of what stands in them is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Literal, LiteralString

from nimbus.access import sessions
from nimbus.db.door import Door
from nimbus.problems import Problem
from nimbus.settings import Settings

Kind = Literal["invitation", "password"]
LASTS: dict[Kind, timedelta] = {"invitation": timedelta(days=7), "password": timedelta(hours=24)}
_FIND: dict[Kind, LiteralString] = {
    "invitation": "select * from find_invitation(%s, %s)",
    "password": "select * from find_password_link(%s, %s)",
}


def made() -> str:
    """What stands in a new link; it is shown once."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    # 256 random bits: one fast hash is as good as a slow one here.
    return hashlib.sha256(token.encode(errors="replace")).digest()


def opened(door: Door, settings: Settings, kind: Kind, token: str, address: str) -> dict[str, Any]:
    """What a link is good for, as its function answers it. Raises Problem(not_found), in the same
    words for one that never was, was used, revoked or is over; and, as at the login, rate_limited
    for an address that tries too many."""
    # Counted apart from logins: an old link that is opened again locks nobody out.
    callers = [sessions.caller("a link", address)]
    with door.platform() as tx:
        sessions.brake(tx, settings, callers)
        found = tx.row(_FIND[kind], [digest(token), tx.now])
        if found is None:
            sessions.note_failure(tx, callers)
    if found is None:
        raise over()
    return found


def over() -> Problem:
    return Problem(
        "not_found",
        "This link is not good any more: it was used or revoked, or its time is over. Ask whoever "
        "sent it for a new one.",
    )
