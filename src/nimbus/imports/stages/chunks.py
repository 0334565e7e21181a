"""The stages that go over the staged rows, a chunk of email keys at a time."""

from __future__ import annotations

import time
from collections.abc import Callable

from psycopg import sql

from nimbus.contacts.write import Writing
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.read import catalogue
from nimbus.imports.find import find
from nimbus.imports.stages import companies
from nimbus.imports.stages.turn import Turn, note, operation_of, parser_of, settled
from nimbus.intake import stages
from nimbus.jobs import job
from nimbus.scoring.read import scoring_for

_SQL = beside(__file__, "ledger.sql")
# Rows of the first chunk, and of the smallest and the largest one.
START, LEAST, MOST = 5_000, 1_000, 20_000
# Seconds that a chunk should take: so long a stop, a pause or a cancel may have to wait for it.
AIM = 1.5


def deduplicate(turn: Turn) -> None:
    with turn.instance.door.workspace(turn.workspace_id) as tx:
        found, client, options = settled(turn, tx)
        incoming = parser_of(turn, tx, found).incoming()

    def work(tx: Tx) -> None:
        stages.deduplicate(tx, client, options, incoming)
        names = [c for c in stages.staged_columns(tx) if c not in ("workspace_id", "import_id")]
        if tx.value("select exists (select from batch where duplicate_of is not null)"):
            tx.run(
                sql.SQL(_SQL["keep_folded"]).format(
                    columns=stages.listed(names),
                    values=sql.SQL(", ").join(sql.Identifier("b", name) for name in names),
                ),
                turn.ids(),
            )

    _chunked(turn, "deduplicating", work)


def suppress(turn: Turn) -> None:
    with turn.instance.door.workspace(turn.workspace_id) as tx:
        _, client, _ = settled(turn, tx)
    _chunked(turn, "suppressing", lambda tx: stages.suppress(tx, client))


def segment(turn: Turn) -> None:
    """Survivors are claimed, given their company, tier and score, and written, in one go."""
    companies.fold(turn)

    def work(tx: Tx) -> None:
        found, client, options = settled(turn, tx)
        fields = catalogue(tx)
        parser = parser_of(turn, tx, found)
        writing = Writing(parser.incoming(), client, fields, scoring_for(tx, client.id))
        stages.write(tx, operation_of(tx, found), writing, options, turn.import_id)

    _chunked(turn, "segmenting", work)


def _chunked(turn: Turn, stage: str, work: Callable[[Tx], None]) -> None:
    chunk = 0
    while turn.batch(lambda tx: _chunk(tx, turn, stage, work)):
        chunk += 1
        # After chunks 1, 2, 4, 8, …: tables that start empty grow past what is known of them.
        if chunk & (chunk - 1) == 0:
            turn.batch(lambda tx: tx.run("select refresh_statistics()"))


def _chunk(tx: Tx, turn: Turn, stage: str, work: Callable[[Tx], None]) -> bool:
    """One chunk by the order of email keys; False when it was the last."""
    began = time.monotonic()
    at = job.cursor(tx, turn.job_id)
    size = at.get("size", START)
    values = turn.ids(after=at.get("after"), size=size - 1, again=stage == "deduplicating")
    bound = tx.value(_SQL["next_bound"], values)
    stages.open_batch(tx)
    columns = stages.listed(stages.staged_columns(tx))
    tx.run(sql.SQL(_SQL["take_chunk"]).format(columns=columns), {**values, "bound": bound})
    total = at.get("total")
    if total is None:
        total = _undecided(tx, turn)
    rows = tx.value("select count(*) from batch")
    work(tx)
    _record(tx, turn)
    done = at.get("done", 0) + rows
    at |= {"after": str(bound) if bound else None, "done": done, "total": total}
    at["size"] = next_size(size, time.monotonic() - began)
    job.advance(tx, turn.job_id, done=done, total=total, at=at)
    note(tx, turn, stage, done=done, total=total)
    return bound is not None


def next_size(size: int, seconds: float) -> int:
    """Rows of the next chunk, after one of `size` rows took so long: towards `AIM` seconds, but
    never more than twice as many at once."""
    fitting = round(size * min(2.0, AIM / max(seconds, 0.001)))
    return min(MOST, max(LEAST, fitting))


def _undecided(tx: Tx, turn: Turn) -> int:
    found = find(tx, turn.import_id)
    return found.total - found.decided


def _record(tx: Tx, turn: Turn) -> None:
    counted = dict.fromkeys(
        ("imported", "updated", "unchanged", "skipped", "suppressed", "errored"), 0
    )
    for row in tx.rows(_SQL["record"], turn.ids()):
        counted[row["status"]] += row["rows"]
        counted["unchanged"] += row["unchanged"]
    tx.run(_SQL["count"], turn.ids(**counted))
