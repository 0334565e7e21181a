"""Why a contact has its tier and its score: a panel of the contact page (S0-19, G-30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any
from uuid import UUID

from nimbus.contacts.expand import ScoreReason, TierReason
from nimbus.contacts.panels import Panel
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.filters import describe
from nimbus.problems import Problem
from nimbus.scoring.model import ScoringModel
from nimbus.scoring.read import model_of_score, worth_now
from nimbus.scoring.rounding import rounded_parts
from nimbus.scoring.rule import COMPONENTS
from nimbus.scoring.score import Reason, explain
from nimbus.scoring.tier_rule import read_tier_rule
from nimbus.web.parts import ScorePart

# The page of the tier rules.
RULES = "/settings/icp-rules"


@dataclass(frozen=True, slots=True)
class Because:
    """The rule that gave the tier: its name, what it asks, and the page where it stands; no
    sentence when it has changed."""

    id: UUID
    version: int
    name: str
    sentence: str | None
    href: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`components` are those that are stored, `parts` what each adds to the score, `reasons` the
    rules that matched."""

    tier: str | None
    because: Because | None
    score: int | None
    grade: str | None
    components: dict[str, int | None]
    parts: list[ScorePart]
    reasons: list[Reason]
    model_version: int | None


def verdict_panel(tx: Tx, row: Mapping[str, Any]) -> Panel | None:
    """Nothing for a contact that was never judged."""
    if row["icp_tier"] is None and row["lead_score"] is None:
        return None
    model = _model(tx, row)
    verdict = Verdict(
        row["icp_tier"],
        _because(tx, row),
        row["lead_score"],
        row["grade"],
        _stored(row),
        _parts(model, row),
        _reasons(tx, model, row) if model else [],
        model.version if model else None,
    )
    return Panel("scoring/panel.html", verdict)


def score_reasons(tx: Tx, row: Mapping[str, Any]) -> list[ScoreReason]:
    """The rules that matched, for programs that ask for them beside the contact."""
    model = _model(tx, row)
    if model is None:
        return []
    return [
        ScoreReason(one.number, one.component, one.name, one.sentence, one.points,
                    ids.show("model", model.id), model.version)
        for one in _reasons(tx, model, row)
    ]  # fmt: skip


def tier_reason(tx: Tx, row: Mapping[str, Any]) -> TierReason | None:
    """Likewise the rule that gave the tier."""
    found = _because(tx, row)
    if found is None:
        return None
    return TierReason(ids.show("rule", found.id), found.name, found.version, found.sentence)


def _reasons(tx: Tx, model: ScoringModel, row: Mapping[str, Any]) -> list[Reason]:
    """The rules that gave the score. What events give fades with every moment, and what is stored
    follows at night: until then they are shown with what they gave to it, so that it adds up."""
    told, stored = worth_now(tx, model, row["id"]), _stored(row)
    return explain(model, row["score_rules"] or (), told, stored)[1]


def _stored(row: Mapping[str, Any]) -> dict[str, int | None]:
    return {component: row[f"score_{component}"] for component in COMPONENTS}


def _model(tx: Tx, row: Mapping[str, Any]) -> ScoringModel | None:
    """The version that gave the score; None when a field it asked for is gone."""
    if row["scoring_model_id"] is None:
        return None
    try:
        return model_of_score(tx, row["scoring_model_id"])
    except Problem:
        return None


def _because(tx: Tx, row: Mapping[str, Any]) -> Because | None:
    if row["tier_rule_id"] is None:
        return None
    rule = tx.row(
        "select id, version, name, tier, filter, position, client_id from icp_tier_rule "
        "where workspace_id = %s and id = %s",
        [tx.workspace_id, row["tier_rule_id"]],
    )
    if rule is None:
        return None
    client = rule["client_id"]
    href = f"{RULES}?client={ids.show('client', client)}" if client else RULES
    try:
        read = read_tier_rule(
            rule, catalogue(tx), id=row["tier_rule_id"], position=rule["position"]
        )
    except Problem:
        return Because(rule["id"], rule["version"], rule["name"], None, href)
    sentence = describe(read.filter)
    return Because(rule["id"], rule["version"], rule["name"], sentence, href)


def _parts(model: ScoringModel | None, row: Mapping[str, Any]) -> list[ScorePart]:
    """Each component's share of the 100 points, which add up to the score; or the bare component
    without its weights."""
    weights = astuple(model.weights) if model else (100, 100, 100)
    known = [
        (component, row[f"score_{component}"], weight)
        for component, weight in zip(COMPONENTS, weights, strict=True)
        if row[f"score_{component}"] is not None and weight
    ]
    points = rounded_parts([own * weight for _, own, weight in known], 100)
    return [
        ScorePart(component.capitalize(), share, weight)
        for (component, _, weight), share in zip(known, points, strict=True)
    ]
