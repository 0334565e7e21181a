"""Tier and score again, for contacts whose company or rules have changed (D-07, D-30).

A client with own rules or an own model uses only those, so contacts are taken by the rules that
count for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus import operations
from nimbus.access import Who
from nimbus.access.who import system
from nimbus.contacts.writing.rescore import write_scores
from nimbus.contacts.writing.write import Scoring
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.jobs import Context, defer, in_batches, job, task
from nimbus.operations import Operation
from nimbus.operations.operation import Changed
from nimbus.scoring.asked import is_asked
from nimbus.scoring.read import scoring_for

KIND = "scoring.rescore"
INLINE_LIMIT = 1_000
BATCH = 5_000


def _by_rules(tx: Tx) -> Iterator[tuple[Scoring, sql.Composable, dict[str, Any]]]:
    """Each set of rules with the condition on the contacts for which it counts."""
    own = tx.column(
        """
        select distinct client_id from (
            select client_id from icp_tier_rule
            where workspace_id = %(workspace)s and client_id is not null
            union select client_id from scoring_model
            where workspace_id = %(workspace)s and client_id is not null and is_current
        ) as own
        order by client_id
        """,
        {"workspace": tx.workspace_id},
    )
    yield (
        scoring_for(tx, None),
        sql.SQL("(c.client_id is null or not c.client_id = any (%(own)s::uuid[]))"),
        {"own": own},
    )
    for client in own:
        yield scoring_for(tx, client), sql.SQL("c.client_id = %(client)s"), {"client": client}


def rescore(
    tx: Tx, operation: Operation, only: sql.Composable, values: dict[str, Any]
) -> list[UUID]:
    """Score the live contacts for which `only` (a condition on `c`) holds; answers who changed."""
    changed: list[UUID] = []
    for scoring, theirs, more in _by_rules(tx):
        both = sql.SQL("({}) and {}").format(only, theirs)
        changed += write_scores(tx, operation, catalogue(tx), scoring, both, {**values, **more})
    return changed


def rescore_companies(tx: Tx, operation: Operation, companies: Sequence[UUID]) -> list[UUID]:
    """Score the people of these companies."""
    only = sql.SQL("c.company_id = any (%(companies)s)")
    return rescore(tx, operation, only, {"companies": list(companies)})


def follow(tx: Tx) -> None:
    """After contacts changed without being scored: those, if a rule looks at what changed. After a
    company changed: its people, at once when they are few or the change came in batches, else as a
    job."""
    unscored = [one for one in tx.changes if isinstance(one, Changed) and not one.scored]
    for change in unscored:
        if change.operation and change.thing == "contact":
            if change.columns and not is_asked(tx, change.columns):
                continue
            only = sql.SQL("c.id = any (%(ids)s)")
            rescore(tx, change.operation, only, {"ids": list(change.ids)})
        elif change.operation and change.thing == "company":
            rescore_companies(tx, change.operation, change.ids)
    companies = sorted(
        {
            company
            for change in unscored
            if change.thing == "company" and not change.operation
            for company in change.ids
        }
    )
    if not companies:
        return
    people = tx.value(
        "select count(*) from (select from contact where workspace_id = %s "
        "and company_id = any (%s) and not is_deleted limit %s) as counted",
        [tx.workspace_id, companies, INLINE_LIMIT + 1],
    )
    who = system(tx.workspace_id, "Scoring")
    if people <= INLINE_LIMIT:
        operation = operations.start(tx, who, "rescore", "follow", why="A company changed")
        rescore_companies(tx, operation, companies)
    else:
        start(tx, who, "Scoring the people of changed companies")


def start(tx: Tx, who: Who, label: str, operation: Operation | None = None) -> UUID:
    """Score everybody again, as a job with progress; the changes belong to `operation`.

    It takes the place of what is still to be scored by older rules. Without an operation of its
    own it joins a job that waits to begin, since that will see the same contacts and rules.
    """
    if operation is None and (waiting := _waiting(tx)):
        job.join(tx, waiting)
        return waiting
    _replace_unfinished(tx)
    operation = operation or operations.start(tx, who, "rescore", "follow", why=label)
    job_id = job.create(tx, who, KIND, label, "/settings/scoring")
    _defer(tx, job_id, operation.id)
    return job_id


def _waiting(tx: Tx) -> UUID | None:
    """A job that has not begun. It is locked, so that it begins only after our commit."""
    found: UUID | None = tx.value(
        "select id from job where workspace_id = %s and kind = %s and status = 'queued' "
        "order by id limit 1 for update",
        [tx.workspace_id, KIND],
    )
    return found


def _replace_unfinished(tx: Tx) -> None:
    """Its runner notices at its next batch; what it has scored is scored again."""
    tx.run(
        "update job set status = 'cancelled', message = 'Replaced by a newer change', "
        "runner = null, finished_at = %s where workspace_id = %s and kind = %s "
        "and status in ('queued', 'running', 'paused')",
        [tx.now, tx.workspace_id, KIND],
    )


def _defer(tx: Tx, job_id: UUID, operation_id: UUID) -> None:
    defer(
        tx, rescore_all, lock=f"scoring:{tx.workspace_id}",
        job_id=str(job_id), operation_id=str(operation_id),
    )  # fmt: skip


@task("scoring.rescore")
def rescore_all(context: Context, job_id: str, operation_id: str) -> None:
    """Every live contact, by the order of ids, in batches that survive being killed."""
    job_uuid, operation_uuid = UUID(job_id), UUID(operation_id)
    in_batches(
        context, job_uuid,
        lambda tx: _batch(tx, job_uuid, operation_uuid),
        lambda tx: _defer(tx, job_uuid, operation_uuid),
        "Scoring stopped at an error. Start it again.",
    )  # fmt: skip


def _batch(tx: Tx, job_id: UUID, operation_id: UUID) -> bool:
    at = job.cursor(tx, job_id)
    ids = tx.column(
        "select id from contact where workspace_id = %s and not is_deleted "
        "and (%s::uuid is null or id > %s) order by id limit %s",
        [tx.workspace_id, at.get("after"), at.get("after"), BATCH],
    )
    changed: int = at.get("changed", 0)
    if not ids:
        job.finish(tx, job_id, "done", _summary(at.get("done", 0), changed))
        return False
    total = at.get("total") or tx.value(
        "select count(*) from contact where workspace_id = %s and not is_deleted",
        [tx.workspace_id],
    )
    who = system(tx.workspace_id, "Scoring")
    operation = Operation(operation_id, "rescore", "worker", who, tx.now)
    changed += len(rescore(tx, operation, *_between(at.get("after"), ids[-1])))
    done = at.get("done", 0) + len(ids)
    cursor = {"after": str(ids[-1]), "done": done, "total": total, "changed": changed}
    job.advance(tx, job_id, done=done, total=total, at=cursor)
    return True


def _between(after: str | None, last: UUID) -> tuple[sql.Composable, dict[str, Any]]:
    """A batch as a range of the key: an index serves it whatever the planner knows of the table."""
    if after is None:
        return sql.SQL("c.id <= %(last)s"), {"last": last}
    return sql.SQL("c.id > %(after)s and c.id <= %(last)s"), {"after": UUID(after), "last": last}


def _summary(done: int, changed: int) -> str:
    people = "contact" if done == 1 else "contacts"
    return f"{changed:,} of {done:,} {people} got another tier or score"
