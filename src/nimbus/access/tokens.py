"""Tokens by which people's own programs call the API (S3-03).

An access token is signed and lasts a quarter of an hour; it says whose login it came from and
nothing of what they may do, which is looked up at every request. A refresh token is random, kept
as a hash, and good once: sent a second time, it may have been stolen, and all that came of its
login ends.
"""

from __future__ import annotations

import hashlib
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt

from nimbus import clock
from nimbus.access import second_factor, sessions
from nimbus.access.scopes import scopes_of
from nimbus.access.who import Who
from nimbus.db import ids
from nimbus.db.door import Door, Tx
from nimbus.db.secrets import Secrets
from nimbus.problems import Problem
from nimbus.settings import Settings

LASTS = timedelta(minutes=15)
PREFIX = "nmr_"
_ALGORITHM = "HS256"
_AUDIENCE = "nimbus"


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token that its successor is to be had for."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    workspace_id: UUID


def log_in(
    door: Door, settings: Settings, secrets: Secrets, email: str, password: str, address: str,
    workspace: UUID | None = None, code: str | None = None,
) -> Pair:  # fmt: skip
    """The first tokens of a login, in the workspace named or the person's first by name. Whoever
    has a second factor gives a `code` of it too.

    Raises Problem as `sessions.prove` and `second_factor.demand` do, with the same brake on
    guessing, and not_found for a workspace they do not belong to.
    """
    user_id = sessions.prove(door, settings, email, password, address)
    second_factor.demand(door, settings, secrets, user_id, code)
    with door.platform() as tx:
        theirs = [one.workspace_id for one in sessions.workspaces(tx, user_id)]
        if not theirs:
            raise Problem("authentication_required", "You do not belong to any workspace yet.")
        if workspace is not None and workspace not in theirs:
            raise Problem("not_found", "You belong to no such workspace.", "workspace")
        family: UUID = tx.value("select uuidv7()")
        refresh_token = _made()
        until = tx.now + timedelta(days=settings.session_days)
        tx.run(
            "select open_family(%s, %s, %s, %s, %s, %s)",
            [_digest(refresh_token), family, user_id, workspace or theirs[0], tx.now, until],
        )
        return _pair(tx, secrets, family, refresh_token)


def refresh(door: Door, secrets: Secrets, refresh_token: str) -> Pair:
    """The next tokens of a login. Raises Problem(authentication_required), the same for a token
    that is unknown, over, revoked or spent."""
    fresh = _made()
    with door.platform() as tx:
        family = tx.value(
            "select spend_refresh_token(%s, %s, %s)",
            [_digest(refresh_token), _digest(fresh), tx.now],
        )
    # Committed by now, also that a family ended because a spent token came again.
    if family is not None:
        with door.platform() as tx:
            return _pair(tx, secrets, family, fresh)
    raise _not_refreshed()


def revoke(door: Door, refresh_token: str) -> None:
    """End a login with all its tokens, at once; what is no token ends nothing."""
    with door.platform() as tx:
        tx.run("select close_family(%s)", [_digest(refresh_token)])


def looks_right(credential: str) -> bool:
    """Whether it is written like an access token."""
    return credential.count(".") == 2


def asking(secrets: Secrets, access_token: str) -> bytes:
    """The statement that finds whose token it is, for `known`, and binds their workspace. Raises
    Problem(authentication_required) for one that is not ours or is over."""
    try:
        kid = UUID(jwt.get_unverified_header(access_token).get("kid"))
        claims = jwt.decode(
            access_token, _signing_key(secrets, kid), algorithms=[_ALGORITHM], audience=_AUDIENCE,
            options={"require": ["exp", "iat", "sub", "sid"]},
        )  # fmt: skip
        family = UUID(claims["sid"])
    except jwt.ExpiredSignatureError:
        raise Problem(
            "authentication_required",
            "This access token is over. Ask for the next one at /api/v1/auth/refresh/.",
        ) from None
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise _not_valid() from None
    told = (family.hex.encode(), kid.hex.encode(), clock.now().isoformat().encode())
    return b"select * from enter_by_token('%s', '%s', '%s')" % told


def known(row: Mapping[str, Any]) -> Who:
    """Whose token it is, with the role of this moment. Raises Problem(authentication_required) for
    no row."""
    if not row:
        raise _not_valid()
    return Who(
        "person", row["workspace_id"], row["name"], row["user_id"], scopes_of(row["role"]), None,
        row["role"], row["email"],
    )  # fmt: skip


def _pair(tx: Tx, secrets: Secrets, family: UUID, refresh_token: str) -> Pair:
    row = tx.row("select * from find_family(%s, %s)", [family, tx.now])
    if row is None:  # No member any more.
        raise _not_refreshed()
    kid = tx.value("select current_signing_key()")
    claims = {
        "aud": _AUDIENCE, "sub": ids.show("user", row["user_id"]), "sid": str(family),
        "iat": tx.now, "exp": tx.now + LASTS,
    }  # fmt: skip
    signed = jwt.encode(claims, _signing_key(secrets, kid), _ALGORITHM, {"kid": str(kid)})
    return Pair(signed, refresh_token, row["workspace_id"])


def _signing_key(secrets: Secrets, kid: UUID) -> bytes:
    return secrets.key(f"access token {kid}")


def _made() -> str:
    return PREFIX + random.token_urlsafe(32)


def _digest(refresh_token: str) -> bytes:
    # 256 random bits: one fast hash is as good as a slow one here.
    return hashlib.sha256(refresh_token.encode()).digest()


def _not_valid() -> Problem:
    return Problem("authentication_required", "This access token is not valid. Was it revoked?")


def _not_refreshed() -> Problem:
    return Problem(
        "authentication_required",
        "This refresh token is not valid: it is over, was revoked, or was used before, which ends "
        "all that came of its login. Log in again at /api/v1/auth/token/.",
        "refresh_token",
    )
