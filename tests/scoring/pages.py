"""What the tests of the pages of rules and models ask with."""

from __future__ import annotations

from typing import Any

from nimbus.accounts.client import Terms
from nimbus.accounts.write import add_client, save_workspace
from nimbus.scoring.model import ScoringModel
from nimbus.scoring.read import model, tier_rules
from nimbus.scoring.tier_rule import ICPTierRule
from tests.conftest import World

TIERS, SCORING = "/settings/icp-rules", "/settings/scoring"


def rules_of(world: World, client: Any = None) -> list[ICPTierRule]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return tier_rules(tx, client.id if client else None)


def model_of(world: World, client: Any = None) -> ScoringModel:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = model(tx, client.id if client else None)
    assert found
    return found


def agency(world: World) -> Any:
    who = world.alice.who
    with world.door.workspace(who.workspace_id) as tx:
        save_workspace(tx, who, "web", name="Acme", agency=True)
        return add_client(tx, who, "web", Terms("Globex", 90, 50))


def order_in(page: str) -> str:
    """The order that a page proposes to save; none where it is the one there is."""
    return page.partition('name="order" value="')[2].partition('"')[0]


def form(**more: Any) -> dict[str, Any]:
    """A rule with one condition."""
    return {
        "name": "Big", "tier": "A", "c_shape": "rows", "c_match": "all", "c_without": "score",
        "c_field": "company.employee_count", "c_op": "gte", "c_value": "100", "c_until": "",
        **more,
    }  # fmt: skip
