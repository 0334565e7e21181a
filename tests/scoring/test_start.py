"""What a new workspace begins with is what anybody could have written."""

from __future__ import annotations

from nimbus.scoring.defaults import SCORING_MODEL, TIER_RULES
from nimbus.scoring.model import dump_model
from nimbus.scoring.read import model, rules_that_count, tier_rules
from nimbus.scoring.tier_rule import dump_tier_rule
from tests.conftest import World


def test_every_workspace_has_the_defaults_for_itself(world: World) -> None:
    ids = set()
    for person in (world.alice, world.charlie):
        with world.door.workspace(person.who.workspace_id) as tx:
            rules, current = tier_rules(tx), model(tx)
            assert current
            assert [dump_tier_rule(rule) for rule in rules] == TIER_RULES
            assert [(rule.position, rule.version) for rule in rules] == [(0, 1), (1, 1), (2, 1)]
            assert dump_model(current) == SCORING_MODEL
            assert current.version == 1
            ids |= {current.id, *(rule.id for rule in rules)}
    assert len(ids) == 8


def test_they_count_for_every_client(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        rules, current = rules_that_count(tx, world.alice.client.id)
        assert (rules, current) == (tier_rules(tx), model(tx))
