"""The companies of an import, before its contacts: folded over the whole file, then written."""

from __future__ import annotations

from psycopg import sql

from nimbus.companies import resolve
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.imports.find import find
from nimbus.imports.stages.turn import Turn, note, operation_of, parser_of
from nimbus.intake import stages
from nimbus.jobs import job

_SQL = beside(__file__, "ledger.sql")
COMPANIES = 5_000


def write(turn: Turn) -> None:
    """Make and update every company that rows name which are going to be written, in parts that
    can be stopped after; the cursor's `companies` is the key to go on after, None at the end."""

    def fold(tx: Tx) -> bool:
        at = job.cursor(tx, turn.job_id)
        if "companies" in at:
            return at["companies"] is None
        brought = stages.brought_by(parser_of(turn, tx, find(tx, turn.import_id)).incoming())
        resolve.fold(tx, turn.import_id, sql.SQL(_SQL["to_be_written"]), brought)
        _goes_on(tx, turn, "")
        return False

    def part(tx: Tx) -> bool:
        found = find(tx, turn.import_id)
        brought = stages.brought_by(parser_of(turn, tx, found).incoming())
        after = job.cursor(tx, turn.job_id)["companies"]
        operation = operation_of(tx, found)
        bound = resolve.write(tx, operation, turn.import_id, brought, after, COMPANIES)
        if bound is None:
            resolve.forget(tx, turn.import_id)
        _goes_on(tx, turn, bound)
        return bound is None

    done = turn.batch(fold)
    while not done:
        done = turn.batch(part)


def _goes_on(tx: Tx, turn: Turn, after: str | None) -> None:
    at = job.cursor(tx, turn.job_id)
    job.advance(tx, turn.job_id, done=at.get("done", 0), total=at.get("total"),
                at=at | {"companies": after})  # fmt: skip
    note(tx, turn, "segmenting")
