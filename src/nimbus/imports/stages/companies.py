"""The companies of an import, before its contacts: folded over the whole file."""

from __future__ import annotations

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.imports.find import find
from nimbus.imports.stages.turn import Turn, note, parser_of
from nimbus.intake import stages
from nimbus.jobs import job

_SQL = beside(__file__, "ledger.sql")


def fold(turn: Turn) -> None:
    """Keep what the rows that are going to be written say of each company; once, which the cursor
    remembers as `companies`."""

    def fold(tx: Tx) -> None:
        at = job.cursor(tx, turn.job_id)
        if "companies" in at:
            return
        incoming = parser_of(turn, tx, find(tx, turn.import_id)).incoming()
        rows = sql.SQL(_SQL["to_be_written"])
        at["companies"] = stages.fold_companies(tx, turn.import_id, incoming, rows)
        job.advance(tx, turn.job_id, done=0, total=None, at=at)
        note(tx, turn, "segmenting")

    turn.batch(fold)
