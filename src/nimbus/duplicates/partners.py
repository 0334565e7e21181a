"""With whom a contact is likely to be merged: the pairs that are known, then whoever has the same
last name or works at the same company (S2-23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.contacts.read import ContactList, Reading, these
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.duplicates.doubles import pairs_of
from nimbus.fields.read import catalogue
from nimbus.filters import parse

# So many are proposed, out of so many of a name or a company that were looked at.
MOST, LOOKED_AT = 8, 50
ALIKE, BOTH, NAME, COMPANY = (
    "Looks alike", "Same last name and company", "Same last name", "Same company"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Partner:
    """A contact by its shown id, and why it is proposed; nothing of one that was searched for."""

    id: str
    name: str
    email: str
    company: str | None
    why: str | None = None


def partners(tx: Tx, row: Mapping[str, Any]) -> list[Partner]:
    """Of a contact as `read.one` has it, the likeliest first."""
    alike = [ids.read("cont", one.id) for one in pairs_of(tx, row["id"], by_contact=True)]
    known = these(tx, alike)
    found = {id: partner(known[id], ALIKE) for id in alike if id in known}
    shared = _shared(tx, row)
    for why in (BOTH, NAME, COMPANY):
        for other, reason in shared.values():
            if reason == why and other["id"] not in found:
                found[other["id"]] = partner(other, why)
    return list(found.values())[:MOST]


def search(tx: Tx, row: Mapping[str, Any], asked: str, most: int) -> list[Partner]:
    """The live contacts that a search finds, without this one."""
    rows = Reading(tx, ContactList(search=asked[:200], shown="live")).page(most).rows
    return [partner(other) for other in rows if other["id"] != row["id"]]


def partner(row: Mapping[str, Any], why: str | None = None) -> Partner:
    return Partner(
        ids.show("cont", row["id"]), row["full_name"] or row["email"], row["email"],
        row["company_name"], why,
    )  # fmt: skip


def _shared(tx: Tx, row: Mapping[str, Any]) -> dict[UUID, tuple[Mapping[str, Any], str]]:
    """Those who share the name, the company or both, with which of it. The names are found by the
    search of the list, since its index has them."""
    name, company = (row["last_name"] or "").casefold(), row["company_id"]
    asked = [ContactList(search=name, shown="live")] if len(name) > 1 else []
    if company:
        filter = parse(
            {"field": "company.id", "op": "eq", "value": ids.show("comp", company)}, catalogue(tx)
        )
        asked += [
            *(ContactList(filter, search=name, shown="live") for _ in asked),
            ContactList(filter, shown="live"),
        ]
    found: dict[UUID, tuple[Mapping[str, Any], str]] = {}
    for one in asked:
        for other in Reading(tx, one).page(LOOKED_AT).rows:
            named = bool(name) and (other["last_name"] or "").casefold() == name
            works = bool(company) and other["company_id"] == company
            why = BOTH if named and works else NAME if named else COMPANY if works else ""
            if why and other["id"] != row["id"]:
                found.setdefault(other["id"], (other, why))
    return found
