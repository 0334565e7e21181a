"""Which values a merged contact has (D-10, G-13, G-15): pure, of the rows that are merged.

The first of the rows wins field by field, the others fill what it has not got, in their order;
whoever merges may choose otherwise. Values that mean nothing apart, such as the parts of a name or
a place, come from one row together. Tags are those of all. Of consents and statuses the strictest
wins, with its own evidence: nobody chooses there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from nimbus.consent import STAY_WITH_CONSENT
from nimbus.contacts.writing.incoming import LADDERS
from nimbus.fields import derive

Row = Mapping[str, Any]
# What a field is called by those who choose, its column or `custom.` and its key, and whose value.
Choices = Mapping[str, UUID]

# An email brings what is known of it, and who holds it.
EMAIL = ("email", "email_domain", "email_key", "verification_status", "client_id", "assigned_until")
NAME = ("full_name", "first_name", "last_name", "name_prefix", "name_suffix")
TOGETHER = (
    EMAIL, NAME, ("title", "seniority", "department"), ("phone", "phone_e164"),
    ("mobile", "mobile_e164"), ("city", "state", "country", "time_zone"),
    ("enriched_at", "enrichment_status"),
)  # fmt: skip
ALONE = ("linkedin_url", "twitter_url", "role", "lead_source", "external_id", "owner_id",
         "company_id")  # fmt: skip
CHOSEN = frozenset({*ALONE, *(column for unit in TOGETHER[:-1] for column in unit)} - {
    *EMAIL[1:], "phone_e164", "mobile_e164"})  # fmt: skip


def winners(rows: Sequence[Row], kept: Row, choices: Choices) -> dict[str, Any]:
    """The columns of the merged contact. `rows` are all that are merged, the one that wins by
    default first; `kept` is the one of them whose id and tags come first. Choices are of CHOSEN."""
    by_id = {row["id"]: row for row in rows}
    won: dict[str, Any] = {}
    for unit in TOGETHER:
        source = _source(rows, unit, choices, by_id)
        won |= {column: source[column] for column in unit}
    for column in ALONE:
        won[column] = next((row[column] for row in rows if row[column] is not None), None)
    for column, id in choices.items():
        if not column.startswith("custom.") and column not in EMAIL:
            won[column] = by_id[id][column]
            if f"{column}_e164" in won:
                won[f"{column}_e164"] = by_id[id][f"{column}_e164"]
    if choices.keys() & {"first_name", "last_name"} and "full_name" not in choices:
        won["full_name"] = derive.join_name(won["first_name"], won["last_name"])
    others = [row for row in rows if row["id"] != kept["id"]]
    won["tags"] = list(dict.fromkeys(tag for row in (kept, *others) for tag in row["tags"]))
    won["custom"] = _custom(rows, choices, by_id)
    return won | strictest(rows)


def _source(
    rows: Sequence[Row], unit: Sequence[str], choices: Choices, by_id: Mapping[UUID, Row]
) -> Row:
    if unit[0] in choices:
        return by_id[choices[unit[0]]]
    said = (row for row in rows if any(row[c] not in (None, "never_attempted") for c in unit))
    return next(said, rows[0])


def _custom(rows: Sequence[Row], choices: Choices, by_id: Mapping[UUID, Row]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for row in reversed(rows):
        merged |= row["custom"]
    for name, id in choices.items():
        if name.startswith("custom."):
            key = name.removeprefix("custom.")
            merged.pop(key, None)
            if key in by_id[id]["custom"]:
                merged[key] = by_id[id]["custom"][key]
    return merged


def strictest(rows: Sequence[Row]) -> dict[str, Any]:
    """The consent, with its evidence, and the status of those who are one person (G-13)."""
    found: dict[str, Any] = {}
    for column, ladder in LADDERS.items():
        # The first of the strictest: `max` keeps the earliest.
        row = max(rows, key=lambda one: ladder.ranks[one[column]])
        found[column] = row[column]
        if column == "consent_status":
            found |= {evidence: row[evidence] for evidence in STAY_WITH_CONSENT}
    return found
