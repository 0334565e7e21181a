"""A pair of contacts who may be one person (S2-21, G-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from nimbus.db import ids

State = Literal["open", "dismissed", "merged"]

# What a field that was compared is called where people read it.
FIELDS: dict[str, str] = {
    "given": "First name", "family": "Last name", "swapped": "Names swapped",
    "generation": "Jr or Sr", "email": "Email", "company": "Company", "phone": "Phone",
    "profile": "Profile", "city": "City", "state": "State", "postcode": "Postcode",
    "house": "House number", "street": "Street", "line": "Address line", "born": "Date of birth",
    "namesakes": "Namesakes",
}  # fmt: skip

# How two agree in it.
LEVELS: dict[str, str] = {
    "same": "the same", "nickname": "a nickname", "near": "a slip apart", "alike": "alike",
    "initial": "an initial", "part": "a part of it", "other": "different", "yes": "",
    "mailbox": "one mailbox", "host_typo": "a slip in the domain", "typo": "a slip apart",
    "local": "the same before the @", "partly": "in part", "shared": "shared",
    "domain": "the same domain",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """`one_id` is the older of the two contacts. `reasons` are `{"field", "level", "weight"}`, the
    weight in bits; `score` is their sum."""

    id: UUID
    one_id: UUID
    other_id: UUID
    score: Decimal
    verdict: str
    reasons: list[dict[str, Any]]
    marks: dict[str, str]
    state: State
    decided_by: str | None
    decided_at: datetime | None
    found_at: datetime

    @property
    def shown_id(self) -> str:
        return ids.show("dup", self.id)

    @property
    def told(self) -> list[tuple[str, float]]:
        """The reasons as people read them, with their weights: what speaks for it comes first."""
        ranked = sorted(self.reasons, key=lambda reason: -reason["weight"])
        return [(words(reason), reason["weight"]) for reason in ranked]


def words(reason: dict[str, Any]) -> str:
    """A reason in English: “Phone: the same”."""
    field = FIELDS[reason["field"]]
    if reason["field"] == "namesakes":
        return f"{reason['level']} people with this name"
    level = LEVELS[reason["level"]]
    return f"{field}: {level}" if level else field
