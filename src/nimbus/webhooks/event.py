"""What a change of the log is told as: the types of its events, and the members that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.contacts.contact import Contact
from nimbus.fields import Catalogue

# The members of a contact that follow from columns of other names.
_MEMBERS = {
    "enriched_at": "is_enriched",
    "company_id": "company",
    "score_fit": "score",
    "score_engagement": "score",
    "score_intent": "score",
}
_SCORES = frozenset({"lead_score", "icp_tier", "grade"})
# Which rules gave a score is no news of the contact.
_SCORED = _SCORES | {"score", "tier_rule_id", "scoring_model_id", "score_rules"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: `kind` is person, key or system."""

    kind: str
    id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a contact as the log has it, with its operation."""

    id: UUID
    thing_id: UUID
    kind: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    operation_id: UUID
    operation: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str

    @property
    def actor(self) -> Actor:
        return Actor(self.actor_kind, self.actor_id, self.actor_name)

    @property
    def erases(self) -> bool:
        """Whether it leaves no contact behind."""
        return self.kind in ("erased", "deleted")


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something else than a contact that happened, as another room tells it: `data` is the object
    as the API shows it, `source_id` names the one occurrence."""

    type: str
    source_id: UUID
    operation_id: UUID | None
    actor: Actor
    data: Any


def types_of(change: Change) -> list[str]:
    """The events of a change; none where it shows in no member of the contact."""
    if change.kind == "created":
        return ["contact.created"]
    after = change.after or {}
    if "merged_into" in after:
        return ["contact.merged" if after["merged_into"] else "contact.unmerged"]
    if "is_deleted" in after:
        return ["contact.deleted" if after["is_deleted"] else "contact.restored"]
    if change.erases:
        return ["contact.deleted"]
    types = []
    if "enriched_at" in after:
        types.append("contact.enriched")
    elif any(_member(column) not in _SCORED for column in after if _is_shown(column)):
        types.append("contact.updated")
    if _SCORES & after.keys():
        types.append("contact.scored")
    return types


def changed(change: Change, catalogue: Catalogue) -> list[str]:
    """The names of the members that changed; a custom field as `custom_fields.name`."""
    names: dict[str, None] = {}
    for column in change.after or {}:
        if column == "custom":
            names |= dict.fromkeys(_custom(change, catalogue))
        elif _is_shown(column):
            names[_member(column)] = None
    return list(names)


def _custom(change: Change, catalogue: Catalogue) -> list[str]:
    """The custom fields of which the values differ; they are stored by id."""
    was, now = ((held or {}).get("custom") or {} for held in (change.before, change.after))
    return [
        f"custom_fields.{field.path[1]}"
        for field in catalogue.custom()
        if was.get(field.column) != now.get(field.column)
    ]


def _member(column: str) -> str:
    return _MEMBERS.get(column, column)


def _is_shown(column: str) -> bool:
    return _member(column) in Contact.__slots__ or column == "custom"
