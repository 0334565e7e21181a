"""Verifying the log: every seal is made again from what the log says now, and compared."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Door, Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import heads
from nimbus.operations.seal import BEGINNING, NOTHING, Head, Line, Seal, content_of, digest_of
from nimbus.operations.sealing import CONTENT, DIGESTS, has, time_of

_SQL = beside(__file__, "verifying.sql")
_MARKS = sql.SQL(_SQL["marks"]).format(digests=DIGESTS)

# So many places are named of a workspace, and so many changes of a place.
MOST_FINDINGS, MOST_NAMED = 50, 5

What = Literal[
    "change_altered", "change_removed", "change_added", "operation_altered", "operation_removed",
    "operation_added", "value_removed", "seal_altered", "seal_removed", "chain_cut",
]  # fmt: skip


# What may have become of an operation's own row.
_REMOVED: tuple[What, str] = "operation_removed", "An operation was removed."
_ADDED: tuple[What, str] = (
    "operation_added", "An operation was added where everything was sealed already.",
)  # fmt: skip
_ALTERED: tuple[What, str] = (
    "operation_altered", "Who did something, what, when or why was changed.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where the log is not what was sealed: under which seal, which operation, and of
    `changes` the first ones that can be named."""

    what: What
    words: str
    seal: int | None = None
    operation_id: UUID | None = None
    changes: tuple[UUID, ...] = ()


@dataclass(slots=True)
class Verdict:
    """What is known of a workspace's log. `operations` and `changes` are those under seal."""

    workspace_id: UUID
    seals: int = 0
    operations: int = 0
    changes: int = 0
    head: Head | None = None
    unsealed_operations: int = 0
    unsealed_changes: int = 0
    unsealed_since: datetime | None = None
    known: Head | None = None
    findings: list[Finding] = field(default_factory=list)
    more: int = 0

    @property
    def is_sound(self) -> bool:
        return not self.findings

    def add(self, found: Iterable[Finding]) -> None:
        for one in found:
            if len(self.findings) < MOST_FINDINGS:
                self.findings.append(one)
            else:
                self.more += 1


def verify(
    door: Door, folder: Path, key: bytes, workspace_id: UUID, expected: Head | None = None
) -> Verdict:
    """Make every seal of a workspace again. `expected` is a head that was written down elsewhere,
    which the chain must have; so must the one that is noted in `folder`."""
    verdict = Verdict(workspace_id, known=heads.known(folder, workspace_id))
    until, previous = BEGINNING, NOTHING
    while True:
        with door.workspace(workspace_id) as tx:
            page = tx.all(Seal, _SQL["seals"],
                          {"workspace": workspace_id, "after": verdict.seals})  # fmt: skip
        for seal in page:
            verdict.add(_chained(seal, key, workspace_id, verdict.seals, until, previous))
            with door.workspace(workspace_id) as tx:
                verdict.add(_compared(tx, seal))
            verdict.seals, until, previous = seal.number, seal.until, seal.digest
            verdict.operations += seal.operations
            verdict.changes += seal.changes
            verdict.head = Head(seal.number, seal.digest)
        if not page:
            break
    with door.workspace(workspace_id) as tx:
        verdict.add(_cut(tx, verdict.seals, verdict.known, expected))
        _unsealed(tx, verdict, until)
    return verdict


def _chained(
    seal: Seal, key: bytes, workspace_id: UUID, before: int, until: UUID, previous: bytes
) -> Iterator[Finding]:
    """Whether a seal is whole, and the next of the chain."""
    if seal.number != before + 1:
        gone = f"{before + 1} to {seal.number - 1}" if seal.number > before + 2 else f"{before + 1}"
        yield Finding("seal_removed", f"Seal {gone} was removed.", before + 1)
    elif seal.previous != previous or seal.since != until:
        yield Finding(
            "seal_altered", f"Seal {seal.number} does not go on from the one before.", seal.number
        )
    if digest_of(key, workspace_id, seal) != seal.digest:
        yield Finding(
            "seal_altered", f"Seal {seal.number} was not made by this instance, or was changed.",
            seal.number,
        )  # fmt: skip


