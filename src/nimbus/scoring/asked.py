"""What the rules of tier and score look at: nobody is scored for a change of anything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.filters.stored import uses
from nimbus.problems import Problem

# By these it is decided whether, and by whose rules, a contact is scored.
ALWAYS = frozenset({"is_deleted", "client_id", "company_id", "merged_into"})


def is_asked(tx: Tx, columns: Iterable[str]) -> bool:
    """Whether any rule of the workspace or of its clients looks at these columns of contacts."""
    changed = set(columns)
    if changed & ALWAYS:
        return True
    if "asked by rules" not in tx.memory:
        tx.memory["asked by rules"] = set(_asked(tx))
    asked: set[str | None] = tx.memory["asked by rules"]
    return None in asked or bool(changed & asked)


def _asked(tx: Tx) -> Iterator[str | None]:
    """The columns; None for something else than a column of contacts."""
    fields = catalogue(tx)
    for ref in {use.ref for filter in _filters(tx) for use in uses(filter)}:
        try:
            field = fields.by_ref(ref)
        except Problem:
            continue  # Of a field that is gone.
        match field.thing:
            case "contact":
                yield field.column
            case "custom":
                yield "custom"
            case "company":
                yield "company_id"
            case _:
                yield None


def _filters(tx: Tx) -> Iterator[Any]:
    yield from tx.column(
        "select filter from icp_tier_rule where workspace_id = %s", [tx.workspace_id]
    )
    models = tx.column(
        "select rules from scoring_model where workspace_id = %s and is_current",
        [tx.workspace_id],
    )
    yield from (rule["filter"] for rules in models for rule in rules if rule.get("filter"))
