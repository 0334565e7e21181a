"""What other tier rules or another model would change, for programs: nothing is saved."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from nimbus.db import ids
from nimbus.scoring import shapes
from nimbus.scoring.api import ClientId, as_its_own
from nimbus.scoring.read import tier_rules
from nimbus.scoring.trial import BIN, try_model, try_tier_rules
from nimbus.scoring.whose import whose
from nimbus.scoring.write import read_list
from nimbus.scoring.write_model import read_next
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1", "Scoring")

_LOOKED_AT = Field(description="How many contacts were looked at.")
_SAMPLED = Field(description="Whether that was a sample; it is everybody up to 20,000 contacts.")
_CHANGING = Field(description="How many of them would come out differently.")


class TierMove(BaseModel):
    was: str | None = Field(description="null: none yet.")
    now: str
    contacts: int


class MovedContact(BaseModel):
    id: str = Field(examples=["cont_01h455vb4pex5vsknk084sn02q"])
    name: str | None
    email: str
    was: str | None
    now: str


class TakenBefore(BaseModel):
    index: int = Field(description="The place in `data` of an earlier rule that matches, too.")
    contacts: int


class RuleReach(BaseModel):
    name: str
    tier: str
    matching: int = Field(description="How many contacts its filter finds.")
    earlier: list[TakenBefore] = Field(description="Which rules before it take some of these.")
    deciding: int = Field(description="How many get its tier by it: those that are left.")


class TierTrial(BaseModel):
    contacts: int = _LOOKED_AT
    sampled: bool = _SAMPLED
    changing: int = _CHANGING
    moves: list[TierMove] = Field(description="From which tier to which, the same one included.")
    examples: list[MovedContact] = Field(description="Five who would get another tier, at most.")
    rules: list[RuleReach] = Field(description="Whom each rule finds, in their order.")


class Scores(BaseModel):
    bins: list[int] = Field(description=f"Contacts by score, {BIN} points each; 100 in the last.")
    grades: dict[str, int]


class ModelTrial(BaseModel):
    contacts: int = _LOOKED_AT
    sampled: bool = _SAMPLED
    changing: int = _CHANGING
    now: Scores
    then: Scores


@router.at("POST", "/icp-tier-rules/preview/", scope="contacts:read", answers=TierTrial)
def preview_icp_tier_rules(
    ask: Ask, body: shapes.GivenTierRules, client_id: ClientId = None
) -> dict[str, Any]:
    """How many contacts would get which tier by this list in place of the one there is. Nothing is
    saved. Above 20,000 contacts a sample is looked at."""
    meant = whose(ask.tx, client_id)
    given = as_its_own(ask.tx, meant, [rule.model_dump() for rule in body.data])
    rules = read_list(ask.tx, given, tier_rules(ask.tx, meant.client_id), meant.client_id)
    if not rules and meant.client_id:
        rules = tier_rules(ask.tx)
    found = try_tier_rules(ask.tx, rules, meant.client_id)
    return {
        "contacts": found.contacts,
        "sampled": found.sampled,
        "changing": found.changing,
        "moves": [{"was": m.was, "now": m.now, "contacts": m.contacts} for m in found.moves],
        "examples": [
            {"id": ids.show("cont", one.id), "name": one.name, "email": one.email,
             "was": one.was, "now": one.now}
            for one in found.people
        ],
        "rules": [
            {"name": one.rule.name, "tier": one.rule.tier, "matching": one.matching,
             "earlier": [{"index": rule.position, "contacts": n} for rule, n in one.earlier],
             "deciding": one.deciding}
            for one in found.reaches
        ],
    }  # fmt: skip


@router.at("POST", "/scoring-model/preview/", scope="contacts:read", answers=ModelTrial)
def preview_scoring_model(
    ask: Ask, body: shapes.GivenModel, client_id: ClientId = None
) -> dict[str, Any]:
    """The scores and grades that contacts have, and those that this model would give them. Nothing
    is saved. Above 20,000 contacts a sample is looked at."""
    meant = whose(ask.tx, client_id)
    model = read_next(ask.tx, body.read(), meant.client_id)
    found = try_model(ask.tx, model, meant.client_id)
    return {
        "contacts": found.contacts,
        "sampled": found.sampled,
        "changing": found.changing,
        "now": {"bins": found.bins_now, "grades": found.grades_now},
        "then": {"bins": found.bins_then, "grades": found.grades_then},
    }