def _compared(tx: Tx, seal: Seal) -> Iterator[Finding]:
    """The stretch of a seal as the log has it, beside what was sealed."""
    values = {
        "workspace": tx.workspace_id, "number": seal.number, "since": seal.since,
        "until": seal.until,
    }  # fmt: skip
    tx.run("set local plan_cache_mode = 'force_custom_plan'")
    kept = {line.operation_id: line for line in tx.all(Line, _SQL["lines"], values)}
    if content_of(kept.values()) != seal.content:
        yield Finding(
            "seal_altered", f"What seal {seal.number} says of its operations was changed.",
            seal.number,
        )  # fmt: skip
    there = {line.operation_id: line for line in tx.all(Line, CONTENT, values)}
    for operation_id in sorted(kept.keys() | there.keys()):
        nothing = Line(operation_id, None, 0, hashlib.sha256().digest(), b"")
        was, now = kept.get(operation_id, nothing), there.get(operation_id, nothing)
        if was != now:
            yield from _differing(tx, seal, was, now, values)
    for row in tx.rows(_SQL["blanked"], values):
        yield Finding(
            "value_removed", "Values were taken away though nobody was erased whose they were.",
            seal.number, row["operation_id"],
            (row["change_id"],) if row["change_id"] else (),
        )  # fmt: skip


def _differing(
    tx: Tx, seal: Seal, was: Line, now: Line, values: dict[str, Any]
) -> Iterator[Finding]:
    if was.own_digest != now.own_digest:
        what, words = (
            _REMOVED if now.own_digest is None else _ADDED if was.own_digest is None else _ALTERED
        )
        yield Finding(what, words, seal.number, was.operation_id)
    if was.changes_digest != now.changes_digest:
        rows = tx.rows(_MARKS, {**values, "operation": was.operation_id})
        yield _of_changes(seal, was, rows)


def _of_changes(seal: Seal, was: Line, rows: Sequence[dict[str, Any]]) -> Finding:
    """Which of the changes that are there were not sealed so, and how many are missing."""
    operation_id, marks = was.operation_id, was.marks
    sealed = Counter(marks[at : at + 4] for at in range(0, len(marks), 4))
    strange: list[UUID] = []
    for row in rows:
        if sealed[row["mark"]]:
            sealed[row["mark"]] -= 1
        else:
            strange.append(row["id"])
    missing, named = sealed.total(), tuple(strange[:MOST_NAMED])
    altered = min(missing, len(strange))
    if not strange:
        words = f"{_changes(missing)} removed."
        return Finding("change_removed", words, seal.number, operation_id)
    if not missing:
        words = f"{_changes(len(strange))} added where everything was sealed already."
        return Finding("change_added", words, seal.number, operation_id, named)
    more = abs(missing - len(strange))
    also = f"; {more:,} more {'removed' if missing > len(strange) else 'added'}" if more else ""
    words = f"{_changes(altered)} altered{also}."
    return Finding("change_altered", words, seal.number, operation_id, named)


def _changes(count: int) -> str:
    return f"{count:,} change was" if count == 1 else f"{count:,} changes were"


def _cut(tx: Tx, last: int, *heads_known: Head | None) -> Iterator[Finding]:
    """Whether the chain still has the seals that are known of it, and `last` is its end."""
    for head in heads_known:
        if head is not None and not has(tx, head):
            yield Finding(
                "chain_cut",
                f"Seal {head} is known of, and the database does not have it: the end of the chain "
                "was cut off, or the database was set back to an earlier state.", head.number,
            )  # fmt: skip
    stray: int | None = tx.value(_SQL["stray"], {"workspace": tx.workspace_id, "last": last})
    if stray is not None:
        yield Finding("seal_removed", f"Seal {stray} was removed.", stray)


def _unsealed(tx: Tx, verdict: Verdict, since: UUID) -> None:
    found = tx.row(_SQL["unsealed"], {"workspace": tx.workspace_id, "since": since}) or {}
    verdict.unsealed_operations, verdict.unsealed_changes = found["operations"], found["changes"]
    verdict.unsealed_since = time_of(found["oldest"]) if found["oldest"] else None
