"""What a new workspace's tiers and scores begin with."""

from __future__ import annotations

from uuid import uuid4

from psycopg.types.json import Jsonb

from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.scoring.defaults import SCORING_MODEL, TIER_RULES
from nimbus.scoring.model import dump_model, read_model
from nimbus.scoring.tier_rule import dump_tier_rule, read_tier_rule


def give_defaults(tx: Tx, operation: Operation) -> None:
    """The default tier rules and scoring model, checked like anybody's."""
    fields = catalogue(tx)
    for position, data in enumerate(TIER_RULES):
        rule = dump_tier_rule(read_tier_rule(data, fields, id=uuid4(), position=position))
        rule_id = tx.value(
            """
            insert into icp_tier_rule
                (workspace_id, name, tier, filter, position, created_at, updated_at)
            values (%s, %s, %s, %s, %s, %s, %s) returning id
            """,
            [tx.workspace_id, rule["name"], rule["tier"], Jsonb(rule["filter"]), position, tx.now,
             tx.now],
        )  # fmt: skip
        log(tx, operation, "icp_tier_rule", rule_id, "created", None, rule)
    model = dump_model(read_model(SCORING_MODEL, fields, id=uuid4()))
    model_id = tx.value(
        """
        insert into scoring_model
            (workspace_id, version, weights, thresholds, rules, created_by, created_at)
        values (%s, 1, %s, %s, %s, %s, %s) returning id
        """,
        [tx.workspace_id, Jsonb(model["weights"]), Jsonb(model["thresholds"]),
         Jsonb(model["rules"]), operation.who.name, tx.now],
    )  # fmt: skip
    log(tx, operation, "scoring_model", model_id, "created", None, model)
