"""What uses a thing among contacts: how many of them hold it (G-33)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from nimbus.contacts.values import holding
from nimbus.db.door import Tx
from nimbus.fields.held import Work
from nimbus.fields.read import catalogue
from nimbus.operations.references import Reference, Thing


def find(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """One reference for all contacts that hold it, in the trash or not."""
    work = _held(tx, thing)
    if work and (count := holding(tx, work)):
        yield Reference("contacts", None, f"{count:,} contact{'s' if count > 1 else ''}", count)


def _held(tx: Tx, thing: Thing) -> Work | None:
    match thing.kind:
        case "tag":
            return Work("tags", thing.id)
        case "company":
            return Work("company_id", thing.id)
        case "tier_rule":
            return Work("tier_rule_id", thing.id)
        case "custom_field" | "option":
            ref, _, option = thing.id.partition(":")
            field = catalogue(tx).by_id(UUID(ref))
            several = field is not None and field.type.kind == "choices"
            return Work(field.column, option or None, several=several) if field else None
        case _:
            return None
