"""One runner's turn at an import: what it may commit, and where the import stands (G-05)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any, TypeVar
from uuid import UUID

from psycopg import OperationalError
from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access.who import Who, system
from nimbus.accounts.client import Client, client_for, workspace
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.db.sqlfile import beside
from nimbus.fields.read import catalogue
from nimbus.imports import mapping
from nimbus.imports.defaults import default_values
from nimbus.imports.find import find, locked
from nimbus.imports.import_job import STAGES, ImportJob
from nimbus.intake import stages
from nimbus.intake.parse import Parser
from nimbus.jobs import job, stopping
from nimbus.operations import Operation

T = TypeVar("T")

_SQL = beside(__file__, "ledger.sql")


class Stopped(Exception):
    """This process was asked to stop; the job goes on in another."""


class Cancelled(Exception):
    """Somebody asked to cancel the import while a batch of it was written."""


class Halted(Exception):
    """Another lane of the turn has failed: this one is to write nothing more."""


class StagedRowsGone(OperationalError):
    """The database crashed while nobody asked it anything, and lost what was staged: as where it is
    away, the queue tries again, and the file is parsed anew."""


class PauseAsked(Exception):
    """Somebody asked to pause the import while a batch of it was written."""


@dataclass(slots=True)
class Turn:
    """One runner's turn at an import, from its cursor on. The time since `since` belongs to the
    stage that is noted next: reading ahead, committing and what is between batches included."""

    instance: Instance
    workspace_id: UUID
    import_id: UUID
    job_id: UUID
    runner: UUID
    since: float = field(default_factory=time.monotonic)
    noted: float = 0.0
    # Of a lane beside others: set when one of them has failed, and whether it is the one that
    # notes the time.
    halt: Event | None = None
    timed: bool = True

    def batch(self, work: Callable[[Tx], T]) -> T:
        """One transaction as the import's runner. Raises LostJob when it is that no more, Stopped,
        Cancelled and PauseAsked when it is to write nothing more."""
        if stopping.is_set():
            raise Stopped
        if self.halt and self.halt.is_set():
            raise Halted

        def unless_asked(tx: Tx) -> T:
            found = find(tx, self.import_id)
            if found.cancel_asked:
                raise Cancelled
            if found.pause_asked:
                raise PauseAsked
            return work(tx)

        return self.commit(unless_asked)

    def commit(self, work: Callable[[Tx], T]) -> T:
        """As `batch`, whatever was asked of the import meanwhile."""

        def held(tx: Tx) -> T:
            self.noted = self.since
            job.hold(tx, self.job_id, self.runner)
            return work(tx)

        result = self.instance.door.attempt(self.workspace_id, held)
        self.since = self.noted
        return result

    def lap(self) -> float:
        """Seconds that no stage has been noted with; they count once this batch is committed."""
        now = time.monotonic()
        seconds, self.noted = now - self.noted, now
        return seconds

    def ids(self, **more: Any) -> dict[str, Any]:
        return {"workspace": self.workspace_id, "import": self.import_id, **more}


def begin(tx: Tx, found: ImportJob) -> None:
    operation = operations.start(
        tx, _who(found, tx.workspace_id), "import", found.options.get("through", "web"),
        subject="import", subject_id=found.id, why=found.name,
    )  # fmt: skip
    tx.run(
        "update import_job set operation_id = %s, started_at = %s "
        "where workspace_id = %s and id = %s",
        [operation.id, tx.now, tx.workspace_id, found.id],
    )


def first_stage(turn: Turn) -> int:
    """Where to go on. After a crash of the database the staged rows are gone: parse again."""

    def look(tx: Tx) -> int:
        at = job.cursor(tx, turn.job_id)
        stage = at.get("stage", STAGES[0])
        if not _has_all_staged(tx, turn, at):
            tx.run("delete from import_stage where workspace_id = %(workspace)s "
                   "and import_id = %(import)s", turn.ids())  # fmt: skip
            job.advance(tx, turn.job_id, done=0, total=None, at={})
            return 0
        return STAGES.index(stage)

    return turn.batch(look)


def _has_all_staged(tx: Tx, turn: Turn, at: Mapping[str, Any]) -> bool:
    staged = tx.value(
        "select count(*) from import_stage where workspace_id = %(workspace)s "
        "and import_id = %(import)s", turn.ids(),
    )  # fmt: skip
    return bool(staged == at.get("staged", 0))


def enter(turn: Turn, stage: str) -> None:
    """Begin or go on with a stage. Raises StagedRowsGone."""

    def enter(tx: Tx) -> None:
        found = find(tx, turn.import_id)
        started = found.stages.get(stage, {}).get("started") or tx.now.isoformat()
        tx.run(_SQL["enter_stage"], turn.ids(status=stage))
        note(tx, turn, stage, started=started)
        at = job.cursor(tx, turn.job_id)
        if not _has_all_staged(tx, turn, at):
            raise StagedRowsGone
        if at.get("stage", STAGES[0]) != stage:
            at = {"stage": stage, "staged": at.get("staged", 0)}
        job.advance(tx, turn.job_id, done=at.get("done", 0), total=at.get("total"), at=at)

    turn.batch(enter)


def leave(turn: Turn, stage: str) -> None:
    def leave(tx: Tx) -> None:
        at = job.cursor(tx, turn.job_id)
        following = STAGES[STAGES.index(stage) + 1] if stage != STAGES[-1] else stage
        job.advance(tx, turn.job_id, done=0, total=None,
                    at={"stage": following, "staged": at.get("staged", 0)})  # fmt: skip
        note(tx, turn, stage, finished=tx.now.isoformat())

    turn.batch(leave)


def note(tx: Tx, turn: Turn, stage: str, **more: Any) -> None:
    """Add to what is known of a stage, and to its seconds all the time since the last note: over
    the turns of an import they add up to what it took."""
    known = locked(tx, turn.import_id).stages.get(stage, {})
    if turn.timed:
        known["seconds"] = known.get("seconds", 0.0) + turn.lap()
    known |= more
    tx.run(_SQL["note_stage"], turn.ids(stages=Jsonb({stage: known})))


def pause(turn: Turn, stage: str, message: str) -> None:
    def pause(tx: Tx) -> None:
        note(tx, turn, stage)
        # Cancelled after the batch began: nobody would look for that once the import is paused.
        if tx.value(
            "update import_job set status = 'paused', stage = %s, message = %s "
            "where workspace_id = %s and id = %s returning cancel_asked",
            [stage, message, tx.workspace_id, turn.import_id],
        ):
            raise Cancelled
        job.finish(tx, turn.job_id, "paused", message)

    turn.batch(pause)


def operation_of(tx: Tx, found: ImportJob) -> Operation:
    assert found.operation_id  # noqa: S101 - set before the first stage
    who = _who(found, tx.workspace_id)
    return Operation(found.operation_id, "import", "import", who, tx.now)


def _who(found: ImportJob, workspace_id: UUID) -> Who:
    """The person, the key or the command that brought the file: the import is theirs (G-49)."""
    return Who(found.created_by_kind, workspace_id, found.created_by, found.created_by_id)


def settled(turn: Turn, tx: Tx) -> tuple[ImportJob, Client, stages.Options]:
    found = find(tx, turn.import_id)
    client = client_for(tx, system(tx.workspace_id), found.client_id)
    limit = workspace(tx).contacts_hard_limit or turn.instance.settings.contacts_hard_limit
    options = stages.Options(found.options["dedup_behavior"], found.options["in_trash"], limit)
    return found, client, options


def parser_of(turn: Turn, tx: Tx, found: ImportJob) -> Parser:
    fields = catalogue(tx)
    return Parser(
        mapping.columns(mapping.load(found.mapping or []), fields),
        fields,
        turn.instance.secrets.key("email"),
        defaults=default_values(found.options.get("defaults", {}), fields),
        lead_source=f"{found.source}_import_{found.created_at:%Y%m%d}",
    )
