"""What follows from the values of a contact: ranks from the title, the time zone from the place,
the parts of a name from the whole, the normal form of a phone (S3-06, S1-22, S1-24)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nimbus.consent import STAY_WITH_CONSENT
from nimbus.contacts.writing.incoming import TWINS
from nimbus.db.door import Tx
from nimbus.fields import Field, derive
from nimbus.fields.required import required

Values = Mapping[str, Any]

# The columns that are worked out where nobody has written them, and what each follows from.
SOURCES: dict[str, tuple[str, ...]] = {
    "seniority": ("title",),
    "department": ("title",),
    "time_zone": ("city", "state", "country"),
}
# From the values of the sources, in their order in `SOURCES`.
DERIVE: dict[str, Callable[..., str | None]] = {
    "seniority": lambda title: derive.title_rank(title)[0] if title else None,
    "department": lambda title: derive.title_rank(title)[1] if title else None,
    "time_zone": lambda city, state, country: derive.time_zone(country, state, city),
}
WORDS = {
    "seniority": "worked out from the title",
    "department": "worked out from the title",
    "time_zone": "worked out from the place",
}
_PARTS = {"first_name": "first", "last_name": "last", "name_prefix": "prefix",
          "name_suffix": "suffix"}  # fmt: skip


def with_followers(row: Values, given: Values) -> dict[str, Any]:
    """The columns that an edit of the contact `row` changes: those that are `given` and those that
    follow from them, by the rules by which a row of an import is merged (`merging`, `follow`); but
    a full name gives all of its parts, whatever they were (D-21)."""
    values = dict(given)
    _name(row, values)
    for column, sources in SOURCES.items():
        if column not in given and values.keys() & set(sources):
            derived = DERIVE[column]
            was = derived(*(row[source] for source in sources))
            # What differs was written by somebody, and stays.
            if row[column] in (None, was):
                values[column] = derived(*(values.get(s, row[s]) for s in sources))
    for twin, phone in TWINS.items():
        if phone in given:
            values[twin] = derive.e164(given[phone], values.get("country", row["country"]))
    if values.get("consent_status", row["consent_status"]) != row["consent_status"]:
        # How a consent came about goes with it: never the evidence of one beside a refusal.
        values = {**dict.fromkeys(STAY_WITH_CONSENT), **values}
    return values


def follows(column: str, values: Values) -> bool:
    """Whether the column has among these values what follows from the others: then nobody has
    written it, as an edit takes it too, or they would have had the same."""
    sources = SOURCES.get(column)
    if not sources or values[column] is None:
        return False
    found: bool = values[column] == DERIVE[column](*(values[one] for one in sources))
    return found


def _name(row: Values, values: dict[str, Any]) -> None:
    """A full name gives the parts that are not given themselves; parts give a full name."""
    if values.get("full_name"):
        parts = derive.split_name(values["full_name"])
        for column in _PARTS.keys() - values.keys():
            values[column] = getattr(parts, _PARTS[column])
    elif "full_name" not in values:
        was = row["first_name"], row["last_name"]
        now = values.get("first_name", was[0]), values.get("last_name", was[1])
        if now != was:
            values["full_name"] = derive.join_name(*now)


def needed(tx: Tx, columns: Mapping[str, Any]) -> list[Field]:
    """The required fields that an edit of these columns must not clear. What goes by itself with a
    consent that is changed is none of anybody's clearing."""
    return [
        field
        for field in required(tx)
        if field.column in columns or field.column not in STAY_WITH_CONSENT
    ]
