"""Looking for the duplicates of some contacts among all of the workspace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.duplicates import filed
from nimbus.duplicates.find import Found, in_blocks
from nimbus.duplicates.keep import keep_all_of
from nimbus.duplicates.people import people, read
from nimbus.duplicates.person import Person


def look(tx: Tx, contacts: Sequence[UUID]) -> None:
    """File these contacts anew and keep the pairs that they make with anybody. Those in the trash
    keep theirs, which nobody sees."""
    mine = people(tx, contacts)
    if not mine:
        return
    found = look_in(tx, filed.sharing(tx, filed.file(tx, mine)), {one.id for one in mine})
    keep_all_of(tx, [one.id for one in mine], found)


def look_in(tx: Tx, blocks: Sequence[filed.Block], only: set[UUID] | None = None) -> list[Found]:
    """The pairs in these blocks; with `only` those that one of these makes."""
    return among(read(tx, members(blocks)).people(), blocks, only)


def members(blocks: Iterable[filed.Block]) -> list[UUID]:
    return sorted({contact for block in blocks for contact in block.contacts})


def among(
    people: Iterable[Person], blocks: Iterable[filed.Block], only: set[UUID] | None = None
) -> list[Found]:
    """As `look_in`, of people who are at hand."""
    known = {one.id: one for one in people}
    present = (
        (block.key, [known[contact] for contact in block.contacts if contact in known])
        for block in blocks
    )
    return in_blocks(present, only)
