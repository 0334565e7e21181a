"""Putting tier rules back that an operation took away, from what the log kept of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.scoring.tier_rule import ICPTierRule, read_tier_rule
from nimbus.scoring.write import Saved, tier_rules_to_change, write_tier_rules


def restore_tier_rules(tx: Tx, who: Who, through: str, operation_id: UUID) -> tuple[Saved, str]:
    """Put them back where they stood; one that is there again is left alone. Answers the client
    they belong to as it is shown, "" for the workspace. Raises Problem(not_found)."""
    rows = tx.rows(
        """
        select thing_id as id, before from change
        where workspace_id = %s and operation_id = %s
            and thing = 'icp_tier_rule' and kind = 'deleted'
        """,
        [tx.workspace_id, operation_id],
    )
    if not rows:
        raise ids.missing("op")
    taken = sorted((_rule(tx, row["id"], row["before"]) for row in rows), key=_position)
    client_id = taken[0].client_id
    old = tier_rules_to_change(tx, client_id)
    new = list(old)
    for rule in taken:
        if rule.id not in {other.id for other in old}:
            new.insert(rule.position, rule)
    ordered = [replace(rule, position=position) for position, rule in enumerate(new)]
    saved = write_tier_rules(tx, who, through, old, ordered)
    return saved, ids.show("client", client_id) if client_id else ""


def _rule(tx: Tx, id: UUID, before: dict[str, Any]) -> ICPTierRule:
    client = before.get("client_id")
    return read_tier_rule(
        before, catalogue(tx), id=id, position=before["position"], version=before["version"],
        client_id=UUID(client) if client else None,
    )  # fmt: skip


def _position(rule: ICPTierRule) -> int:
    return rule.position
