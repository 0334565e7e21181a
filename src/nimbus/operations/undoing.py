"""Undoing any operation, at once where it is small, else as a job; and undoing that (G-21, S0-84).

What of an operation was changed since is kept and listed (`operations/kept.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus.access.who import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.jobs import job
from nimbus.operations import kept, undo, undo_job, undo_run
from nimbus.operations.operation import start
from nimbus.operations.undo import undone_of
from nimbus.problems import Problem

_SQL = beside(__file__, "undoing.sql")

KIND = "undo"
# So many changes are taken back before the answer; more by a job.
INLINE = 1_000


@dataclass(frozen=True, slots=True)
class Undoable:
    """Operations of a kind that whoever has `scope` may have undone, for `days` after they were
    begun; without days for as long as the log has them. `words` name one in a sentence. What is
    undone `once` is done again by itself, not by undoing the undo; `refuse` says what else is in
    the way of one who undoes it, by its id. One that goes back `whole` does so at once, however
    much it changed: what `refuse` saw is as it was then until all has gone back. `suffices`
    picks of operations those that somebody may have undone without `scope`, for what they changed.
    `told` is the thing that their log must tell of: one of an earlier version, whose log does not,
    is not undone."""

    words: str
    scope: str
    days: int | None = None
    once: bool = False
    whole: bool = False
    told: str | None = None
    refuse: Callable[[Tx, Who, UUID], None] | None = None
    suffices: Callable[[Tx, Who, Sequence[UUID]], set[UUID]] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An operation as who undoes it sees it. `root` is the kind of what was done first, where it
    undoes something; `undone_by` undid it and is not undone itself; `job_status` is that of the job
    that carries it out; `is_told` says whether the log has what an undo of it goes by."""

    id: UUID
    kind: str
    root: str
    root_at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    through: str
    subject: str | None
    subject_id: UUID | None
    why: str | None
    at: datetime
    undoes: UUID | None
    undone_by: UUID | None
    job_id: UUID | None
    job_status: str | None
    is_told: bool

    @property
    def rule(self) -> Undoable | None:
        """None for what cannot be undone in this way."""
        return _rules.get(self.root)

    @property
    def until(self) -> datetime | None:
        """When it cannot be undone any more; None for never, or where it never could be."""
        days = self.rule.days if self.rule else None
        return None if days is None else self.root_at + timedelta(days=days)

    def may_be_undone(self, now: datetime) -> bool:
        """Whether it is over, is not undone, and its time is not over."""
        return (
            self.rule is not None
            and self.is_told
            and not (self.rule.once and self.undoes)
            and self.undone_by is None
            and self.job_status not in ("queued", "running", "paused")
            and (self.until is None or now < self.until)
        )


@dataclass(frozen=True, slots=True)
class Undone:
    """The operation that undoes; with `job_id` it is a job, else it is done, `counts` and `words`
    tell what went back, and `kept` how many things stay as they are, wholly or in part."""

    operation_id: UUID
    job_id: UUID | None
    counts: Mapping[str, int]
    words: str
    kept: int


_rules: dict[str, Undoable] = {}


def install(rules: Mapping[str, Undoable]) -> None:
    """By kinds of operations; `rooms` installs them at start."""
    _rules.clear()
    _rules.update(rules)


def find(tx: Tx, operation_id: UUID) -> Found:
    """Raises Problem(not_found)."""
    told = {kind: rule.told for kind, rule in _rules.items() if rule.told}
    values = {"workspace": tx.workspace_id, "id": operation_id, "told": Jsonb(told)}
    found = tx.one(Found, _SQL["find"], values)
    if found is None:
        raise ids.missing("op")
    return found


def under_way(tx: Tx, kinds: Iterable[str]) -> bool:
    """Whether a job takes an operation of one of these kinds back, or does it again."""
    found: bool = tx.value(_SQL["under_way"], {"workspace": tx.workspace_id, "kinds": list(kinds)})
    return found


def paused(tx: Tx, jobs: Sequence[UUID]) -> dict[UUID, Found]:
    """What is being undone, by those of the jobs that wait for somebody."""
    rows = tx.rows(_SQL["of_paused_jobs"], {"workspace": tx.workspace_id, "jobs": list(jobs)})
    return {row["job_id"]: find(tx, row["undoes"]) for row in rows}


def offered(tx: Tx, who: Who, done: Mapping[UUID, tuple[str, datetime]]) -> set[UUID]:
    """Of operations, by id with kind and moment, those that this person may undo and that are not
    undone. Undoing one may still be refused for what was done since."""
    rules = {
        id: rule
        for id, (kind, at) in done.items()
        if (rule := _rules.get(kind))
        and (rule.days is None or tx.now < at + timedelta(days=rule.days))
    }
    may = _allowed(tx, who, rules)
    return may.difference(undone_of(tx, list(may)))


