"""What stands around the rows of the list: filters as words, sorting columns, counts (S0-10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from nimbus.contacts.listing.asked import HERE, href
from nimbus.contacts.listing.columns import Column
from nimbus.contacts.listing.room import giving_way
from nimbus.contacts.listing.views import Opened
from nimbus.contacts.paging import CREATED_DESC, SORTS
from nimbus.contacts.read import ContactList
from nimbus.contacts.words import value_words
from nimbus.fields import Catalogue
from nimbus.filters import All, Filter, Leaf, describe, parse
from nimbus.web import parts
from nimbus.web.counting import Count
from nimbus.web.paging import Page

# On a phone the rest of a row is beneath its name.
_ON_A_PHONE = ("icp_tier", "lead_score")

# By column, the orders of a first and a second click; a third is back to the newest.
_ORDERS: dict[str, tuple[str, ...]] = {
    "full_name": ("name_asc", "name_desc"), "email": ("email_asc", "email_desc"),
    "icp_tier": ("icp_tier", "icp_tier_desc"), "lead_score": ("lead_score_desc", "lead_score_asc"),
    "created_at": ("created_desc", "created_asc"), "updated_at": ("updated_desc",),
}  # fmt: skip
# Words that are shorter than the field's own, above its column.
_SHORT = {
    "title": "Title", "company.name": "Company", "icp_tier": "Tier", "lead_score": "Score",
    "personalization.lines": "Lines", "personalization.source": "Lines by",
}  # fmt: skip

# Further views have a page of their own.
MOST_TABS = 12
To = Callable[[ContactList], str]
Words = Callable[[Column, Mapping[str, Any]], str | None]

TICK = parts.Column("Select", "check", kind="check")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in words, the address of the list without it, and the key of the field it asks."""

    name: str
    words: str
    value: str
    off: str
    key: str = ""


# What stands there of contacts in the trash instead of all behind the email.
_TRASHED = (
    parts.Column("Deleted by", "m", wide_only=True),
    parts.Column("When", "m"),
    parts.Column("Why", "xl", wide_only=True),
    parts.Column("Restore", "m", hidden_label=True),
)


def columns(opened: Opened, shown: Sequence[Column]) -> list[parts.Column]:
    name = parts.Column("Name", "l", *_sorting(opened, "full_name"))
    if opened.asked.shown == "deleted":
        email = parts.Column("Email", "l", *_sorting(opened, "email"), wide_only=True)
        return [name, email, *_TRASHED]
    way = giving_way(shown)
    return [name, *(
        parts.Column(
            _SHORT.get(one.key, one.field.label), one.width, *_sorting(opened, one.key),
            kind=one.kind, wide_only=one.key not in _ON_A_PHONE, gives_way=one.key in way,
            attrs={"data-column": one.key, "data-usual": one.usual},
        )
        for one in shown
    )]  # fmt: skip


def classes(shown: Sequence[Column]) -> list[dict[str, str | None]]:
    """Of the cells of each column."""
    way = giving_way(shown)
    found = [
        [*([f"is-{one.kind}"] if one.kind != "text" else []),
         *(["wide-only"] if one.key not in _ON_A_PHONE else []),
         *(["gives-way"] if one.key in way else [])]
        for one in shown
    ]  # fmt: skip
    return [{"class": " ".join(names) or None} for names in found]


def words(names: Mapping[str, str], now: datetime) -> Words:
    """The text of a cell; a company without a name goes by its domain."""

    def told(one: Column, row: Mapping[str, Any]) -> str | None:
        found = value_words(one.field, one.value(row, now), names)
        return found or (row["company_domain"] if one.key == "company.name" else None)

    return told


def chips(asked: ContactList, to: To) -> Iterator[Chip]:
    """Each with the address, by `to`, of the list without it."""
    if asked.search:
        yield Chip("Search", "for", f"“{asked.search}”", to(replace(asked, search="")))
    pieces = _pieces(asked.filter)
    for at, piece in enumerate(pieces):
        rest = pieces[:at] + pieces[at + 1 :]
        left = All(rest) if len(rest) > 1 else rest[0] if rest else None
        yield _chip(piece, to(replace(asked, filter=left)))


