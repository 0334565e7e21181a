"""A webhook: where the changes of a workspace go, which of them, and how."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from nimbus.db import ids
from nimbus.problems import invalid

Mode = Literal["each", "batched", "digest"]
Status = Literal["pending", "delivered", "dead"]

IMPORT_COMPLETED = "import.completed"
TEST = "webhook.test"
# What one can subscribe to (S3-51).
EVENT_TYPES: dict[str, str] = {
    "contact.created": "A contact was made.",
    "contact.updated": "Values of a contact changed.",
    "contact.deleted": "A contact went to the trash, or was erased.",
    "contact.restored": "A contact came back from the trash.",
    "contact.enriched": "A provider completed a contact.",
    "contact.scored": "Tier, score or grade of a contact changed.",
    "contact.merged": "A contact went into another one.",
    "contact.unmerged": "A merged contact is one of its own again.",
    IMPORT_COMPLETED: "An import came to its end.",
}
# Most events of one message, and most webhooks of a workspace.
BATCH, MOST = 500, 20
# Most letters of what people say of one.
LONGEST = 500


def known_types(given: Collection[str]) -> list[str]:
    """Each once, in the order in which they are presented everywhere. Raises Problem that names
    `event_types`."""
    unknown = sorted(set(given) - EVENT_TYPES.keys())
    if unknown:
        raise invalid(
            f"There is no event “{unknown[0][:80]}”. Events are: {', '.join(EVENT_TYPES)}.",
            "event_types",
        )
    if not given:
        raise invalid("Choose at least one event.", "event_types")
    return [type for type in EVENT_TYPES if type in given]


# Not one of what `secret` and `old_secret` hold is ever shown: they are sealed.
@dataclass(frozen=True, slots=True)
class Webhook:
    """As the database has it. `filter` is stored by the ids of fields."""

    id: UUID
    url: str
    description: str | None
    event_types: list[str]
    filter: dict[str, Any] | None
    mode: Mode
    skip_own: bool
    is_active: bool
    stopped: str | None
    secret: bytes
    old_secret: bytes | None
    old_until: datetime | None
    owner_kind: str
    owner_id: UUID | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    failures: int
    parked_until: datetime | None

    @property
    def shown_id(self) -> str:
        return ids.show("hook", self.id)

    @property
    def contact_types(self) -> list[str]:
        """The events of contacts that it wants."""
        return [type for type in self.event_types if type.startswith("contact.")]

    def overlaps(self, now: datetime) -> bool:
        """Whether the secret before the last rotation signs too."""
        return self.old_until is not None and now < self.old_until

    def is_parked(self, now: datetime) -> bool:
        return self.parked_until is not None and now < self.parked_until

    def is_own(self, actor_kind: str, actor_id: UUID | None) -> bool:
        """Whether a change was made by who made this webhook."""
        return actor_id is not None and (actor_kind, actor_id) == (self.owner_kind, self.owner_id)

    def wants(self, type: str, *, imported: bool, actor_kind: str, actor_id: UUID | None) -> bool:
        """Whether an event of this type goes there, its filter aside. A digest tells of what an
        import changes by `import.completed` alone (G-40)."""
        return (
            type in self.event_types
            and not (self.mode == "digest" and imported and type != IMPORT_COMPLETED)
            and not (self.skip_own and self.is_own(actor_kind, actor_id))
        )
