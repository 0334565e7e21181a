"""Changing the tier rules: the whole ordered list at once, each changed rule logged (D-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.fields.types.cell import clean
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.problems import Problem, invalid
from nimbus.scoring.read import tier_rules
from nimbus.scoring.rescore import start
from nimbus.scoring.tier_rule import ICPTierRule, dump_tier_rule, read_tier_rule

MAX_RULES = 100
PATH = "data"


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving led to: its operation, and the job that scores everybody again; None where
    nothing has changed, or nothing that scores."""

    operation_id: UUID | None = None
    job_id: UUID | None = None


def save_tier_rules(
    tx: Tx, who: Who, through: str, given: Sequence[Mapping[str, Any]], client_id: UUID | None
) -> Saved:
    """Replace the list of the workspace or of a client, which an empty list gives back to the
    workspace's. A rule with an `id` is the one there is, and keeps its version when it is the same.

    Raises Problem that names the place, such as `data[2].filter.and[0].op`.
    """
    old = tier_rules_to_change(tx, client_id)
    return write_tier_rules(tx, who, through, old, read_list(tx, given, old, client_id))


def read_list(
    tx: Tx, given: Sequence[Mapping[str, Any]], old: list[ICPTierRule], client_id: UUID | None
) -> list[ICPTierRule]:
    """The list that is given in place of the old one. Raises Problem that names the place."""
    if len(given) > MAX_RULES:
        raise invalid(f"There can be {MAX_RULES} tier rules at most.", PATH)
    new: list[ICPTierRule] = []
    for position, data in enumerate(given):
        at = f"{PATH}[{position}]"
        known = _known(data, old, new, at)
        new.append(_read(tx, data, known, position, client_id, at))
    return new


def drop_tier_rules(tx: Tx, who: Who, through: str, client_id: UUID) -> Saved:
    """Give a client back to the workspace's rules."""
    return write_tier_rules(tx, who, through, tier_rules_to_change(tx, client_id), [])


def tier_rules_to_change(tx: Tx, client_id: UUID | None) -> list[ICPTierRule]:
    """The list as it is; whoever else changes rules waits until this transaction is over."""
    lock(tx)
    return tier_rules(tx, client_id)


def write_tier_rules(
    tx: Tx, who: Who, through: str, old: list[ICPTierRule], new: list[ICPTierRule]
) -> Saved:
    """Write what differs between the two lists, and have everybody scored where it matters."""
    before = {rule.id: rule for rule in old}
    gone = [rule for rule in old if rule.id not in {rule.id for rule in new}]
    different = [rule for rule in new if rule != before.get(rule.id)]
    if not gone and not different:
        return Saved()
    operation = operations.start(tx, who, "rules.save", through, subject="icp_tier_rule")
    for rule in gone:
        _delete(tx, operation, rule)
    for rule in different:
        _put(tx, operation, before.get(rule.id), rule)
    renamed_only = not gone and all(
        rule.id in before and _scores_alike(rule, before[rule.id]) for rule in different
    )
    if renamed_only:
        return Saved(operation.id)
    return Saved(operation.id, start(tx, who, "Scoring by changed tier rules", operation))


def lock(tx: Tx) -> None:
    """One change of rules at a time."""
    tx.run("select id from workspace where id = %s for no key update", [tx.workspace_id])


def named(data: Mapping[str, Any]) -> dict[str, Any]:
    """A rule with its name on one line, without what cannot be stored or shown."""
    name = data.get("name")
    return {**data, "name": clean(name) if isinstance(name, str) else name}


def _known(
    data: Mapping[str, Any], old: list[ICPTierRule], before: list[ICPTierRule], at: str
) -> ICPTierRule | None:
    """The rule that is meant by its id; none for a new one."""
    shown = data.get("id")
    if shown is None:
        return None
    rule_id = ids.read("rule", str(shown), f"{at}.id")
    if any(rule.id == rule_id for rule in before):
        raise invalid("This rule is in the list twice.", f"{at}.id")
    for rule in old:
        if rule.id == rule_id:
            return rule
    raise invalid("There is no such rule in this list. Leave id out for a new rule.", f"{at}.id")


def _read(
    tx: Tx, data: Mapping[str, Any], known: ICPTierRule | None, position: int,
    client_id: UUID | None, at: str,
) -> ICPTierRule:  # fmt: skip
    rule_id = known.id if known else tx.value("select uuidv7()")
    try:
        rule = read_tier_rule(named(data), catalogue(tx), id=rule_id, position=position,
                              client_id=client_id)  # fmt: skip
    except Problem as problem:
        problem.field = f"{at}.{problem.field}" if problem.field else at
        raise
    if known is None:
        return rule
    same = dump_tier_rule(rule) == dump_tier_rule(known)
    return replace(rule, version=known.version if same else known.version + 1)


def _scores_alike(one: ICPTierRule, other: ICPTierRule) -> bool:
    return (one.tier, one.filter, one.position) == (other.tier, other.filter, other.position)


def _put(tx: Tx, operation: Operation, old: ICPTierRule | None, new: ICPTierRule) -> None:
    tx.run(
        """
        insert into icp_tier_rule
            (workspace_id, id, client_id, name, tier, filter, position, version, created_at,
             updated_at)
        values (%(workspace)s, %(id)s, %(client)s, %(name)s, %(tier)s, %(filter)s, %(position)s,
            %(version)s, %(now)s, %(now)s)
        on conflict (workspace_id, id) do update
        set name = excluded.name, tier = excluded.tier, filter = excluded.filter,
            position = excluded.position, version = excluded.version,
            updated_at = excluded.updated_at
        """,
        {"workspace": tx.workspace_id, "id": new.id, "client": new.client_id, "now": tx.now,
         **_columns(new), "filter": Jsonb(dump_tier_rule(new)["filter"])},
    )  # fmt: skip
    if old is None:
        log(tx, operation, "icp_tier_rule", new.id, "created", None, _logged(new))
        return
    was, now = _logged(old), _logged(new)
    differing = [key for key in now if now[key] != was[key]]
    log(tx, operation, "icp_tier_rule", new.id, "updated",
        {key: was[key] for key in differing}, {key: now[key] for key in differing})  # fmt: skip


def _delete(tx: Tx, operation: Operation, rule: ICPTierRule) -> None:
    tx.run(
        "delete from icp_tier_rule where workspace_id = %s and id = %s",
        [tx.workspace_id, rule.id],
    )
    log(tx, operation, "icp_tier_rule", rule.id, "deleted", _logged(rule), None)


def _columns(rule: ICPTierRule) -> dict[str, Any]:
    return {**dump_tier_rule(rule), "position": rule.position, "version": rule.version}


def _logged(rule: ICPTierRule) -> dict[str, Any]:
    client = {"client_id": str(rule.client_id)} if rule.client_id else {}
    return {**_columns(rule), **client}
