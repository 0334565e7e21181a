"""How many rows a list has: exactly while that is cheap, else a flagged estimate (G-26)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import together

# Beyond this many an exact count costs more than it tells (⚗ 22 ms for one filter over a million).
COUNT_BUDGET = 10_000
# What a count may cost by the planner's reckoning before the estimate is taken for it: a tenth of a
# second.
COST_BUDGET = 20_000.0
# So many times the budget by the planner's reckoning are surely more than it.
SURELY = 5


@dataclass(frozen=True, slots=True)
class Count:
    value: int
    exact: bool


def count(tx: Tx, matching: sql.Composable, values: dict[str, Any], least: int = 0) -> Count:
    """How many rows `select … ` finds: exactly while that is cheap, else as the planner reckons.

    `least` is how many are known to be there.
    """
    budget = {**values, "budget": COUNT_BUDGET + 1}
    limited = together(
        "select count(*) from ({matching} limit %(budget)s) as counted", matching=matching
    )
    explained = together("explain (format json) {matching}", matching=matching)
    plan = tx.value(explained, values)[0]["Plan"]
    estimate = int(plan["Plan Rows"])
    share = min(1.0, (COUNT_BUDGET + 1) / max(1, estimate))
    if estimate > SURELY * COUNT_BUDGET or float(plan["Total Cost"]) * share > COST_BUDGET:
        return Count(max(estimate, least), exact=False)
    found = int(tx.value(limited, budget))
    if found <= COUNT_BUDGET:
        return Count(found, exact=True)
    return Count(max(estimate, COUNT_BUDGET + 1, least), exact=False)
