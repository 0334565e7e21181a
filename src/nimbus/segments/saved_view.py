"""A saved view: a state of the contact list under a name, one's own or shared (S0-11, S2-39)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.db import ids

MAX_NAME = 200
MAX_VIEWS = 1_000
MAX_COLUMNS = 50


@dataclass(frozen=True, slots=True)
class SavedView:
    """`filter` is as it is stored, None for everybody; `columns` are refs of fields, none for the
    usual ones, `widths` those of them that are not of the usual width; `owner_id` is the person or
    the key that made it."""

    id: UUID
    name: str
    owner_id: UUID | None
    created_by: str
    is_shared: bool
    filter: dict[str, Any] | None
    search: str
    sort: str
    columns: tuple[str, ...]
    widths: dict[str, str]
    created_at: datetime
    updated_at: datetime

    @property
    def shown_id(self) -> str:
        return ids.show("view", self.id)

    def is_own(self, who: Who) -> bool:
        return self.owner_id is not None and self.owner_id == who.id

    def is_seen_by(self, who: Who) -> bool:
        return self.is_shared or self.is_own(who)
