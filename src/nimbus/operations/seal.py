"""A seal: what the log of a workspace said over a stretch of ids, under a key that no database
knows, each chained to the one before (decision 0028)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# What the first seal of a workspace is chained to, and where it begins.
NOTHING, BEGINNING = b"", UUID(int=0)


@dataclass(frozen=True, slots=True)
class Line:
    """An operation as far as a stretch has it: its own digest where it began there, the number and
    the digest of what it changed there, and the first four bytes of each change's, by id."""

    operation_id: UUID
    own_digest: bytes | None
    changes: int
    changes_digest: bytes
    marks: bytes


@dataclass(frozen=True, slots=True)
class Seal:
    """Covers what has ids from `since` on and before `until`; `content` is that of its lines."""

    number: int
    since: UUID
    until: UUID
    operations: int
    changes: int
    content: bytes
    previous: bytes
    digest: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal that is known of a workspace: a chain that does not have it was cut off."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.digest.hex()}"

    @classmethod
    def read(cls, text: str) -> Head:
        """Raises ValueError."""
        number, _, digest = text.strip().partition(":")
        return cls(int(number), bytes.fromhex(digest))


def content_of(lines: Iterable[Line]) -> bytes:
    """One digest over the lines, whatever their order."""
    told = hashlib.sha256()
    for line in sorted(lines, key=lambda one: one.operation_id):
        told.update(line.operation_id.bytes)
        told.update(line.own_digest or bytes(32))
        told.update(line.changes.to_bytes(8, "big"))
        told.update(line.changes_digest)
        told.update(hashlib.sha256(line.marks).digest())
    return told.digest()


def digest_of(key: bytes, workspace_id: UUID, seal: Seal) -> bytes:
    """The HMAC-SHA256 over everything that a seal says."""
    told = "\n".join((
        "nimbus seal", str(workspace_id), str(seal.number), str(seal.since), str(seal.until),
        str(seal.operations), str(seal.changes), seal.content.hex(), seal.previous.hex(),
        str(int(seal.at.timestamp() * 1_000_000)),
    ))  # fmt: skip
    return hmac.digest(key, told.encode(), hashlib.sha256)
