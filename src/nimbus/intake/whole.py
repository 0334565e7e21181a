"""A batch that is a whole source: what comes in one request, and the preview of a file."""

from __future__ import annotations

from psycopg import sql

from nimbus.companies import resolve
from nimbus.contacts.writing.write import Writing
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.intake import stages
from nimbus.intake.parse import Parsed
from nimbus.intake.staged import staged
from nimbus.intake.stages import Options, Outcome
from nimbus.operations import Operation

_SQL = beside(__file__, "batch.sql")
# Why a row may be kept out as late as when it is written.
LATE = frozenset({"contact_limit", "assigned_elsewhere", "platform:opt_out"})


def bring(
    tx: Tx, operation: Operation, parsed: Parsed, writing: Writing, options: Options
) -> list[Outcome]:
    """All stages one after the other in this transaction, like a chunk of an import; answers what
    became of each row that was not refused. Raises TryAgain as `write_batch` does."""
    incoming, source = writing.incoming, operation.id
    if options.contact_limit is not None:
        stages.count_alone(tx)
    stages.open_batch(tx, len(parsed))
    stages.load(tx, staged(parsed, tx.workspace_id, source))
    stages.deduplicate(tx, writing.client, options, incoming)
    stages.suppress(tx, writing.client, asked=True)
    rows = sql.SQL(_SQL["to_be_written"]).format(tells=stages.telling(incoming))
    stages.fold_companies(tx, source, incoming, rows)
    stages.write_companies(tx, operation, source, incoming)
    stages.write(tx, operation, writing, options, source, decided=True)
    resolve.forget(tx, source)
    decided = stages.outcomes(tx)
    if any(one.reason in LATE for one in decided):
        # Their companies were made before.
        resolve.sweep(tx, source)
    return decided
