"""What uses a thing among contacts: how many of them hold it (G-33)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from nimbus.contacts.writing.values import holding, reckoned
from nimbus.db.door import Tx
from nimbus.fields.held import Work
from nimbus.fields.read import catalogue
from nimbus.operations.references import Reference, Thing
from nimbus.web.counting import Count


def find(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """One reference for all contacts that hold it, in the trash or not. A tag of very many is
    reckoned, which the index of tags allows."""
    work = _held(tx, thing)
    if work is None:
        return
    held = reckoned(tx, work) if thing.kind == "tag" else Count(holding(tx, work), exact=True)
    if held.value:
        about = "" if held.exact else "about "
        words = f"{about}{held.value:,} contact{'s' if held.value > 1 else ''}"
        yield Reference("contacts", None, words, held.value)


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
