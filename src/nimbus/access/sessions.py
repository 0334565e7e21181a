"""Logins of people: server-side sessions behind a random cookie, and a brake on guessing."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from nimbus.access import passwords
from nimbus.access.scopes import scopes_of
from nimbus.access.who import Who
from nimbus.db.door import Door
from nimbus.problems import Problem
from nimbus.settings import Settings

COOKIE = "nimbus_session"
_WINDOW = timedelta(minutes=15)


def log_in(
    door: Door, settings: Settings, email: str, password: str, address: str,
    workspace: UUID | None = None,
) -> str:  # fmt: skip
    """The cookie's value of a new session. Raises Problem(rate_limited | authentication_required);
    the words are the same for an unknown person and a wrong password."""
    email = email.strip().lower()
    callers = [_caller(email, address), _caller("", address)]
    with door.platform() as tx:
        limits = (settings.login_attempts, settings.login_attempts * 5)
        for caller, limit in zip(callers, limits, strict=True):
            if tx.value("select login_attempts(%s, %s)", [caller, tx.now - _WINDOW]) >= limit:
                raise Problem(
                    "rate_limited",
                    "Too many failed logins. Wait 15 minutes and try again, or ask the operator "
                    "for a new password (nimbus password EMAIL).",
                )
        person = tx.row("select * from find_person(%s)", [email])
    # Checked outside of the transaction: it takes a while on purpose.
    right = passwords.matches(person["password_hash"] if person else None, password)
    with door.platform() as tx:
        if not right or person is None:
            for caller in callers:
                tx.run("select note_login_attempt(%s, %s, %s)", [caller, tx.now, tx.now - _WINDOW])
            found = None
        else:
            tx.run("select clear_login_attempts(%s)", [callers[0]])
            found = _workspace(tx.rows("select * from workspaces_of(%s)", [person["user_id"]]),
                               workspace)  # fmt: skip
            if found:
                token = secrets.token_urlsafe(32)
                until = tx.now + timedelta(days=settings.session_days)
                tx.run("select open_session(%s, %s, %s, %s, %s)",
                       [_digest(token), person["user_id"], found, tx.now, until])  # fmt: skip
    if not right:
        raise Problem("authentication_required", "Email and password do not match.", "password")
    if found is None:
        raise Problem("authentication_required", "You do not belong to any workspace yet.")
    return token


def _workspace(rows: list[dict[str, object]], wanted: UUID | None) -> UUID | None:
    ids = [row["workspace_id"] for row in rows]
    chosen = wanted if wanted in ids else (ids[0] if ids else None)
    return chosen if isinstance(chosen, UUID) else None


def identify(door: Door, token: str) -> Who | None:
    """Whose session it is; None when there is none or it has expired."""
    with door.platform() as tx:
        row = tx.row("select * from find_session(%s, %s)", [_digest(token), tx.now])
    if row is None:
        return None
    return Who(
        "person", row["workspace_id"], row["name"], row["user_id"],
        scopes_of(row["role"]), None, row["role"], row["email"],
    )  # fmt: skip


def log_out(door: Door, token: str) -> None:
    with door.platform() as tx:
        tx.run("select close_session(%s)", [_digest(token)])


def switch(door: Door, settings: Settings, token: str, who: Who, workspace: UUID) -> str:
    """A session of the same person in another of their workspaces; the old one ends."""
    fresh = secrets.token_urlsafe(32)
    with door.platform() as tx:
        rows = tx.rows("select * from workspaces_of(%s)", [who.id])
        if workspace not in [row["workspace_id"] for row in rows]:
            raise Problem("not_found", "No such workspace.")
        until = tx.now + timedelta(days=settings.session_days)
        tx.run("select open_session(%s, %s, %s, %s, %s)",
               [_digest(fresh), who.id, workspace, tx.now, until])  # fmt: skip
        tx.run("select close_session(%s)", [_digest(token)])
    return fresh


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _caller(email: str, address: str) -> bytes:
    return hashlib.sha256(f"{email}\n{address}".encode()).digest()
