"""What webhooks refer to: the fields and options that their filters ask for (G-33)."""

from __future__ import annotations

from collections.abc import Iterator

from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.filters import Leaf, leaves, parse
from nimbus.operations.references import Reference, Thing
from nimbus.problems import Problem
from nimbus.webhooks.read import webhooks


def references(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """The webhooks whose filter asks for the custom field, the option, the tag or the segment."""
    for hook in webhooks(tx):
        if hook.filter is None:
            continue
        try:
            filter = parse(hook.filter, catalogue(tx))
        except Problem:
            continue
        if any(_asks(leaf, thing) for _, leaf in leaves(filter)):
            yield Reference("webhook", hook.shown_id, hook.url)


def _asks(leaf: Leaf, thing: Thing) -> bool:
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    named = {str(value) for value in values}
    match thing.kind:
        case "custom_field":
            return str(leaf.field.id) == thing.id
        case "option":
            field, _, option = thing.id.partition(":")
            return str(leaf.field.id) == field and option in named
        case "tag":
            return leaf.field.key == "tags" and thing.id in named
        case "segment":
            return leaf.field.type.kind == "membership" and thing.id in named
        case _:
            return False
