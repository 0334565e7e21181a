"""The stages that go over the staged rows, a chunk of email keys at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from nimbus.contacts.writing.write import Writing
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.read import catalogue
from nimbus.imports.find import find
from nimbus.imports.stages import companies
from nimbus.imports.stages.lanes import count, next_bound, stretches, together
from nimbus.imports.stages.turn import Turn, note, operation_of, parser_of, settled
from nimbus.intake import stages
from nimbus.jobs import job
from nimbus.scoring.read import scoring_for

_SQL = beside(__file__, "ledger.sql")
# Rows of the first chunk, and of the smallest and the largest one.
START, LEAST, MOST = 5_000, 1_000, 20_000
# Seconds that a chunk should take: so long a stop, a pause or a cancel may have to wait for it.
AIM = 1.5

# What deciding about a row takes; the rest of it is read where repeats are folded or rows written.
NARROW = ("workspace_id", "import_id", "email_key", "row_no", "line", "email", "email_domain",
          "domain_derived", "detail")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a stretch of email keys: those above `after` up to `bound`, null for all."""

    after: str | None
    bound: str | None


Work = Callable[[Tx, Chunk], None]


def deduplicate(turn: Turn) -> None:
    with turn.instance.door.workspace(turn.workspace_id) as tx:
        found, client, options = settled(turn, tx)
        incoming = parser_of(turn, tx, found).incoming()
    turn.batch(lambda tx: stages.lead_on(tx, turn.import_id))

    def work(tx: Tx, chunk: Chunk) -> None:
        repeats = tx.value(_SQL["repeats"], _values(turn, chunk))
        _take(tx, turn, chunk, narrow=not repeats and options.in_trash != "new", again=True)
        stages.deduplicate(tx, client, options, incoming)
        names = [c for c in stages.staged_columns(tx) if c not in ("workspace_id", "import_id")]
        if repeats:
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

    def work(tx: Tx, chunk: Chunk) -> None:
        _take(tx, turn, chunk, narrow=True)
        stages.suppress(tx, client)

    _chunked(turn, "suppressing", work)


def segment(turn: Turn) -> None:
    """Survivors are claimed, given their company, tier and score, and written, in one go, after the
    companies they name."""
    companies.fold(turn)
    companies.write(turn)

    def work(tx: Tx, chunk: Chunk) -> None:
        _take(tx, turn, chunk)
        found, client, options = settled(turn, tx)
        if options.contact_limit is not None:
            stages.count_alone(tx)
        fields = catalogue(tx)
        parser = parser_of(turn, tx, found)
        writing = Writing(parser.incoming(), client, fields, scoring_for(tx, client.id))
        stages.write(tx, operation_of(tx, found), writing, options, turn.import_id)

    _chunked(turn, "segmenting", work)
    companies.sweep(turn)


def _chunked(turn: Turn, stage: str, work: Work) -> None:
    def go(turn: Turn, lane: int) -> None:
        chunk = 0
        while turn.batch(lambda tx: _chunk(tx, turn, stage, lane, work)):
            chunk += 1
            # After chunks 1, 2, 4, 8, …: tables that start empty grow past what is known of them.
            if lane == 0 and chunk & (chunk - 1) == 0:
                turn.batch(lambda tx: tx.run("select refresh_statistics()"))

    together(turn, turn.batch(lambda tx: _lanes(tx, turn)), go)


def _lanes(tx: Tx, turn: Turn) -> int:
    """How many go over the rows at once; the cursor keeps where each stands."""
    at = job.cursor(tx, turn.job_id)
    if "lanes" not in at:
        found = find(tx, turn.import_id)
        total = found.total - found.decided
        at |= {"lanes": stretches(count(total)), "done": 0, "total": total}
        job.advance(tx, turn.job_id, done=0, total=total, at=at)
    return len(at["lanes"])


def _chunk(tx: Tx, turn: Turn, stage: str, number: int, work: Work) -> bool:
    """The lane's next chunk by the order of email keys; False when it has none."""
    began = time.monotonic()
    at = job.cursor(tx, turn.job_id)
    lane = at["lanes"][number]
    if lane.get("over"):
        return False
    size = lane.get("size", START)
    last = next_bound(lane, size, at.get("staged") or at["total"])
    stages.open_batch(tx)
    work(tx, Chunk(lane["after"], last or lane["until"]))
    rows = tx.value("select count(*) from batch")
    counted = _record(tx, turn)
    # From here on other lanes wait for the commit.
    at = job.cursor_to_change(tx, turn.job_id)
    at["lanes"][number] |= {"after": last} if last else {"over": True}
    at["lanes"][number]["size"] = next_size(size, time.monotonic() - began)
    at["done"] += rows
    job.advance(tx, turn.job_id, done=at["done"], total=at["total"], at=at)
    tx.run(_SQL["count"], turn.ids(**counted))
    note(tx, turn, stage, done=at["done"], total=at["total"])
    return last is not None


def _take(tx: Tx, turn: Turn, chunk: Chunk, *, narrow: bool = False, again: bool = False) -> None:
    columns = stages.listed(NARROW if narrow else stages.staged_columns(tx))
    statement = sql.SQL(_SQL["take_chunk"]).format(columns=columns)
    tx.run(statement, _values(turn, chunk, again=again))


def _values(turn: Turn, chunk: Chunk, **more: bool) -> dict[str, Any]:
    return turn.ids(after=chunk.after, bound=chunk.bound, **more)


def next_size(size: int, seconds: float) -> int:
    """Rows of the next chunk, after one of `size` rows took so long: towards `AIM` seconds, but
    never more than twice as many at once."""
    fitting = round(size * min(2.0, AIM / max(seconds, 0.001)))
    return min(MOST, max(LEAST, fitting))


def _record(tx: Tx, turn: Turn) -> dict[str, int]:
    counted = dict.fromkeys(
        ("imported", "updated", "unchanged", "skipped", "suppressed", "errored", "repeated"), 0
    )
    for row in tx.rows(_SQL["record"], turn.ids()):
        counted[row["status"]] += row["rows"]
        counted["unchanged"] += row["unchanged"]
        counted["repeated"] += row["repeated"]
    return counted
