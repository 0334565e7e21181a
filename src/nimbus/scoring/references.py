"""What tier rules and scoring models ask for, and what becomes of them when a value gets another
name or goes (G-31, G-33)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.filters.stored import names, rewritten
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.operations.references import Reference, Thing, references
from nimbus.operations.rename import Renamed
from nimbus.scoring.rescore import start
from nimbus.scoring.write_model import next_version

_SQL = beside(__file__, "references.sql")


def find(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """Rules whose filter asks for a field, an option or a tag; of models the current ones."""
    for rule in tx.rows(_SQL["rules"], {"workspace": tx.workspace_id}):
        if names(rule["filter"], thing):
            yield Reference("tier_rule", ids.show("rule", rule["id"]), rule["name"])
    for model in tx.rows(_SQL["models"], {"workspace": tx.workspace_id}):
        for rule in model["rules"] if model["is_current"] else ():
            if "filter" in rule and names(rule["filter"], thing):
                yield Reference("scoring_rule", ids.show("model", model["id"]), rule["name"])


def uses(tx: Tx, rule_id: UUID) -> list[Reference]:
    """What uses a tier rule: the contacts that have their tier by it. Raises Problem(not_found)."""
    if tx.row(_SQL["rule"], {"workspace": tx.workspace_id, "id": rule_id}) is None:
        raise ids.missing("rule")
    return references(tx, Thing("tier_rule", str(rule_id)))


def rewrite(tx: Tx, operation: Operation, renamed: Renamed) -> None:
    """Put the new name into every rule, which then scores as before. Where a value is gone, rules
    say what they said of contacts without one: everybody is scored by that."""
    tx.run("select id from workspace where id = %s for no key update", [tx.workspace_id])
    differ = _rewrite_rules(tx, operation, renamed)
    differ = _rewrite_models(tx, operation, renamed) or differ
    if differ and renamed.new is None:
        start(tx, operation.who, "Scoring without what was deleted", operation)


def _rewrite_rules(tx: Tx, operation: Operation, renamed: Renamed) -> bool:
    changed: list[tuple[dict[str, Any], Any]] = []
    for rule in tx.rows(_SQL["rules"], {"workspace": tx.workspace_id}):
        new = rewritten(rule["filter"], renamed)
        if new != rule["filter"]:
            changed.append((rule, new))
    tx.run(
        _SQL["rewrite_rules"],
        {"workspace": tx.workspace_id, "now": tx.now, "ids": [rule["id"] for rule, _ in changed],
         "filters": [Jsonb(new) for _, new in changed]},
    )  # fmt: skip
    for rule, new in changed:
        log(
            tx, operation, "icp_tier_rule", rule["id"], "updated",
            {"filter": rule["filter"], "version": rule["version"]},
            {"filter": new, "version": rule["version"] + 1},
        )  # fmt: skip
    return bool(changed)


def _rewrite_models(tx: Tx, operation: Operation, renamed: Renamed) -> bool:
    """A name is put into every version, so that old scores can still be explained; what asks for
    something that is gone is the next version's (G-30)."""
    changed: list[tuple[dict[str, Any], Any]] = []
    for model in tx.rows(_SQL["models"], {"workspace": tx.workspace_id}):
        new = [
            {**rule, "filter": rewritten(rule["filter"], renamed)} if "filter" in rule else rule
            for rule in model["rules"]
        ]
        if new != model["rules"]:
            changed.append((model, new))
    if renamed.new is None:
        current = [(model, new) for model, new in changed if model["is_current"]]
        for model, new in current:
            next_version(tx, operation, {**model, "rules": new}, model["client_id"])
        return bool(current)
    tx.run(
        _SQL["rewrite_models"],
        {"workspace": tx.workspace_id, "ids": [model["id"] for model, _ in changed],
         "rules": [Jsonb(new) for _, new in changed]},
    )  # fmt: skip
    for model, new in changed:
        log(tx, operation, "scoring_model", model["id"], "updated",
            {"rules": model["rules"]}, {"rules": new})  # fmt: skip
    return bool(changed)
