"""The kinds of things that the log tells of: what they are called, how their ids are shown, and
where they are to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from nimbus.db import ids


@dataclass(frozen=True, slots=True)
class Kind:
    """`page` is where one of them is seen, with its shown id at {id}, by those who have `scope`."""

    label: str
    prefix: ids.Prefix
    page: str | None = None
    scope: str | None = None


KINDS: dict[str, Kind] = {
    "contact": Kind("Contact", "cont", "/contacts/{id}", "contacts:read"),
    "assignment": Kind("Assignment", "cont", "/contacts/{id}", "contacts:read"),
    "engagement": Kind("Events", "cont", "/contacts/{id}", "contacts:read"),
    "duplicate_pair": Kind("Pair of duplicates", "dup", "/duplicates/{id}", "contacts:read"),
    "company": Kind("Company", "comp", "/companies/{id}", "companies:read"),
    "event": Kind("Call or meeting", "evt"),
    "note": Kind("Note", "note"),
    "task": Kind("Task", "task"),
    "deal": Kind("Deal", "deal"),
    "personalization": Kind("Personalization", "pers"),
    "segment_member": Kind("List member", "cont", "/contacts/{id}", "contacts:read"),
    "segment": Kind("Segment", "seg", "/segments/{id}", "segments:read"),
    "saved_view": Kind("Saved view", "view"),
    "import": Kind("Import", "imp", "/imports/{id}", "imports:read"),
    "field_mapping": Kind("Field mapping", "fm", "/settings/mappings/{id}", "imports:read"),
    "tag": Kind("Tag", "tag", "/settings/tags", "contacts:read"),
    "custom_field": Kind("Custom field", "cf", "/settings/fields", "fields:read"),
    "icp_tier_rule": Kind("Tier rule", "rule", "/settings/icp-rules", "scoring:read"),
    "scoring_model": Kind("Scoring model", "model", "/settings/scoring", "scoring:read"),
    "suppression": Kind(
        "Suppressed email", "sup", "/suppression/emails/{id}", "suppression:read"
    ),
    "suppression_domain": Kind(
        "Suppressed domain", "dom", "/suppression/domains/{id}", "suppression:read"
    ),
    "webhook": Kind("Webhook", "hook", "/settings/webhooks/{id}", "webhooks:write"),
    "api_key": Kind("API key", "key", "/settings/keys", "keys:write"),
    "client": Kind("Client", "client", "/settings/workspace", "clients:read"),
    "workspace": Kind("Workspace", "ws", "/settings/workspace", "clients:read"),
    "invitation": Kind("Invitation", "inv", "/settings/people", "people:read"),
    "person": Kind("Person", "user", "/settings/people", "people:read"),
}  # fmt: skip


def label(thing: str) -> str:
    """Also of kinds that are not known here any more."""
    return KINDS[thing].label if thing in KINDS else thing.replace("_", " ").capitalize()


def shown_id(thing: str, id: UUID) -> str:
    return ids.show(KINDS[thing].prefix, id) if thing in KINDS else str(id)


def page_of(thing: str, id: UUID) -> tuple[str, str] | None:
    """The address and the scope that it needs."""
    kind = KINDS.get(thing)
    if kind is None or kind.page is None or kind.scope is None:
        return None
    return kind.page.format(id=shown_id(thing, id)), kind.scope


def read_id(shown: str, field: str) -> UUID:
    """The uuid of an id of any kind. Raises Problem(validation_error)."""
    begins = shown.partition("_")[0]
    kind = next((one for one in KINDS.values() if one.prefix == begins), KINDS["contact"])
    return ids.read(kind.prefix, shown, field)
