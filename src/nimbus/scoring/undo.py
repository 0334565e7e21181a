"""Putting tier rules back as they were before an operation, from what the log kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.problems import Problem
from nimbus.scoring.tier_rule import ICPTierRule, dump_tier_rule, read_tier_rule
from nimbus.scoring.told import changes
from nimbus.scoring.write import MAX_RULES, Saved, tier_rules_to_change, write_tier_rules

DECIDED = ("name", "tier", "filter")


@dataclass(frozen=True, slots=True)
class Restored:
    """What restoring led to, whose rules they are as it is shown, "" for the workspace's, and how
    many rules `stayed` as somebody has left them since, wholly or in part."""

    saved: Saved
    client: str
    stayed: int


def restore_tier_rules(tx: Tx, who: Who, through: str, operation_id: UUID) -> Restored:
    """Put back what the operation removed, take away what it added, and give what it changed its
    former self and place; what somebody has changed since stays so. Raises Problem: not_found;
    conflict where there would be more rules than there can be."""
    rows = changes(tx, operation_id)
    if not rows:
        raise ids.missing("op")
    client_id = _whose(tx, rows)
    old = tier_rules_to_change(tx, client_id)
    rules = {rule.id: rule for rule in old}
    places = {rule.id: rule.position for rule in old}
    stayed = sum(_is_edited(known, row["after"]) for row in rows if (known := rules.get(row["id"])))
    for row in rows:
        id, before, after = row["id"], row["before"], row["after"]
        known = rules.get(id)
        if row["kind"] == "deleted" and known is None:
            rules[id], places[id] = _rule(tx, id, before), before["position"]
        elif row["kind"] == "created" and known and not _is_edited(known, after):
            del rules[id]
        elif row["kind"] == "updated" and known:
            rules[id] = _as_before(tx, known, before, after)
            if after.get("position") == known.position:
                places[id] = before["position"]
    if len(rules) > max(len(old), MAX_RULES):
        raise Problem(
            "conflict",
            f"There can be {MAX_RULES} tier rules at most, and this would bring back more. Remove "
            "some first.",
        )
    ordered = sorted(rules.values(), key=lambda rule: places[rule.id])
    new = [replace(rule, position=position) for position, rule in enumerate(ordered)]
    saved = write_tier_rules(tx, who, through, old, new)
    return Restored(saved, ids.show("client", client_id) if client_id else "", stayed)


def _whose(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> UUID | None:
    """The log names the client of a rule that came or went; of one that is there the rule does."""
    there: list[UUID | None] = tx.column(
        "select client_id from icp_tier_rule where workspace_id = %s and id = any (%s) limit 1",
        [tx.workspace_id, [row["id"] for row in rows]],
    )
    told = [
        UUID(client) for row in rows
        if (client := ((row["before"] or {}) | (row["after"] or {})).get("client_id"))
    ]  # fmt: skip
    return next(iter([*there, *told]), None)


def _is_edited(rule: ICPTierRule, after: Mapping[str, Any] | None) -> bool:
    """Whether it is other than the operation left it. Its place counts for nothing: it moves
    whenever another rule comes or goes."""
    now = dump_tier_rule(rule)
    return any(now[key] != after[key] for key in DECIDED if after and key in after)


def _as_before(
    tx: Tx, rule: ICPTierRule, before: Mapping[str, Any], after: Mapping[str, Any]
) -> ICPTierRule:
    now = dump_tier_rule(rule)
    former = {key: before[key] for key in DECIDED if key in before and now[key] == after[key]}
    if not former:
        return rule
    return read_tier_rule(now | former, catalogue(tx), id=rule.id, position=rule.position,
                          version=rule.version + 1, client_id=rule.client_id)  # fmt: skip


def _rule(tx: Tx, id: UUID, before: dict[str, Any]) -> ICPTierRule:
    client = before.get("client_id")
    return read_tier_rule(
        before, catalogue(tx), id=id, position=before["position"], version=before["version"],
        client_id=UUID(client) if client else None,
    )  # fmt: skip
