"""What somebody asks of the log, as it stands in an address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nimbus.audit.things import read_id
from nimbus.db import ids
from nimbus.fields import Catalogue
from nimbus.operations.audit import ActorKind, Sought
from nimbus.problems import invalid

SYSTEM = "system"


def sought(
    catalogue: Catalogue, *, actor: str = "", through: str = "", thing: str = "",
    thing_id: str = "", kind: str = "", operation: str = "", operation_id: str = "",
    field: str = "", since: datetime | None = None, until: datetime | None = None,
) -> Sought:  # fmt: skip
    """Blank asks for all. A `field` is the key of one in the catalogue, else the name of a column
    of whatever has one. Raises Problem that names the parameter."""
    actor_kind, actor_id = _actor(actor)
    found = catalogue.find(field) if field else None
    column = custom = None
    if found is not None and found.thing == "custom":
        custom = found.column
    elif field:
        column = found.column if found is not None and found.column else field
    if found is not None and found.thing == "company":
        thing = thing or "company"
    return Sought(
        actor_kind, actor_id, through or None, thing or None,
        read_id(thing_id, "thing_id") if thing_id else None, kind or None, operation or None,
        ids.read("op", operation_id, "operation_id") if operation_id else None, column, custom,
        since, until,
    )  # fmt: skip


def _actor(shown: str) -> tuple[ActorKind | None, UUID | None]:
    if not shown:
        return None, None
    if shown == SYSTEM:
        return "system", None
    kinds: dict[str, tuple[ActorKind, ids.Prefix]] = {
        "user": ("person", "user"), "key": ("key", "key"),
    }  # fmt: skip
    prefix = shown.partition("_")[0]
    if prefix not in kinds:
        raise invalid("actor is the id of a person or an API key, or system.", "actor")
    kind, known = kinds[prefix]
    return kind, ids.read(known, shown, "actor")
