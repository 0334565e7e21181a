"""The tier rules and the scoring model that count for a contact (D-07, D-30)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.contacts.writing.write import Scored, Scoring
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.filters import Params, Source
from nimbus.problems import not_found
from nimbus.scoring.fading import worth_join, worth_of
from nimbus.scoring.model import ScoringModel, read_model
from nimbus.scoring.score import score_columns, score_join
from nimbus.scoring.tier_rule import ICPTierRule, read_tier_rule, tier_case


def tier_rules(tx: Tx, client_id: UUID | None = None) -> list[ICPTierRule]:
    """The rules of the workspace or, with `client_id`, of that client alone; in order."""
    rows = tx.rows(
        "select id, client_id, name, tier, filter, position, version from icp_tier_rule "
        "where workspace_id = %s and client_id is not distinct from %s order by position, id",
        [tx.workspace_id, client_id],
    )
    fields = catalogue(tx)
    return [
        read_tier_rule(
            row, fields, id=row["id"], position=row["position"], client_id=row["client_id"],
            version=row["version"],
        )
        for row in rows
    ]  # fmt: skip


def model(tx: Tx, client_id: UUID | None = None) -> ScoringModel | None:
    """The current model of the workspace or of a client; None when it has none of its own."""
    row = tx.row(
        "select id, version, weights, thresholds, rules from scoring_model "
        "where workspace_id = %s and client_id is not distinct from %s and is_current",
        [tx.workspace_id, client_id],
    )
    return _model(tx, row) if row else None


def models(tx: Tx) -> list[ScoringModel]:
    """The current models of the workspace and of its clients."""
    rows = tx.rows(
        "select id, version, weights, thresholds, rules from scoring_model "
        "where workspace_id = %s and is_current",
        [tx.workspace_id],
    )
    return [_model(tx, row) for row in rows]


def model_of_score(tx: Tx, model_id: UUID) -> ScoringModel:
    """The version that gave a stored score (G-30). Raises Problem(not_found)."""
    row = tx.row(
        "select id, version, weights, thresholds, rules from scoring_model "
        "where workspace_id = %s and id = %s",
        [tx.workspace_id, model_id],
    )
    if row is None:
        raise not_found("scoring model")
    return _model(tx, row)


def _model(tx: Tx, row: dict[str, Any]) -> ScoringModel:
    data = {key: row[key] for key in ("weights", "thresholds", "rules")}
    return read_model(data, catalogue(tx), id=row["id"], version=row["version"])


def rules_that_count(
    tx: Tx, client_id: UUID | None
) -> tuple[list[ICPTierRule], ScoringModel | None]:
    """A client with own rules, or an own model, uses only those; else the workspace's (D-30)."""
    rules = (tier_rules(tx, client_id) if client_id else []) or tier_rules(tx)
    return rules, (model(tx, client_id) if client_id else None) or model(tx)


def scoring_for(tx: Tx, client_id: UUID | None) -> Scoring:
    """How contacts of a client get tier and score, for whoever writes them."""
    rules, current = rules_that_count(tx, client_id)
    happens = current is not None and bool(current.events) and anything_happened(tx)

    def scoring(source: Source, params: Params, *, events: bool) -> Scored:
        tier, rule_id = tier_case(rules, source, params)
        columns: list[tuple[str, sql.Composable]] = [("icp_tier", tier), ("tier_rule_id", rule_id)]
        if current is None:
            return Scored(sql.SQL(""), tuple(columns))
        columns += score_columns(current)
        columns.append(("scoring_model_id", sql.SQL("{}::uuid").format(params.add(current.id))))
        return Scored(score_join(current, source, params, events=events and happens),
                      tuple(columns))  # fmt: skip

    return scoring


def anything_happened(tx: Tx) -> bool:
    """Whether there is any event of the workspace."""
    found: bool = tx.value(
        "select exists (select from engagement_total where workspace_id = %s)", [tx.workspace_id]
    )
    return found


def worth_now(tx: Tx, current: ScoringModel, contact_id: UUID) -> dict[int, int]:
    """What a contact's events are worth by now, in millionths by the number of each rule."""
    if not current.events:
        return {}
    params = Params(tx.now)
    statement = sql.SQL(
        "select {} from contact m {} where m.workspace_id = %(workspace)s and m.id = %(id)s"
    ).format(
        sql.SQL(", ").join(
            sql.SQL("{} as {}").format(worth_of(rule), sql.Identifier(str(rule.number)))
            for rule in current.events
        ),
        worth_join(current.events, Source("m"), params),
    )
    row = tx.row(statement, {"workspace": tx.workspace_id, "id": contact_id, **params.values})
    return {int(number): worth for number, worth in (row or {}).items()}
