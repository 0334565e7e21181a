"""Logins of people: server-side sessions behind a random cookie, and a brake on guessing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from nimbus.access import passwords
from nimbus.access.scopes import scopes_of
from nimbus.access.who import Who
from nimbus.db import ids
from nimbus.db.door import Door, Tx
from nimbus.problems import Problem
from nimbus.settings import Settings

COOKIE = "nimbus_session"
_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Belonging:
    """A workspace that a person belongs to, and as what."""

    workspace_id: UUID
    name: str
    role: str

    @property
    def shown_id(self) -> str:
        return ids.show("ws", self.workspace_id)


def enter(door: Door, settings: Settings, user_id: UUID) -> str:
    """The cookie's value of a new session, in their first workspace by name, of a person who has
    proven to be that person (`prove`, `second_factor`). Raises Problem(authentication_required)
    for one who belongs nowhere."""
    with door.platform() as tx:
        theirs = workspaces(tx, user_id)
        if not theirs:
            raise Problem("authentication_required", "You do not belong to any workspace yet.")
        return begin(tx, settings, user_id, theirs[0].workspace_id)


def prove(door: Door, settings: Settings, email: str, password: str, address: str) -> UUID:
    """The person with this email and password. Raises Problem(rate_limited |
    authentication_required), in the same words for an unknown person and a wrong password; failures
    are counted per address and email, and per address."""
    email = email.strip().lower().replace("\0", "")  # PostgreSQL's text cannot hold a NUL
    callers = [caller(email, address), caller("", address)]
    with door.platform() as tx:
        brake(tx, settings, callers)
        person = tx.row("select user_id, password_hash from find_person(%s)", [email])
    # Checked outside of the transaction: it takes a while on purpose.
    right = passwords.matches(person["password_hash"] if person else None, password)
    with door.platform() as tx:
        if right:
            tx.run("select clear_login_attempts(%s)", [callers[0]])
        else:
            note_failure(tx, callers)
    if not right or person is None:
        raise Problem("authentication_required", "Email and password do not match.", "password")
    user_id: UUID = person["user_id"]
    return user_id


def brake(tx: Tx, settings: Settings, callers: list[bytes]) -> None:
    """Raises Problem(rate_limited) where one of them failed too often lately: the first alone, the
    others, behind whom there may be many, five times as often."""
    for nth, one in enumerate(callers):
        limit = settings.login_attempts * (5 if nth else 1)
        if tx.value("select login_attempts(%s, %s)", [one, tx.now - _WINDOW]) >= limit:
            raise Problem(
                "rate_limited",
                "Too many failed attempts. Wait 15 minutes and try again, or ask an admin of your "
                "workspace for a link to a new password.",
                retry_after=int(_WINDOW.total_seconds()),
            )


def note_failure(tx: Tx, callers: list[bytes]) -> None:
    for one in callers:
        tx.run("select note_login_attempt(%s, %s, %s)", [one, tx.now, tx.now - _WINDOW])


def begin(tx: Tx, settings: Settings, user_id: UUID, workspace_id: UUID) -> str:
    """A new session of a person who has proven to be that person; answers its token."""
    token = secrets.token_urlsafe(32)
    until = tx.now + timedelta(days=settings.session_days)
    tx.run("select open_session(%s, %s, %s, %s, %s)",
           [_digest(token), user_id, workspace_id, tx.now, until])  # fmt: skip
    return token


def identify(door: Door, token: str) -> Who | None:
    """Whose session it is; None when there is none or it has expired."""
    with door.platform() as tx:
        row = tx.row("select * from find_session(%s, %s)", [_digest(token), tx.now])
        if row is None:
            return None
        names = {one.workspace_id: one.name for one in workspaces(tx, row["user_id"])}
    return Who(
        "person", row["workspace_id"], row["name"], row["user_id"],
        scopes_of(row["role"]), None, row["role"], row["email"], names[row["workspace_id"]],
    )  # fmt: skip


def workspaces(tx: Tx, user_id: UUID) -> list[Belonging]:
    """Where a person belongs, by name."""
    return tx.all(Belonging, "select workspace_id, name, role from workspaces_of(%s)", [user_id])


def log_out(door: Door, token: str) -> None:
    with door.platform() as tx:
        tx.run("select close_session(%s)", [_digest(token)])


def switch(door: Door, settings: Settings, token: str, who: Who, workspace: UUID) -> str:
    """A session of the same person in another of their workspaces; the old one ends.

    Raises Problem(not_found) for a workspace they do not belong to, the same as for none.
    """
    assert who.id  # noqa: S101 - a person always has one
    with door.platform() as tx:
        if workspace not in [one.workspace_id for one in workspaces(tx, who.id)]:
            raise Problem("not_found", "You belong to no such workspace.")
        fresh = begin(tx, settings, who.id, workspace)
        tx.run("select close_session(%s)", [_digest(token)])
    return fresh


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def caller(email: str, address: str) -> bytes:
    """What failures are counted by."""
    return hashlib.sha256(f"{email}\n{address}".encode()).digest()
