"""The contacts that rules are tried on before they are saved: all of a small workspace, else some,
taken evenly from everybody by the chance that is in their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.web.counting import count

# So many at most, exactly all of them where there are no more.
SAMPLE = 20_000
# Ids are told apart by so many bits of their hash.
_PARTS = 2**16
# The planner's estimate may be this far off before the sample is cut short.
_SLACK = 1.2

_THERE = sql.SQL(
    "select count(*) from (select from contact c where c.workspace_id = %(workspace)s "
    "and not c.is_deleted limit %(most)s) as counted"
)
_ALL = sql.SQL("select c.id from contact c where c.workspace_id = %(workspace)s")
# As an array, so that the planner looks the few up by their key. Ids lie in their index alone.
_CHOSEN = sql.SQL(
    "c.id = any (array(select p.id from contact p where p.workspace_id = %(workspace)s "
    "and (uuid_hash(p.id) & %(mask)s) < %(share)s limit %(cut)s))"
)

_THEIRS: dict[str, sql.SQL] = {
    "icp_tier_rule": sql.SQL(
        "(c.client_id is null or c.client_id not in (select o.client_id from icp_tier_rule o "
        "where o.workspace_id = %(workspace)s and o.client_id is not null))"
    ),
    "scoring_model": sql.SQL(
        "(c.client_id is null or c.client_id not in (select o.client_id from scoring_model o "
        "where o.workspace_id = %(workspace)s and o.client_id is not null and o.is_current))"
    ),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """`only` is a condition on contacts `c` with its binds; not `whole`, it leaves others out."""

    whole: bool
    only: sql.Composable
    values: dict[str, Any]


def sample(
    tx: Tx, rules: Literal["icp_tier_rule", "scoring_model"], client_id: UUID | None
) -> Sample:
    """Of the contacts for whom the rules of a client count, or those of the workspace (D-30)."""
    theirs: sql.Composable = _THEIRS[rules]
    values: dict[str, Any] = {"workspace": tx.workspace_id}
    if client_id:
        theirs, values["client"] = sql.SQL("c.client_id = %(client)s"), client_id
    if tx.value(_THERE, {**values, "most": SAMPLE + 1}) <= SAMPLE:
        return Sample(True, theirs, values)
    everybody = count(tx, _ALL, values, SAMPLE).value
    values |= {
        "mask": _PARTS - 1, "share": round(_PARTS * min(1, SAMPLE / everybody)),
        "cut": int(SAMPLE * _SLACK),
    }  # fmt: skip
    return Sample(False, sql.SQL("{} and {}").format(_CHOSEN, theirs), values)
