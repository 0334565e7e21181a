"""The tags of a workspace: how many contacts carry each, and giving one another name everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nimbus import operations
from nimbus.access import Who
from nimbus.accounts.client import refuse_limited
from nimbus.contacts.tags import kept as tag_kept
from nimbus.contacts.tags.kept import Colour
from nimbus.contacts.writing.values import busy, carry, holding
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.field import Invalid
from nimbus.fields.held import Moved, Work
from nimbus.fields.types import TAGS
from nimbus.fields.types.text_list import PARTING
from nimbus.filters.text import literal
from nimbus.operations.references import Thing, references, refuse_if_used
from nimbus.operations.rename import Renamed, rewrite
from nimbus.operations.undoing import under_way
from nimbus.problems import Problem, invalid, not_found

_SQL = beside(__file__, "tags.sql")

SUBJECT = "tags"
RENAME, DELETE = "tag.rename", "tag.delete"
# Suggestions: as many at most, from as many contacts.
OFFERED, NEWEST = 100, 2_000
# The tags of more contacts than these are counted once the page is there: it reads them all.
AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Tag:
    """`contacts` counts those that are not in the trash."""

    name: str
    contacts: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class RenamedTag:
    """`merged` is how many contacts had the new tag before; `moved` had the old one."""

    name: str
    merged: int
    moved: Moved


def tags(tx: Tx, search: str, after: str | None, limit: int) -> list[Tag]:
    """In the order of their names, from the one after `after`."""
    values: dict[str, Any] = {
        "workspace": tx.workspace_id, "after": after, "limit": limit,
        "pattern": f"%{literal(search.lower())}%" if search else None,
    }  # fmt: skip
    return tx.all(Tag, _SQL["tags"], values)


def count_tags(tx: Tx, search: str) -> int:
    """How many such tags there are."""
    pattern = f"%{literal(search.lower())}%" if search else None
    found: int = tx.value(_SQL["count"], {"workspace": tx.workspace_id, "pattern": pattern})
    return found


def many(tx: Tx) -> bool:
    """Whether counting the tags takes longer than a page may."""
    found: bool = tx.value(_SQL["many"], {"workspace": tx.workspace_id, "most": AT_ONCE})
    return found


def suggested(tx: Tx) -> list[str]:
    """Tags to offer where one is typed."""
    values = {"workspace": tx.workspace_id, "newest": NEWEST, "limit": OFFERED}
    return tx.column(_SQL["suggested"], values)


def require(tx: Tx, name: str) -> str:
    """The tag, which some contact has, something asks for, or somebody has added. Raises
    Problem(not_found)."""
    if "\0" in name or not is_known(tx, name):
        raise not_found("tag")
    return name


def is_known(tx: Tx, name: str) -> bool:
    return tag_kept.find(tx, name) is not None or bool(references(tx, Thing("tag", name)))


def add(tx: Tx, who: Who, name: str, colour: Colour, *, through: str = "web") -> str:
    """A tag that nobody carries yet; answers its name. Raises Problem that names `name`; forbidden
    for a key that is limited to one client."""
    refuse_limited(who, "A tag")
    new = read_name(name, "name")
    alone(tx)
    if is_known(tx, new):
        raise invalid(f"There is a tag “{new}” already.", "name")
    operation = operations.start(tx, who, "tag.add", through, why=new)
    tag_kept.keep(tx, operation, new, colour)
    return new


def colour(tx: Tx, who: Who, name: str, given: Colour, *, through: str = "web") -> bool:
    """Show a tag in another colour, everywhere; False when it has it. Raises Problem: not_found;
    forbidden as above."""
    refuse_limited(who, "A tag")
    alone(tx)
    require(tx, name)
    known = tag_kept.find(tx, name)
    if given == (known.colour if known else tag_kept.PLAIN):
        return False
    operation = operations.start(tx, who, "tag.colour", through, why=name)
    tag_kept.keep(tx, operation, name, given)
    return True


def rename(tx: Tx, who: Who, old: str, new: str, *, through: str = "web") -> RenamedTag:
    """Call a tag otherwise, in contacts, filters and rules; the name of another tag merges the two
    (G-31). Raises Problem that names `from` or `to`; conflict while a job is at it; forbidden for a
    key that is limited to one client."""
    refuse_limited(who, "A tag")
    wanted = read_name(new, "to")
    known = read_name(old, "from")
    if wanted == known:
        raise invalid("This is its name already.", "to")
    if not is_known(tx, known):
        raise invalid(f"Nobody has the tag “{known}”.", "from")
    _refuse_busy(tx)
    operation = operations.start(tx, who, RENAME, through, why=f"{known} → {wanted}")
    merged = holding(tx, Work("tags", wanted), live=True)
    # The one that stays is shown as it was.
    if is_known(tx, wanted):
        tag_kept.remove(tx, operation, known)
    else:
        tag_kept.rename(tx, operation, known, wanted)
    rewrite(tx, operation, Renamed("tags", known, wanted, several=True))
    work = Work("tags", known, wanted, several=True)
    moved = carry(tx, who, operation, SUBJECT, f"Renaming the tag {known} to {wanted}", [work])
    return RenamedTag(wanted, merged, moved)


def delete(tx: Tx, who: Who, name: str, *, through: str = "web", force: bool = False) -> Moved:
    """Take a tag from every contact. Raises Problem: not_found; in_use with what uses it, unless
    `force`; forbidden where rules or segments lose it, for those who may not change settings."""
    refuse_limited(who, "A tag")
    require(tx, name)
    thing = Thing("tag", name)
    if not force:
        refuse_if_used(tx, thing, f"The tag “{name}”")
    if any(one.kind != "contacts" for one in references(tx, thing)):
        who.need("settings:write")
    _refuse_busy(tx)
    operation = operations.start(tx, who, DELETE, through, why=name)
    tag_kept.remove(tx, operation, name)
    rewrite(tx, operation, Renamed("tags", name, None, several=True))
    work = Work("tags", name, None, several=True)
    return carry(tx, who, operation, SUBJECT, f"Deleting the tag {name}", [work])


def read_name(raw: str, field: str) -> str:
    """A tag as it is stored (S0-30)."""
    try:
        read = TAGS.parse(raw)
    except Invalid as wrong:
        raise invalid(str(wrong), field) from None
    if not raw.strip():
        raise invalid("Name the tag: this name is blank.", field)
    if not read or len(read) != 1:
        raise invalid("Name one tag: a comma, a semicolon or a bar would part it.", field)
    return read[0]


def called(typed: str) -> list[str]:
    """Which of the tags that are typed will be called otherwise than they are typed; none while one
    of them cannot be read."""
    try:
        read = TAGS.parse(typed) or []
    except Invalid:
        return []
    return [name for name in read if name not in {one.strip() for one in PARTING.split(typed)}]


def _refuse_busy(tx: Tx) -> None:
    """One change of tags at a time: a job that is still at it would miss the next one's."""
    if is_busy(tx):
        raise Problem("conflict", "Another tag is being renamed or deleted. Wait for that job.")


def is_busy(tx: Tx) -> bool:
    """Whether a job changes the tags of contacts, or takes such a change back; asked alone. An undo
    is found by what it undoes, since a change of tags has no subject with an id."""
    alone(tx)
    return busy(tx, SUBJECT) or under_way(tx, (RENAME, DELETE))


def alone(tx: Tx) -> None:
    """Two that change tags, or take such a change back, wait for each other."""
    tx.run("select id from workspace where id = %s for no key update", [tx.workspace_id])
