"""What goes in and comes out of the API of tier rules and the scoring model.

What a GET answers, a PUT takes as it is: members that only answer are not read, and only those;
every other name that is not known is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from nimbus.engagement.event import EMAIL, TYPES, event_type
from nimbus.filters.shapes import FilterTree
from nimbus.scoring.model import MAX_RULES as MAX_SCORING_RULES
from nimbus.scoring.rule import COMPONENTS, MAX_HALF_LIFE, MAX_NUMBER, MAX_POINTS
from nimbus.scoring.tier_rule import MAX_NAME, TIERS
from nimbus.scoring.write import MAX_RULES
from nimbus.web.values import SEEN, WHOLE, an_id

Name = Annotated[
    str,
    Field(
        min_length=1, max_length=MAX_NAME,
        json_schema_extra={"pattern": SEEN},
    ),
]  # fmt: skip
Tier = Annotated[str, Field(json_schema_extra={"enum": list(TIERS)})]
EventType = Annotated[
    str,
    Field(
        description="Gives its points once per event of this type (D-06).",
        json_schema_extra={"enum": [*map(event_type, TYPES), *EMAIL]},
    ),
]
HalfLife = Annotated[
    int,
    Field(ge=1, le=MAX_HALF_LIFE, strict=True,
          description="After so many days an event is worth half as much, and so on."),
    WHOLE,
]  # fmt: skip
Percent = Annotated[int, Field(ge=0, le=100, strict=True), WHOLE]
Sentence = Annotated[str, Field(description="The rule in English; not read.")]
JobId = Annotated[
    str | None,
    Field(description="The job that scores everybody again; null where nothing is to be scored."),
]


# May come back as it was answered, and is not read.
_Answered = SkipJsonSchema[Any]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GivenTierRule(_Given):
    """`sentence` and `version` may come back as they were answered; they are not read."""

    id: Annotated[str, an_id("rule", "Of a rule that is there; left out for a new one.")] | None = (
        None
    )
    name: Name
    tier: Tier
    filter: FilterTree
    version: _Answered = None
    sentence: _Answered = None


class GivenTierRules(_Given):
    """`meta` may come back as it was answered; it is not read."""

    data: Annotated[list[GivenTierRule], Field(max_length=MAX_RULES)]
    meta: _Answered = None

    @property
    def whose(self) -> object:
        """The client that the rules were answered for; None for the workspace."""
        return self.meta.get("client_id") if isinstance(self.meta, Mapping) else None


class TierRule(BaseModel):
    id: str = Field(examples=["rule_01h455vb4pex5vsknk084sn02q"])
    name: Name
    tier: Tier
    filter: FilterTree
    version: int = Field(description="Goes up with every change of the rule (G-30).")
    sentence: Sentence


class TierRulesMeta(BaseModel):
    total_count: int
    client_id: str | None = Field(description="Whose rules these are; null: the workspace's.")
    job_id: JobId = None


class TierRuleList(BaseModel):
    data: list[TierRule]
    meta: TierRulesMeta


class Weights(_Given):
    """Whole percents that sum to 100 (S0-53)."""

    fit: Percent
    engagement: Percent
    intent: Percent


class Thresholds(_Given):
    """The least score of each letter (S1-50)."""

    A: Percent
    B: Percent
    C: Percent
    D: Percent


class GivenScoringRule(_Given):
    """Either with `filter`, or with `event` and `half_life_days`."""

    number: (
        Annotated[
            int,
            Field(ge=1, le=MAX_NUMBER, strict=True, description="Left out for a new rule."),
            WHOLE,
        ]
        | None
    ) = None
    component: Annotated[str, Field(json_schema_extra={"enum": list(COMPONENTS)})]
    name: Name
    filter: FilterTree | None = None
    event: EventType | None = None
    half_life_days: HalfLife | None = None
    points: Annotated[int, Field(ge=-MAX_POINTS, le=MAX_POINTS, strict=True), WHOLE]
    sentence: _Answered = None


class GivenModel(_Given):
    """What else a GET answers may come back as it was answered; it is not read."""

    weights: Weights
    thresholds: Thresholds
    rules: Annotated[list[GivenScoringRule], Field(max_length=MAX_SCORING_RULES)]
    id: _Answered = None
    version: _Answered = None
    client_id: _Answered = None
    created_by: _Answered = None
    created_at: _Answered = None
    job_id: _Answered = None

    def read(self) -> dict[str, Any]:
        """What `save_model` reads."""
        given = self.model_dump(include={"weights", "thresholds", "rules"})
        for rule in given["rules"]:
            for name in ("sentence", "filter", "event", "half_life_days"):
                if name == "sentence" or rule[name] is None:
                    del rule[name]
        return given


class ScoringRule(BaseModel):
    number: int = Field(description="Names the rule for good; never given to another.")
    component: str
    name: Name
    filter: FilterTree | None = Field(description="What is asked; null for a rule of events.")
    event: EventType | None
    half_life_days: int | None
    points: int
    sentence: Sentence


class Model(BaseModel):
    id: str = Field(examples=["model_01h455vb4pex5vsknk084sn02q"])
    version: int
    client_id: str | None = Field(description="Whose model this is; null: the workspace's.")
    weights: Weights
    thresholds: Thresholds
    rules: list[ScoringRule]
    created_by: str
    created_at: datetime
    job_id: JobId = None