def need(tx: Tx, who: Who, operation_id: UUID) -> None:
    """Raises Problem: not_found; forbidden where it would not be offered to this person."""
    if who.may("contacts:write"):
        return  # What else it takes is asked when it is undone.
    found = find(tx, operation_id)
    if not (found.rule and _allowed(tx, who, {found.id: found.rule})):
        who.need("contacts:write")


def _allowed(tx: Tx, who: Who, rules: Mapping[UUID, Undoable]) -> set[UUID]:
    """Of operations, with their rules, those that this person may have undone: that takes
    `contacts:write` and the scope of the rule, but where less suffices for what was changed."""
    writes = who.may("contacts:write")
    may = {id for id, rule in rules.items() if writes and who.may(rule.scope)}
    for picks in {rule.suffices for rule in rules.values() if rule.suffices}:
        asked = [id for id, rule in rules.items() if id not in may and rule.suffices == picks]
        may |= picks(tx, who, asked) if asked else set()
    return may


def undo_operation(tx: Tx, who: Who, through: str, operation_id: UUID) -> Undone:
    """Take back what an operation changed, as far as nobody has changed it since.

    An undo is an operation too: undoing it does again what was undone. One that paused, since
    something was in the way, goes on when it is asked for again. Raises Problem: not_found;
    forbidden without the scope that the doing takes (see `Undoable`), and for a key that is limited
    to a client where it was not its own doing; conflict for what is undone already, is not over,
    came too long ago, changed nothing, or is undone elsewhere.
    """
    tx.run(_SQL["alone"], {"id": operation_id})
    found = find(tx, operation_id)
    rule = _need_rule(tx, who, found)
    if waits := tx.row(_SQL["paused"], {"workspace": tx.workspace_id, "id": found.id}):
        undo_job.go_on(tx, waits["job_id"], waits["id"])
        return Undone(waits["id"], waits["job_id"], {}, f"{waits['label']}: under way", 0)
    _refuse(tx, who, found, rule)
    bounds = undo.bounds(tx, found.id)
    if bounds is None or not undo.size(bounds):
        raise Problem("conflict", "It has changed nothing that could be taken back.")
    if undo.size(bounds) > INLINE and not rule.whole:
        label = f"Undo {rule.words}"
        operation = undo_job.begin_undo(
            tx, who, KIND, through, found.id, label, None, subject=found.subject,
            subject_id=found.subject_id, why=found.why,
        )  # fmt: skip
        return Undone(operation.id, job.joined(tx), {}, f"{label}: under way", 0)
    operation = start(
        tx, who, KIND, through, subject=found.subject, subject_id=found.subject_id, why=found.why,
        undoes=found.id,
    )  # fmt: skip
    at = undo_run.beginning(tx, operation.id)
    while undo_run.page(tx, operation.id, at):
        pass
    tx.follow()
    counts = at["counts"]
    words, left = undo_run.sentence(counts), kept.count(tx, operation.id)
    return Undone(operation.id, None, counts, words, left)


def _need_rule(tx: Tx, who: Who, found: Found) -> Undoable:
    rule = found.rule
    if rule is None:
        raise Problem("conflict", _ELSEWHERE.get(found.root, "This cannot be undone."))
    if not (rule.suffices and rule.suffices(tx, who, [found.id])):
        who.need(rule.scope)
    if who.client_id and who.id != found.actor_id:
        raise Problem(
            "forbidden", "This key is limited to one client, and undoes only what it did itself."
        )
    return rule


def _refuse(tx: Tx, who: Who, found: Found, rule: Undoable) -> None:
    if found.undone_by is not None:
        raise Problem(
            "conflict", "It is undone already. Undo the undoing to have it done again.",
            undone_by=ids.show("op", found.undone_by),
        )  # fmt: skip
    if rule.once and found.undoes:
        raise Problem(
            "conflict", f"The undoing of {rule.words} is not undone; do it again instead."
        )
    if not found.is_told:
        raise Problem(
            "conflict",
            f"This was done when {rule.words} could not be undone yet: the log does not have what "
            "it made, so that stays as it is.",
        )
    if found.job_status in ("queued", "running", "paused"):
        raise Problem("conflict", "It is not over yet. Wait until it is done, or cancel it.")
    if found.until is not None and tx.now >= found.until:
        raise Problem(
            "conflict",
            f"{rule.words[:1].upper()}{rule.words[1:]} can be undone for {rule.days} days; this "
            f"was begun on {found.root_at:%Y-%m-%d}.",
            expired_at=found.until.isoformat(),
        )  # fmt: skip
    if rule.refuse:
        rule.refuse(tx, who, found.id)


_ELSEWHERE = {
    "import": "An import is rolled back by its own address: POST /api/v1/imports/{id}/rollback/.",
    "rollback": "A rollback is undone by the import's address: "
    "POST /api/v1/imports/{id}/rollback/undo/.",
    "contact.erase": "An erasure is for good: nothing of the person was kept.",
}
