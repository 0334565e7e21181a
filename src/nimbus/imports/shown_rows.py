"""The rows of an import on its page, one outcome at a time, and what their contacts are worth."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.imports.find import ImportJobRow
from nimbus.imports.import_job import ImportJob
from nimbus.imports.reasons import around, message
from nimbus.imports.views import counts
from nimbus.web import charts

_SQL = beside(__file__, "shown_rows.sql")
SIZE = 50


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A row of the ledger in the words of a page."""

    line: int
    outcome: str
    email: str | None
    message: str
    href: str | None


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Lines, and the rows before and after which the pages around it begin."""

    lines: list[ShownLine]
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """The contacts that an import made or changed, by tier and score as they are now."""

    total: int
    tiers: list[charts.Bar]
    scores: charts.Histogram


def ledger(
    tx: Tx, found: ImportJob, outcome: str, after: int, before: int, *, repeats: bool = False
) -> LedgerPage:
    """A page of the rows of an outcome, of those skipped perhaps only the `repeats` of an email:
    those after a row, or those before one."""
    if not (found.repeated if repeats else counts(found)[outcome]):
        return LedgerPage([], None, None)
    is_unchanged = outcome == "unchanged"
    values = {
        "workspace": tx.workspace_id, "import": found.id, "after": after, "before": before,
        "status": "updated" if is_unchanged else outcome, "unchanged": is_unchanged,
        "reason": "duplicate_in_file" if repeats else None, "limit": SIZE + 1,
    }  # fmt: skip
    rows = tx.all(ImportJobRow, _SQL["rows_before" if before else "rows_after"], values)
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if before:
        rows.reverse()
    told = around(tx, rows, found.id)
    lines = [
        ShownLine(
            row.line,
            outcome,
            row.email or (row.detail or {}).get("value"),
            message(row.status, row.reason, row.detail, row.duplicate_of_row, told),
            f"/contacts/{ids.show('cont', row.contact_id)}" if row.contact_id else None,
        )
        for row in rows
    ]
    has_newer = more if before else bool(after)
    has_older = bool(before) or more
    return LedgerPage(
        lines,
        rows[0].row_no if rows and has_newer else None,
        rows[-1].row_no if rows and has_older else None,
    )


def judged(tx: Tx, import_id: UUID) -> Judged:
    """Tiers and scores of the contacts that this import wrote."""
    rows = tx.rows(_SQL["judged"], {"workspace": tx.workspace_id, "import": import_id})
    tiers = dict.fromkeys("ABCD", 0)
    bins = [0] * 10
    for row in rows:
        if row["icp_tier"]:
            tiers[row["icp_tier"]] += row["contacts"]
        if row["bin"] is not None:
            bins[row["bin"]] += row["contacts"]
    shown = [(f"Tier {tier}", count) for tier, count in tiers.items()]
    colours = ["green", "blue", "amber", "grey"]
    of_import = f"/contacts?import={ids.show('imp', import_id)}&icp_tier="
    bars = charts.bars(shown, colours, [f"{of_import}{tier}" for tier in tiers])
    return Judged(sum(row["contacts"] for row in rows), bars, charts.histogram(bins))
