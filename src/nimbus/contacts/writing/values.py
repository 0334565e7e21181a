"""A value that gets another name, another type, or goes: rewritten in every contact, logged.

Few contacts are rewritten at once; more by a job, in batches in the order of their ids, which goes
on from its cursor after it was killed. Contacts in the trash are rewritten too, so that they come
back right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus.access import Who
from nimbus.access.who import system
from nimbus.contacts.writing import value_change
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.field import FieldType, Invalid
from nimbus.fields.held import Failing, Holder, Moved, Work, converted
from nimbus.fields.read import catalogue
from nimbus.jobs import Context, defer, in_batches, job, task
from nimbus.operations import Operation, logged
from nimbus.operations.operation import Changed
from nimbus.web.counting import Count, count

_SQL = beside(__file__, "values.sql")

KIND = "contacts.values"
INLINE_LIMIT = 1_000
BATCH = 1_000
READ = 5_000
EXAMPLES = 20


def carry(
    tx: Tx, who: Who, operation: Operation, subject: str, label: str, works: Sequence[Work]
) -> Moved:
    """Do the works in this transaction while few contacts hold the values, else as a job."""
    counts = [holding(tx, work) for work in works]
    if max(counts, default=0) <= INLINE_LIMIT:
        for work in works:
            _rewrite(tx, operation, work, None, INLINE_LIMIT)
        return Moved(sum(counts))
    job_id = job.create(tx, who, KIND, label)
    _defer(tx, job_id, operation.id, subject, [asdict(work) for work in works])
    return Moved(sum(counts), job_id)


def busy(tx: Tx, subject: str) -> bool:
    """Whether a job that rewrites these values, or the undo of one, is not over."""
    found: bool = tx.value(_SQL["busy"], {"workspace": tx.workspace_id, "subject": subject})
    return found


def holding(tx: Tx, work: Work, *, live: bool = False) -> int:
    """How many contacts have what the work is about; `live` leaves out those in the trash."""
    statement = sql.SQL(_SQL["holding"]).format(
        has=value_change.has(work), live=sql.SQL("not c.is_deleted" if live else "true")
    )
    found: int = tx.value(statement, _binds(tx, work))
    return found


def reckoned(tx: Tx, work: Work) -> Count:
    """The same, exactly only while they are few."""
    matching = sql.SQL(_SQL["having"]).format(has=value_change.has(work))
    return count(tx, matching, _binds(tx, work))


def failing(tx: Tx, column: str, type: FieldType) -> Failing:
    """The values of a custom field that another type cannot read."""
    after: UUID | None = None
    held = lost = 0
    told: dict[Any, int] = {}
    while rows := _next(tx, Work(column), after, READ, lock=False):
        after, held = rows[-1]["id"], held + len(rows)
        for value in (row["value"] for row in rows):
            try:
                converted(value, type)
            except Invalid:
                lost += 1
                shown = "; ".join(value) if isinstance(value, list) else value
                if shown in told or len(told) < EXAMPLES:
                    told[shown] = told.get(shown, 0) + 1
    return Failing(held, lost, tuple(told.items()))


def since(tx: Tx, work: Work, operations: Sequence[UUID]) -> int:
    """How many contacts have what the work, of a custom field, is about, and not from one of these
    operations."""
    statement = sql.SQL(_SQL["since"]).format(has=value_change.has(work))
    found: int = tx.value(statement, {**_binds(tx, work), "operations": list(operations)})
    return found


HOLDER = Holder(carry, busy, failing, since)


@task("contacts.values")
def rewrite_values(
    context: Context, job_id: str, operation_id: str, subject: str, works: list[dict[str, Any]]
) -> None:
    """The works of a job, batch by batch."""
    job_uuid, operation_uuid = UUID(job_id), UUID(operation_id)
    todo = [Work(**work) for work in works]
    in_batches(
        context, job_uuid,
        lambda tx: _batch(tx, job_uuid, operation_uuid, todo),
        lambda tx: _defer(tx, job_uuid, operation_uuid, subject, works),
        "Changing the values stopped at an error: {error}",
    )  # fmt: skip


def _defer(
    tx: Tx, job_id: UUID, operation_id: UUID, subject: str, works: list[dict[str, Any]]
) -> None:
    defer(
        tx, rewrite_values, lock=f"values:{tx.workspace_id}", job_id=str(job_id),
        operation_id=str(operation_id), subject=subject, works=works,
    )  # fmt: skip


def _batch(tx: Tx, job_id: UUID, operation_id: UUID, works: Sequence[Work]) -> bool:
    at = job.cursor(tx, job_id)
    number, done = at.get("work", 0), at.get("done", 0)
    if number == len(works):
        words = "contact was" if done == 1 else "contacts were"
        job.finish(tx, job_id, "done", f"{done:,} {words} changed")
        return False
    total = at.get("total") or sum(holding(tx, work) for work in works)
    who = system(tx.workspace_id, "Nimbus")
    operation = Operation(operation_id, KIND, "worker", who, tx.now)
    after = UUID(at["after"]) if at.get("after") else None
    last, count = _rewrite(tx, operation, works[number], after, BATCH)
    cursor = {"work": number, "after": str(last), "done": done + count, "total": total}
    if last is None:
        cursor |= {"work": number + 1, "after": None}
    job.advance(tx, job_id, done=done + count, total=total, at=cursor)
    return True


def _rewrite(
    tx: Tx, operation: Operation, work: Work, after: UUID | None, limit: int
) -> tuple[UUID | None, int]:
    """The next contacts after an id, which stay locked; answers the last of them, None when there
    were none, and how many."""
    rows = _next(tx, work, after, limit, lock=True)
    if not rows:
        return None, 0
    column = value_change.column(work)
    before, after_ = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), [column])
    statement = sql.SQL(_SQL["rewrite"]).format(
        column=sql.Identifier(column), value=value_change.value(work), before=before, after=after_
    )
    values = {**_binds(tx, work), "operation": operation.id, "now": tx.now,
              "ids": [row["id"] for row in rows], "new": work.new}  # fmt: skip
    if work.into:
        values |= _conversion(tx, work, rows)
    changed = tx.column(statement, values)
    if changed:
        tx.changes.append(
            Changed("contact", "updated", tuple(changed), frozenset({column}), operation=operation)
        )
    return rows[-1]["id"], len(rows)


def _next(
    tx: Tx, work: Work, after: UUID | None, limit: int, *, lock: bool
) -> list[dict[str, Any]]:
    statement = sql.SQL(_SQL["next"]).format(
        has=value_change.has(work), lock=sql.SQL("for update" if lock else "")
    )
    return tx.rows(statement, {**_binds(tx, work), "after": after, "limit": limit})


def _binds(tx: Tx, work: Work) -> dict[str, Any]:
    held = {work.column: [work.old] if work.several else work.old}
    return {"workspace": tx.workspace_id, "key": work.column, "old": work.old,
            "document": Jsonb(held)}  # fmt: skip


def _conversion(tx: Tx, work: Work, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The values as the field reads them now; null where it cannot, or where it is gone."""
    field = catalogue(tx).by_id(UUID(work.into))
    read: list[Jsonb | None] = []
    for row in rows:
        try:
            read.append(Jsonb(converted(row["value"], field.type)) if field else None)
        except Invalid:
            read.append(None)
    return {"values": read, "into": field.column if field else work.column}
