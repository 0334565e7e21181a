"""What the charts of Home are drawn from: the daily counts, and nothing else (`count.py`)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.home.count import NEW_DAYS

_SQL = beside(__file__, "count.sql")

# So far back one sees how it came about.
DAYS = 30

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Days:
    """`by_day` has what was counted on each day, by kind and value; `at` is when the last of them
    was counted, None before anybody did."""

    by_day: dict[date, dict[str, Counts]]
    at: datetime | None
    last: dict[str, Counts] = field(default_factory=dict)

    def of(self, kind: str) -> Counts:
        """The last day's counts of a kind, the largest first."""
        return self.last.get(kind, {})

    @property
    def total(self) -> int:
        return self.of("total").get("", 0)

    def new(self, days: int = NEW_DAYS) -> list[tuple[date, int]]:
        """Who came on each of the days up to the last."""
        if not self.by_day:
            return []
        last, counts = max(self.by_day), self.of("new")
        dates = [last - timedelta(days=back) for back in reversed(range(days))]
        return [(one, counts.get(one.isoformat(), 0)) for one in dates]

    def over_time(self, kind: str) -> list[tuple[date, Counts]]:
        """The counts of a kind, day by day; a day that nobody counted is left out."""
        return [(day, told.get(kind, {})) for day, told in self.by_day.items()]


def days(tx: Tx, whose: UUID | None = None) -> Days:
    """Of the last days, of all contacts or those of a client; 1,700 small rows at most."""
    values = {
        "workspace": tx.workspace_id, "whose": whose or tx.workspace_id,
        "since": tx.now.astimezone(UTC).date() - timedelta(days=DAYS - 1),
    }  # fmt: skip
    by_day: dict[date, dict[str, Counts]] = defaultdict(lambda: defaultdict(dict))
    at = None
    for row in tx.rows(_SQL["read"], values):
        by_day[row["day"]][row["kind"]][row["value"]] = row["contacts"]
        at = row["counted_at"]
    told = {day: dict(kinds) for day, kinds in by_day.items()}
    return Days(told, at, told[max(told)] if told else {})
