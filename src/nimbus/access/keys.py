"""API keys: recognisable, checked for typing errors without a database, stored only as a hash.

`nmb_` + 40 random characters + 6 of a checksum. Secret scanners find the prefix; a mistyped or
made-up key is refused before any look-up.
"""

from __future__ import annotations

import hashlib
import secrets
import string
import zlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from nimbus import clock
from nimbus.access.scopes import SCOPES
from nimbus.access.who import Who
from nimbus.db.door import Door, Tx
from nimbus.problems import Problem, invalid

PREFIX = "nmb_"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BODY, _CHECK = 40, 6
NOTED_EVERY = timedelta(minutes=15)


def make() -> str:
    """A new key. It is shown once; only `digest` of it is kept."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_BODY))
    return PREFIX + body + _checksum(body)


def looks_right(key: str) -> bool:
    """Whether prefix, length and checksum are those of one of our keys."""
    body = key.removeprefix(PREFIX)
    return (
        key.startswith(PREFIX)
        and len(body) == _BODY + _CHECK
        and secrets.compare_digest(_checksum(body[:_BODY]).encode(), body[_BODY:].encode())
    )


def digest(key: str) -> bytes:
    # A key has 238 bits of randomness: one fast hash is as good as a slow one here.
    return hashlib.sha256(key.encode()).digest()


def _checksum(body: str) -> str:
    left = zlib.crc32(body.encode())
    letters = []
    for _ in range(_CHECK):
        left, digit = divmod(left, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters)


def identify(door: Door, key: str) -> Who:
    """Whose key it is. Raises Problem(authentication_required), the same for every bad key."""
    return known(door.find(asking(key)))[0]


def asking(key: str) -> bytes:
    """The statement that finds a key's row for `known`, and binds its workspace. Raises
    Problem(authentication_required) for one that no look-up is needed for."""
    if not looks_right(key):
        raise _not_valid()
    return b"select * from enter_by_key('\\x%s')" % digest(key).hex().encode()


def known(row: Mapping[str, Any]) -> tuple[Who, bool]:
    """Whose key it is, and whether its use was noted a short while ago (`note_use`). Raises
    Problem(authentication_required) for no row."""
    if not row:
        raise _not_valid()
    who = Who(
        "key", row["workspace_id"], row["key_name"], row["key_id"],
        frozenset(row["scopes"]) & SCOPES.keys(), row["client_id"],
    )  # fmt: skip
    used = row["last_used_at"]
    return who, used is not None and used >= clock.now() - NOTED_EVERY


def issue(
    tx: Tx, who: Who, name: str, scopes: Iterable[str] | None = None, client_id: UUID | None = None
) -> tuple[UUID, str]:
    """Make a key; answers its id and the key itself, which can never be read again.

    Without `scopes` it gets all of its maker's; more than the maker's are refused (D-33), and so is
    another client than the one its maker is limited to.
    """
    if not name.strip():
        raise invalid("Give the key a name that says what uses it.", "name")
    if who.client_id and client_id != who.client_id:
        raise Problem("forbidden", "A key cannot reach further than the key that made it: name "
                      "the client that yours is limited to.", "client_id")  # fmt: skip
    asked = frozenset(scopes) if scopes is not None else who.scopes
    for scope in sorted(asked):
        if scope not in SCOPES:
            raise invalid(f"There is no scope {scope}. Scopes are: {', '.join(SCOPES)}.", "scopes")
        if scope not in who.scopes:
            raise Problem("forbidden", f"A key cannot have {scope}: you do not have it.", "scopes")
    if not asked:
        raise invalid("Choose at least one scope.", "scopes")
    key = make()
    key_id = tx.value(
        """
        insert into api_key
            (workspace_id, name, hash, hint, scopes, client_id, created_by, created_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s) returning id
        """,
        [tx.workspace_id, name.strip(), digest(key), f"{PREFIX}…{key[-4:]}", sorted(asked),
         client_id, who.id, tx.now],
    )  # fmt: skip
    return key_id, key


def revoke(tx: Tx, key_id: UUID) -> bool:
    """Revoke at once; False when there is no such key or it is revoked already."""
    return bool(
        tx.run(
            "update api_key set revoked_at = %s "
            "where workspace_id = %s and id = %s and revoked_at is null",
            [tx.now, tx.workspace_id, key_id],
        )
    )


def note_use(tx: Tx, key_id: UUID) -> None:
    """Keep when a key was last used, to the quarter of an hour, so that reads stay reads."""
    tx.run(
        "update api_key set last_used_at = %s where workspace_id = %s and id = %s "
        "and (last_used_at is null or last_used_at < %s)",
        [tx.now, tx.workspace_id, key_id, tx.now - NOTED_EVERY],
    )


def _not_valid() -> Problem:
    return Problem("authentication_required", "This API key is not valid. Was it revoked?")
