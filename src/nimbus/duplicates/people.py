"""Contacts as the finder sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates.person import Person, person
from nimbus.fields.read import catalogue

_SQL = beside(__file__, "people.sql")

# Contacts have no street and no date of birth; workspaces that want them make a field.
_CUSTOM = {
    "street": "street", "address": "street", "street_address": "street", "address_1": "street",
    "address_2": "line", "address_line_2": "line",
    "house_number": "house", "street_number": "house",
    "postcode": "postcode", "postal_code": "postcode", "zip": "postcode", "zip_code": "postcode",
    "birthday": "born", "birth_date": "born", "date_of_birth": "born", "dob": "born",
}  # fmt: skip

# What a change of these says about contacts and companies is looked at again.
CONTACT_COLUMNS = frozenset({
    "first_name", "last_name", "full_name", "name_suffix", "email", "phone_e164", "mobile_e164",
    "phone", "mobile", "linkedin_url", "twitter_url", "city", "state", "company_id", "is_deleted",
    "merged_into", "custom",
})  # fmt: skip
COMPANY_COLUMNS = frozenset({"name", "domain"})
# Of the statement `people`.
_COLUMNS = ("id", "first_name", "last_name", "full_name", "name_suffix", "email", "phone_e164",
            "mobile_e164", "linkedin_url", "twitter_url", "city", "state", "company_id", "company",
            "domain", "custom")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """Contacts as they were read, light enough to be sent to another process. `custom` says in
    which custom field is what a contact has not got itself."""

    cells: Sequence[Sequence[Any]]
    custom: Mapping[str, str]

    def people(self) -> list[Person]:
        return [_person(dict(zip(_COLUMNS, row, strict=True)), self.custom) for row in self.cells]


def read(tx: Tx, ids: Iterable[UUID]) -> Rows:
    """Those of them that are live, in the order of their ids."""
    custom = {
        use: field.column
        for field in catalogue(tx)
        if field.thing == "custom" and (use := _CUSTOM.get(field.key.removeprefix("custom.")))
    }
    statement = sql.SQL(_SQL["people"]).format(
        custom=sql.SQL("c.custom" if custom else "null::jsonb")
    )
    values = {"workspace": tx.workspace_id, "ids": list(ids)}
    return Rows(tx.connection.execute(statement, values).fetchall(), custom)


def people(tx: Tx, ids: Iterable[UUID]) -> list[Person]:
    """As `read`, as people."""
    return read(tx, ids).people()


def next_ids(tx: Tx, after: UUID | None, size: int) -> list[UUID]:
    return tx.column(_SQL["next"], {"workspace": tx.workspace_id, "after": after, "size": size})


def count(tx: Tx) -> int:
    found: int = tx.value(_SQL["count"], {"workspace": tx.workspace_id})
    return found


def _person(row: Mapping[str, Any], custom: Mapping[str, str]) -> Person:
    given, family = row["first_name"], row["last_name"]
    if not given and not family and row["full_name"]:
        given, _, family = row["full_name"].rpartition(" ")
    own = {use: str((row["custom"] or {}).get(column) or "") for use, column in custom.items()}
    return person(
        row["id"], given=given, family=family, suffix=row["name_suffix"], email=row["email"],
        company=row["company"], firm=str(row["company_id"]) if row["company_id"] else None,
        firm_domain=row["domain"], phones=(row["phone_e164"], row["mobile_e164"]),
        profiles=(row["linkedin_url"], row["twitter_url"]), city=row["city"], state=row["state"],
        postcode=own.get("postcode"), house=own.get("house"),
        lines=(own.get("street"), own.get("line")), born=own.get("born"),
    )  # fmt: skip
