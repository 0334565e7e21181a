"""Where a page ends, sealed: a cursor is opaque, signed and good for one list only (D-23)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

import msgspec

from nimbus.problems import Problem, invalid

SEAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row that a page begins after, or with `back` ends before: its id and its value in the
    sorted column, and in further ones. `start` counts the rows of the list up to there, as far as
    is known; `part` is the part of the list that the row is in."""

    id: UUID
    value: int | str | None
    start: int
    back: bool = False
    then: tuple[int | str | None, ...] = ()
    part: int = 0


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals the cursors of one list: `of` tells it from every other, by its workspace, filter,
    search and sort."""

    key: bytes
    of: str

    def close(self, cursor: Cursor) -> str:
        payload = msgspec.json.encode(cursor)
        sealed = base64.urlsafe_b64encode(self._mark(payload) + payload)
        return sealed.decode().rstrip("=")

    def open(self, text: str) -> Cursor:
        """Raises Problem that names `cursor` for one that was changed, or is another list's."""
        try:
            given = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        except ValueError:
            raise _refused() from None
        mark, payload = given[:SEAL_BYTES], given[SEAL_BYTES:]
        if not hmac.compare_digest(mark, self._mark(payload)):
            raise _refused()
        return msgspec.json.decode(payload, type=Cursor)

    def _mark(self, payload: bytes) -> bytes:
        told = self.of.encode() + b"\0" + payload
        return hmac.digest(self.key, told, hashlib.sha256)[:SEAL_BYTES]


def _refused() -> Problem:
    return invalid(
        "This cursor does not belong to this list. A cursor is used as it came, with the same "
        "filters, search and sort; leave it out to begin at the first page.",
        "cursor",
    )
