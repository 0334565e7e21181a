"""The companies of an import, before its contacts: folded over the whole file, then written.

On their own, so that several writers of contacts need not wait for each other's companies.
"""

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
ROWS = 5_000


def fold(turn: Turn) -> None:
    """Keep what the rows that are going to be written say of each company; once, which the cursor
    remembers as `companies`."""

    def fold(tx: Tx) -> None:
        at = job.cursor(tx, turn.job_id)
        if "companies" in at:
            return
        incoming = parser_of(turn, tx, find(tx, turn.import_id)).incoming()
        rows = sql.SQL(_SQL["to_be_written"]).format(tells=stages.telling(incoming))
        at["companies"] = stages.fold_companies(tx, turn.import_id, incoming, rows)
        job.advance(tx, turn.job_id, done=0, total=None, at=at)
        note(tx, turn, "segmenting")

    turn.batch(fold)


def write(turn: Turn) -> None:
    """Make and change the companies that were folded, so many at a time; the cursor remembers the
    last as `company`, and the end as null."""

    def some(tx: Tx) -> bool:
        at = job.cursor(tx, turn.job_id)
        if at.get("company", "") is None:
            return False
        found = find(tx, turn.import_id)
        incoming = parser_of(turn, tx, found).incoming()
        _, at["company"] = stages.write_companies(
            tx, operation_of(tx, found), turn.import_id, incoming,
            after=at.get("company"), limit=ROWS,
        )  # fmt: skip
        job.advance(tx, turn.job_id, done=0, total=None, at=at)
        note(tx, turn, "segmenting")
        return at["company"] is not None

    while turn.batch(some):
        pass


def sweep(turn: Turn) -> None:
    """Take away those that were made for rows which were kept out after all."""

    def sweep(tx: Tx) -> None:
        resolve.sweep(tx, operation_of(tx, find(tx, turn.import_id)).id)

    turn.batch(sweep)
