"""What was changed in rules and models, in a sentence for the message that offers to undo it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.scoring.model import ScoringModel
from nimbus.scoring.rule import dump_rule


def model_change(was: ScoringModel, now: ScoringModel) -> str:
    """What is different in one model from the one before."""
    before = {rule.number: rule for rule in was.rules}
    after = {rule.number: rule for rule in now.rules}
    told = _rules(
        [rule.name for number, rule in before.items() if number not in after],
        [rule.name for number, rule in after.items() if number not in before],
        [rule.name for number, rule in after.items()
         if number in before and dump_rule(rule) != dump_rule(before[number])],
    )  # fmt: skip
    if was.weights != now.weights:
        told.append("The weights were saved")
    if was.thresholds != now.thresholds:
        told.append("The grades were saved")
    return ". ".join(told) or "The scoring model was saved"


def tier_change(tx: Tx, operation_id: UUID) -> str:
    """What an operation changed in the tier rules: which, or only their order."""
    rows = changes(tx, operation_id)
    there = tx.rows(
        "select id, name from icp_tier_rule where workspace_id = %s and id = any (%s)",
        [tx.workspace_id, [row["id"] for row in rows]],
    )
    names: dict[UUID, str] = {row["id"]: row["name"] for row in there}
    told = _rules(
        [row["before"]["name"] for row in rows if row["kind"] == "deleted"],
        [row["after"]["name"] for row in rows if row["kind"] == "created"],
        [names.get(row["id"], "A rule") for row in rows
         if row["kind"] == "updated" and set(row["after"]) != {"position"}],
    )  # fmt: skip
    return ". ".join(told) or "The order was saved"


def stayed_so(rules: int) -> str:
    """What an undo left."""
    return f"{rules:,} rule{'' if rules == 1 else 's'} kept what was changed since"


def changes(tx: Tx, operation_id: UUID) -> list[dict[str, Any]]:
    """What an operation did to tier rules, by the log."""
    return tx.rows(
        """
        select thing_id as id, kind, before, after from change
        where workspace_id = %s and operation_id = %s and thing = 'icp_tier_rule'
        order by id
        """,
        [tx.workspace_id, operation_id],
    )


def _rules(gone: Collection[str], added: Collection[str], changed: Collection[str]) -> list[str]:
    done = (("removed", gone), ("added", added), ("changed", changed))
    return [_named(words, names) for words, names in done if names]


def _named(done: str, names: Collection[str]) -> str:
    if len(names) == 1:
        return f"“{next(iter(names))}” was {done}"
    return f"{len(names):,} rules were {done}"
