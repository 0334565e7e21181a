"""Keys of providers and what they answered: plain values and how long an answer stays fresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

# Older answers are stale (S0-74).
FRESH_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider that this workspace has a key of its own for (S1-41), in the order of asking."""

    id: UUID
    provider: str
    position: int
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider once said about an email (S1-36)."""

    email_key: UUID
    provider: str
    answer: dict[str, Any]
    fetched_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        return now - self.fetched_at <= FRESH_FOR