def sentence(asked: ContactList) -> str | None:
    """All that is asked in one, where it is more than a row of chips can say (S0-11)."""
    nested = [piece for piece in _pieces(asked.filter) if not isinstance(piece, Leaf)]
    return describe(asked.filter) if asked.filter and nested else None


def tabs(opened: Opened, me: UUID | None, catalogue: Catalogue) -> list[parts.Tab]:
    """Everybody, one's own, the trash, and the saved views; of many the first and the open one."""
    asked = opened.asked
    mine = ContactList(parse({"field": "owner_id", "op": "eq", "value": str(me)}, catalogue),
                       shown="live")  # fmt: skip
    is_mine = opened.view is None and asked == mine
    shown = opened.view in opened.views[:MOST_TABS]
    views = [*opened.views[:MOST_TABS], *([opened.view] if opened.view and not shown else [])]
    is_all = asked.shown == "live" and opened.view is None and not is_mine
    return [
        parts.Tab("All", _all_of(opened, is_mine), is_all),
        *([parts.Tab("Mine", href(mine), is_mine)] if me else []),
        parts.Tab("Deleted", href(_deleted(opened, is_mine)), asked.shown == "deleted"),
        *(parts.Tab(one.name, opened.of(one), opened.view == one) for one in views),
    ]


def _all_of(opened: Opened, is_mine: bool) -> str:
    """What one asks for stays when one looks at all instead of the trash."""
    is_anothers = is_mine or opened.view is not None
    return HERE if is_anothers else href(replace(opened.asked, shown="live"))


def _deleted(opened: Opened, is_mine: bool) -> ContactList:
    if is_mine or opened.view is not None:
        return ContactList(shown="deleted")
    return replace(opened.asked, shown="deleted")


def place(page: Page, count: Count) -> str:
    """“51–100 of 12,481”, or “of about 1,200,000” where nobody counted."""
    first, last = page.start + 1, page.start + len(page.rows)
    return f"{first:,}–{last:,} of {count_words(count)}"


def total(count: Count) -> str:
    return "1 contact" if count.value == 1 else f"{count_words(count)} contacts"


def count_words(count: Count) -> str:
    """An estimate is rounded to three digits: more would pretend to know."""
    if count.exact:
        return f"{count.value:,}"
    step = 10 ** max(0, len(str(count.value)) - 3)
    return f"about {round(count.value / step) * step:,}"


def _sorting(opened: Opened, key: str) -> tuple[str | None, parts.Sorted | None]:
    """Where a click on the header leads, and how the column is sorted now."""
    asked, href, orders = opened.asked, opened.href, _ORDERS.get(key, ())
    if not orders:
        return None, None
    if asked.sort.key not in orders:
        return href(replace(asked, sort=SORTS[orders[0]])), None
    is_first = asked.sort.key == orders[0]
    following = SORTS[orders[1]] if is_first and len(orders) > 1 else CREATED_DESC
    direction: parts.Sorted = "descending" if asked.sort.descending else "ascending"
    return href(replace(asked, sort=following)), direction


def _pieces(filter: Filter | None) -> tuple[Filter, ...]:
    if filter is None:
        return ()
    return filter.parts if isinstance(filter, All) else (filter,)


def _chip(piece: Filter, off: str) -> Chip:
    """The sentence of one filter in three parts: its field, its operator, its value."""
    sentence = describe(piece)
    if not isinstance(piece, Leaf):
        return Chip("Several conditions", "", "", off)
    label = piece.field.label
    words = piece.op.words.partition("{}")[0].strip()
    value = sentence[len(label) :].strip().removeprefix(words).strip()
    return Chip(label, words, value, off, piece.field.key)
