"""Tags that are kept by themselves: those with a colour, and those that nobody carries yet.

Every other tag is only with the contacts that carry it, and is shown in the plain colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.operations.things import Column, Shown

_SQL = beside(__file__, "kept.sql")

# The tones of badges, which can be read in light and dark.
Colour = Literal["grey", "blue", "green", "amber", "orange", "red", "violet"]
PLAIN: Colour = "grey"
COLOURS: dict[Colour, str] = {
    "grey": "Grey", "blue": "Blue", "green": "Green", "amber": "Amber", "orange": "Orange",
    "red": "Red", "violet": "Violet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    id: UUID
    name: str
    colour: Colour


def find(tx: Tx, name: str) -> Kept | None:
    """None for one that is only with contacts, or nowhere."""
    return tx.one(Kept, _SQL["find"], {"workspace": tx.workspace_id, "name": name})


def colours(tx: Tx, names: Iterable[str]) -> dict[str, str]:
    """Of those of some tags that have another than the plain colour."""
    asked = sorted(set(names))
    if not asked:
        return {}
    rows = tx.rows(_SQL["colours"], {"workspace": tx.workspace_id, "names": asked})
    return {row["name"]: row["colour"] for row in rows}


def keep(tx: Tx, operation: Operation, name: str, colour: Colour) -> None:
    """Have the tag, in this colour."""
    known = find(tx, name)
    values = {"workspace": tx.workspace_id, "name": name, "colour": colour}
    if known is None:
        new = {"by": operation.who.name, "now": tx.now}
        id: UUID = tx.value(_SQL["add"], values | new)
        # As an undo of the undo puts it back: whole.
        made = {"name": name, "colour": colour, "created_by": operation.who.name,
                "created_at": tx.now.isoformat()}  # fmt: skip
        log(tx, operation, "tag", id, "created", None, made)
    elif known.colour != colour:
        tx.run(_SQL["colour"], values | {"id": known.id})
        before, after = {"colour": known.colour}, {"colour": colour}
        log(tx, operation, "tag", known.id, "updated", before, after)


def rename(tx: Tx, operation: Operation, name: str, new: str) -> None:
    known = find(tx, name)
    if known is None:
        return
    tx.run(_SQL["rename"], {"workspace": tx.workspace_id, "id": known.id, "name": new})
    log(tx, operation, "tag", known.id, "updated", {"name": name}, {"name": new})


def remove(tx: Tx, operation: Operation, name: str) -> None:
    known = find(tx, name)
    if known:
        values = {"workspace": tx.workspace_id, "id": known.id, "operation": operation.id}
        tx.run(_SQL["remove"], values)


def _labels(tx: Tx, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    rows = tx.rows(_SQL["names"], {"workspace": tx.workspace_id, "ids": list(ids)})
    return {row["id"]: row["name"] for row in rows}


def _columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    known = set(names)
    return [Column(name, name.capitalize()) for name in ("name", "colour") if name in known]


SHOWN = {"tag": Shown("tag", "tag", _labels, _columns)}
