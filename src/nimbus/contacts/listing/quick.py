"""The quick filters of the list: what is asked most, a chip each with a few choices (S2-39)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from nimbus.access import Who
from nimbus.accounts.read import people
from nimbus.contacts.listing.refused import Refused
from nimbus.contacts.listing.views import Opened
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import STANDARD
from nimbus.filters import All, Filter, Leaf, to_params
from nimbus.web.parts import Option

Kind = Literal["ticks", "words", "range", "dates"]

# Field, label, and how it is asked.
_QUICK: tuple[tuple[str, str, Kind], ...] = (
    ("icp_tier", "Tier", "ticks"),
    ("grade", "Grade", "ticks"),
    ("tags", "Tag", "words"),
    ("owner_id", "Owner", "ticks"),
    ("status", "Status", "ticks"),
    ("consent_status", "Consent", "ticks"),
    ("lead_score", "Score", "range"),
    ("created_at", "Created", "dates"),
    ("last_contacted_at", "Last contacted", "dates"),
    ("last_activity_at", "Last activity", "dates"),
)
# A menu of more is of no use; the panel asks for any.
MOST_PEOPLE = 50
MOST_TAGS = 50
_FIELDS = {field.key: field for field in STANDARD}


@dataclass(frozen=True, slots=True)
class Quick:
    """`values` are those that the address asks, by the names of its parameters, which `errors`
    refuse; `kept` is the rest of the list's address. A choice that is `asked` stands among the
    chips of the list already."""

    key: str
    label: str
    kind: Kind
    options: Sequence[Option]
    values: Mapping[str, str]
    errors: Mapping[str, str]
    kept: Sequence[tuple[str, str]]

    @property
    def id(self) -> str:
        return f"quick-{self.key}"

    @property
    def asked(self) -> bool:
        return bool(self.values)

    @property
    def ticked(self) -> list[str]:
        return self.values.get(self.key, "").split(",")


def quick(
    tx: Tx, who: Who, opened: Opened, rows: Iterable[Mapping[str, object]],
    refused: Iterable[Refused] = (),
) -> list[Quick]:  # fmt: skip
    """The filters, filled in as the address asks them, with what is refused of it."""
    parts = _parts(opened.asked.filter)
    wrong = {one.name: one for one in refused}
    owners = _owners(tx, who)
    tags = sorted({tag for row in rows for tag in tags_of(row)})[:MOST_TAGS]
    found = []
    for key, label, kind in _QUICK:
        names = _names(key, kind)
        mine = [part for part in parts if _asks(part, names)]
        values = dict(chain.from_iterable(to_params(part) for part in mine))
        rest = tuple(part for part in parts if part not in mine)
        errors = {name: wrong[name].why for name in names if name in wrong}
        values |= {name: wrong[name].text for name in errors}
        options = owners if key == "owner_id" else _options(key)
        if key == "tags":
            options = [Option(tag, tag) for tag in tags]
        found.append(Quick(key, label, kind, options, values, errors, _kept(opened, rest)))
    return found


def _kept(opened: Opened, parts: tuple[Filter, ...]) -> list[tuple[str, str]]:
    left = All(parts) if len(parts) > 1 else parts[0] if parts else None
    other = replace(opened, asked=replace(opened.asked, filter=left))
    return other.in_full


def _parts(filter: Filter | None) -> tuple[Filter, ...]:
    if filter is None:
        return ()
    return filter.parts if isinstance(filter, All) else (filter,)


def _names(key: str, kind: Kind) -> tuple[str, ...]:
    """The parameters that the form of a field sends."""
    return (f"{key}__gte", f"{key}__lte") if kind in ("range", "dates") else (key,)


def _asks(part: Filter, names: tuple[str, ...]) -> bool:
    return isinstance(part, Leaf) and to_params(part)[0][0] in names


def _options(key: str) -> list[Option]:
    labels: Mapping[str, str] = getattr(_FIELDS[key].type, "labels", {})
    return [Option(value, label) for value, label in labels.items()]


def _owners(tx: Tx, who: Who) -> list[Option]:
    """Oneself first."""
    found = sorted(people(tx), key=lambda one: (one.user_id != who.id, one.name.casefold()))
    return [
        Option(ids.show("user", one.user_id), "Me" if one.user_id == who.id else one.name)
        for one in found[:MOST_PEOPLE]
    ]


def tags_of(row: Mapping[str, object]) -> Iterable[str]:
    held = row.get("tags")
    return held if isinstance(held, list) else ()
