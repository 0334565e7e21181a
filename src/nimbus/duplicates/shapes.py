"""What comes out of the API of duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from nimbus.contacts.contact import Contact
from nimbus.db import ids
from nimbus.duplicates.compare import Verdict
from nimbus.duplicates.pair import Pair, State, words
from nimbus.jobs.api import ShownJob
from nimbus.web.paging import Meta


class ShownReason(BaseModel):
    field: str = Field(examples=["phone"])
    level: str = Field(examples=["same"], description="How the two agree in this field.")
    weight: float = Field(description="In bits: positive for the pair, negative against it.")
    words: str = Field(examples=["Phone: the same"])


class ShownPair(BaseModel):
    id: str = Field(examples=["dup_01h455vb4pex5vsknk084sn02q"])
    contact_ids: list[str] = Field(description="The older contact first.")
    score: float = Field(description="The sum of the weights, in bits.")
    verdict: Verdict = Field(
        description="`certain`: one mailbox or profile under the same name; `likely`: 15 bits or "
        "more; `possible`: 10 or more."
    )
    state: State
    reasons: list[ShownReason]
    found_at: datetime
    decided_by: str | None = Field(description="Who said that these are no duplicates.")
    decided_at: datetime | None


class WholePair(ShownPair):
    contacts: list[Contact] = Field(description="Both of them, in the order of `contact_ids`.")


@dataclass(frozen=True, slots=True)
class PairPage:
    data: list[ShownPair]
    meta: Meta


class AutoMerge(BaseModel):
    model_config = ConfigDict(extra="forbid")

    auto_merge: StrictBool = Field(description="Whether certain pairs merge by themselves.")


class LastScan(BaseModel):
    scan: ShownJob | None = Field(description="Null where none has been asked for yet.")


def shown(pair: Pair) -> dict[str, Any]:
    return {
        "id": pair.shown_id,
        "contact_ids": [ids.show("cont", pair.one_id), ids.show("cont", pair.other_id)],
        "score": float(pair.score), "verdict": pair.verdict, "state": pair.state,
        "reasons": [{**reason, "words": words(reason)} for reason in pair.reasons],
        "found_at": pair.found_at, "decided_by": pair.decided_by, "decided_at": pair.decided_at,
    }  # fmt: skip
