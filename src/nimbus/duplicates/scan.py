"""Looking through the whole workspace, as a job that can be killed at any point (F-15, S2-20).

First everybody is filed under their keys, then those who share a key are compared, block by block:
of many people in processes beside. Pairs that nobody has found again go at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.duplicates import auto, filed
from nimbus.duplicates.filed import Block
from nimbus.duplicates.keep import drop_unseen, keep
from nimbus.duplicates.look import members
from nimbus.duplicates.making import Comparing, Filing, MadeOf, making
from nimbus.duplicates.people import count, next_ids, read
from nimbus.jobs import Context, Job, defer, in_batches, job, processes, task
from nimbus.problems import Problem

KIND = "duplicates.scan"
LABEL = "Looking for duplicates"
# A part is a fraction of a second of work, however busy the machine is: a runner that says nothing
# for six seconds loses the job. Of so many parts is a batch.
PEOPLE, BLOCKS, PAIRS = 1_000, 1_000, 15_000
PARTS = 4
# Fewer are compared before a process has begun.
LEAST_PEOPLE = 20_000


def latest(tx: Tx) -> Job | None:
    """The scan that runs, or the last one."""
    id = tx.value(
        "select id from job where workspace_id = %s and kind = %s "
        "order by created_at desc, id desc limit 1",
        [tx.workspace_id, KIND],
    )
    return job.find(tx, id) if id else None


def is_going(tx: Tx) -> bool:
    last = latest(tx)
    return last is not None and last.status in ("queued", "running")


def start(tx: Tx, who: Who) -> UUID:
    """Scan everybody from the start. Raises Problem(conflict) while a scan is under way; one that
    paused is given up."""
    tx.run("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{KIND} {tx.workspace_id}"])
    last = latest(tx)
    if last and last.status in ("queued", "running"):
        raise Problem(
            "conflict", "A scan of the workspace is under way. Wait until it has ended.",
            job_id=last.shown_id,
        )  # fmt: skip
    if last and last.status == "paused":
        job.finish(tx, last.id, "cancelled", "Begun anew")
    job_id = job.create(tx, who, KIND, LABEL, "/duplicates")
    _defer(tx, job_id)
    return job_id


def _defer(tx: Tx, job_id: UUID) -> None:
    defer(tx, scan, lock=f"duplicates:{tx.workspace_id}", job_id=str(job_id))


@task("duplicates.scan")
def scan(context: Context, job_id: str) -> None:
    """Batch after batch from the cursor."""
    job_uuid = UUID(job_id)
    with context.tx() as tx:
        is_large = count(tx) >= LEAST_PEOPLE
    with processes.count(is_large) as beside, making(beside) as made_of:
        in_batches(
            context, job_uuid,
            lambda tx: _batch(tx, job_uuid, made_of),
            lambda tx: _defer(tx, job_uuid),
            "The scan stopped at an error ({error}). Start it again.",
        )  # fmt: skip


def _batch(tx: Tx, job_id: UUID, made_of: MadeOf) -> bool:
    """One step of the scan; False when it is done. People count half for being filed, half for
    being compared."""
    at: dict[str, Any] = job.cursor(tx, job_id) or {
        "began": tx.now.isoformat(), "people": count(tx), "filed": 0, "after": None, "last": None,
        "number": 0, "found": 0,
    }  # fmt: skip
    going = True
    if at["last"] is not None:
        going = _compare_some(tx, at, made_of)
    elif not _file_some(tx, at, made_of):
        at["last"] = filed.make_blocks(tx)
    compared = at["people"] * at["number"] // at["last"] if at["last"] else 0
    done = min(at["filed"], at["people"]) + compared
    job.advance(tx, job_id, done=done, total=2 * at["people"], at=at)
    if not going:
        _end(tx, job_id, at)
    return going


def _file_some(tx: Tx, at: dict[str, Any], made_of: MadeOf) -> bool:
    def parts() -> Iterator[Filing]:
        after = UUID(at["after"]) if at["after"] else None
        for _ in range(PARTS):
            ids = next_ids(tx, after, PEOPLE)
            if not ids:
                return
            after = ids[-1]
            yield Filing(after, len(ids), read(tx, ids), filed.salt(tx))

    done = made_of(parts)
    for part, made in done:
        filed.write(tx, made.contacts, made.keys)
        at |= {"after": str(part.last), "filed": at["filed"] + part.asked}
    return bool(done)


def _compare_some(tx: Tx, at: dict[str, Any], made_of: MadeOf) -> bool:
    def parts() -> Iterator[Comparing]:
        after = at["number"]
        for _ in range(PARTS):
            blocks = list(_some(filed.blocks(tx, after, BLOCKS)))
            if not blocks:
                return
            after = blocks[-1].number
            yield Comparing(blocks, read(tx, members(blocks)))

    done = made_of(parts)
    for part, made in done:
        keep(tx, made.pairs)
        at |= {"number": part.blocks[-1].number, "found": at["found"] + len(made.pairs["ones"])}
    return bool(done)


def _some(blocks: Iterable[Block]) -> Iterator[Block]:
    """The first of them, until they come to enough pairs."""
    pairs = 0
    for block in blocks:
        yield block
        size = len(block.contacts)
        pairs += size * (size - 1) // 2
        if pairs > PAIRS:
            break


def _end(tx: Tx, job_id: UUID, at: dict[str, Any]) -> None:
    drop_unseen(tx, datetime.fromisoformat(at["began"]))
    filed.clear_blocks(tx)
    pairs = tx.value(
        "select count(*) from duplicate_pair where workspace_id = %s and state = 'open'",
        [tx.workspace_id],
    )
    contacts = "contact" if at["people"] == 1 else "contacts"
    told = f"{pairs:,} {'pair' if pairs == 1 else 'pairs'} among {at['people']:,} {contacts}"
    job.finish(tx, job_id, "done", told)
    auto.go_on(tx)
