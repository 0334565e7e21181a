"""Sealing the log: every ten minutes what nobody can add to any more, a stretch of ids after the
other, so that everything that is written comes under exactly one seal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from psycopg import sql

from nimbus.db.door import Door, Tx
from nimbus.db.sqlfile import beside
from nimbus.jobs import Context, stopping, task
from nimbus.operations import heads
from nimbus.operations.seal import (
    BEGINNING,
    NOTHING,
    Head,
    Line,
    Seal,
    content_of,
    digest_of,
)

log = structlog.get_logger()

_SQL = beside(__file__, "sealing.sql")
DIGESTS = sql.SQL(_SQL["digests"])
CONTENT = sql.SQL(_SQL["content"]).format(digests=DIGESTS)

# So many changes, and operations, come under one seal: sealing and verifying take the same memory
# whatever was imported.
MOST = 50_000
# A clock that is put back by less makes no id that lies in a stretch which is sealed already.
MARGIN = timedelta(minutes=2)
# So long a job waits for transactions that go on; the next one tries again.
PATIENCE = 30.0


@task("operations.seal", cron="*/10 * * * *")
def seal_all(context: Context) -> None:
    """Seal what was written in every workspace."""
    instance = context.instance
    with instance.door.platform() as tx:
        workspaces: list[UUID] = tx.column("select workspace_id from all_workspaces()")
    horizon = settled(instance.door, MARGIN)
    if horizon is None:
        log.info("the log is being written for long; it is sealed later")
        return
    data, key = instance.settings.data, instance.secrets.key("audit")
    for workspace_id in workspaces:
        seal(instance.door, data, key, workspace_id, horizon)


def settled(door: Door, margin: timedelta) -> UUID | None:
    """The id before which nothing comes to the log any more: of `margin` ago, once those who were
    writing now have committed. None when they go on for too long."""
    with door.platform() as tx:
        found = tx.row(_SQL["writing"]) or {}
    for _ in range(int(PATIENCE / 0.1)):
        with door.platform() as tx:
            if not tx.value(_SQL["is_written"], {"writers": found["writers"]}):
                return id_at(found["at"] - margin)
        if stopping.wait(0.1):
            break
    return None


def seal(door: Door, folder: Path, key: bytes, workspace_id: UUID, horizon: UUID) -> int:
    """Seal what the log of a workspace has before the horizon; answers how many seals that took.
    The last one is noted in `folder`, unless the one noted there is missing."""
    made = 0
    while not stopping.is_set():
        with door.workspace(workspace_id) as tx:
            fresh = _seal_stretch(tx, key, horizon)
            continues = fresh is not None and _has_known(tx, folder)
        if fresh is None:
            break
        made += 1
        if continues:
            heads.note(folder, workspace_id, Head(fresh.number, fresh.digest))
    return made


def seal_now(door: Door, folder: Path, key: bytes, workspace_id: UUID) -> int:
    """As `seal`, up to this moment."""
    horizon = settled(door, timedelta())
    return seal(door, folder, key, workspace_id, horizon) if horizon else 0


def _seal_stretch(tx: Tx, key: bytes, horizon: UUID) -> Seal | None:
    values = {"workspace": tx.workspace_id, "horizon": horizon, "most": MOST, "now": tx.now}
    if not tx.value(_SQL["alone"], values):
        return None
    last = tx.row(_SQL["last"], values) or {"number": 0, "until": BEGINNING, "digest": NOTHING}
    values |= {"number": last["number"] + 1, "since": last["until"]}
    until: UUID | None = tx.value(_SQL["bound"], values)
    if until is None:
        return None
    values["until"] = until
    # Planned for these ids: the plan for any would look through every month.
    tx.run("set local plan_cache_mode = 'force_custom_plan'")
    lines = tx.all(Line, sql.SQL(_SQL["keep_lines"]).format(content=CONTENT), values)
    begun = sum(line.own_digest is not None for line in lines)
    fresh = Seal(
        last["number"] + 1, last["until"], until, begun, sum(line.changes for line in lines),
        content_of(lines), last["digest"], b"", tx.now,
    )  # fmt: skip
    fresh = replace(fresh, digest=digest_of(key, tx.workspace_id, fresh))
    told = {name: getattr(fresh, name) for name in ("operations", "changes", "content", "previous",
                                                    "digest")}  # fmt: skip
    tx.run(_SQL["keep"], {**values, **told})
    return fresh


def _has_known(tx: Tx, folder: Path) -> bool:
    """Whether the chain has the head that is noted; else somebody has cut it off, and the note
    stays to tell so."""
    head = heads.known(folder, tx.workspace_id)
    if head is None or has(tx, head):
        return True
    log.error("the seals of the log are not those that were known", workspace=str(tx.workspace_id))
    return False


def has(tx: Tx, head: Head) -> bool:
    """Whether the chain of the bound workspace has this seal."""
    found: bool = tx.value(
        "select exists (select from seal where workspace_id = %s and number = %s and digest = %s)",
        [tx.workspace_id, head.number, head.digest],
    )
    return found


def id_at(moment: datetime) -> UUID:
    """The least id that is made from this moment on; ids count from 1970."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


def time_of(id: UUID) -> datetime:
    """When an id was made, in milliseconds."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)
