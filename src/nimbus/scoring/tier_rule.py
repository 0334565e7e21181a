"""ICP tiers: an ordered list of filters, of which the first that holds decides (S0-52, D-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.fields import Catalogue
from nimbus.fields.field import Field
from nimbus.filters import Filter, Params, Source, compile, dump, evaluate, leaves, parse
from nimbus.problems import invalid

TIERS = ("A", "B", "C", "D")
NO_MATCH = "D"
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class ICPTierRule:
    """One rule. `position` orders the rules of a workspace or, with `client_id`, of a client."""

    id: UUID
    name: str
    tier: str
    filter: Filter
    position: int
    client_id: UUID | None = None
    version: int = 1

    def __post_init__(self) -> None:
        check_name(self.name, "name")
        if self.tier not in TIERS:
            raise invalid(f"A tier is one of {', '.join(TIERS)}.", "tier")
        refuse_circular(self.filter, "filter")


def read_tier_rule(
    data: Mapping[str, Any],
    catalogue: Catalogue,
    *,
    id: UUID,
    position: int,
    client_id: UUID | None = None,
    version: int = 1,
) -> ICPTierRule:
    """The rule of `{"name", "tier", "filter"}`, as a form, the API or the defaults give it."""
    filter = parse(data.get("filter"), catalogue)
    return ICPTierRule(
        id, data.get("name", ""), data.get("tier", ""), filter, position, client_id, version
    )


def dump_tier_rule(rule: ICPTierRule) -> dict[str, Any]:
    return {"name": rule.name, "tier": rule.tier, "filter": dump(rule.filter)}


def tier(
    rules: Iterable[ICPTierRule], row: Mapping[str, Any], now: datetime
) -> tuple[str, UUID | None]:
    """The tier of a row and the rule that gave it."""
    for rule in in_order(rules):
        if evaluate(rule.filter, row, now):
            return rule.tier, rule.id
    return NO_MATCH, None


def tier_case(
    rules: Iterable[ICPTierRule], source: Source, params: Params
) -> tuple[sql.Composable, sql.Composable]:
    """The same in SQL: one expression for the tier and one for the id of the rule."""
    tiers: list[sql.Composable] = []
    ids: list[sql.Composable] = []
    for rule in in_order(rules):
        holds = compile(rule.filter, source, params)
        tiers.append(sql.SQL("when {} then {}").format(holds, sql.Literal(rule.tier)))
        ids.append(sql.SQL("when {} then {}::uuid").format(holds, params.add(rule.id)))
    if not tiers:
        return sql.SQL("{}::text").format(sql.Literal(NO_MATCH)), sql.SQL("null::uuid")
    return (
        sql.SQL("case {} else {} end").format(sql.SQL(" ").join(tiers), sql.Literal(NO_MATCH)),
        sql.SQL("case {} end").format(sql.SQL(" ").join(ids)),
    )


def matching(ordered: Iterable[ICPTierRule], source: Source, params: Params) -> sql.Composable:
    """In SQL the places of all that hold, counted from 1, the first of which decides."""
    held = [
        sql.SQL("case when {} then {} end").format(
            compile(rule.filter, source, params), sql.Literal(place)
        )
        for place, rule in enumerate(ordered, 1)
    ]
    return sql.SQL("array_remove(array[{}]::int[], null)").format(sql.SQL(", ").join(held))


def in_order(rules: Iterable[ICPTierRule]) -> list[ICPTierRule]:
    return sorted(rules, key=lambda rule: rule.position)


def refuse_circular(filter: Filter, path: str) -> None:
    """Rules must not read what rules write, or the answer would depend on its own past; nor what
    changes without the contact, which nobody would be scored anew for (decision 38)."""
    for where, leaf in leaves(filter, path):
        if _is_outcome(leaf.field):
            raise invalid(
                f"{leaf.field.label} follows from the rules, so no rule can use it.",
                f"{where}.field",
            )
        if leaf.field.related:
            raise invalid(
                f"{leaf.field.label} lies beside the contact and changes without it, so no rule "
                "of tier or score can use it. Ask for it in a segment, or count an event in an "
                "event rule of the scoring model.",
                f"{where}.field",
            )


def check_name(name: object, path: str) -> None:
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise invalid(f"A name of at most {MAX_NAME} characters is needed.", path)


def _is_outcome(field: Field) -> bool:
    return field.group == "score"
