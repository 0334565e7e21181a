"""Contacts put into the database directly, for tests of what reads them."""

from __future__ import annotations

import itertools
from random import Random
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus.db.door import Tx

_numbers = itertools.count(1)


def add_company(tx: Tx, **values: Any) -> UUID:
    number = next(_numbers)
    domain = values.get("domain", f"company{number}.example")
    row = {"name": f"Company {number}", "name_key": domain, "domain": domain, **values}
    return _insert(tx, "company", row)


def add_contact(tx: Tx, **values: Any) -> UUID:
    email = values.get("email", f"person{next(_numbers)}@acme.example")
    row = {"email": email, "email_domain": email.partition("@")[2], "email_key": uuid4(), **values}
    return _insert(tx, "contact", row)


def add_import(tx: Tx, client: UUID, name: str, contacts: list[UUID]) -> UUID:
    """A finished import that made these contacts."""
    job = _insert(tx, "job", {"kind": "import", "label": name, "started_by": "test"}, dated=False)
    file = _insert(
        tx, "file", {"name": name, "size": 1, "sha256": b"x", "media_type": "text/csv"}, dated=False
    )
    found = _insert(
        tx,
        "import_job",
        {
            "job_id": job, "file_id": file, "client_id": client, "name": name, "source": "csv",
            "options": Jsonb({}), "created_by": "test", "created_by_kind": "system",
            "created_at": tx.now,
        },
        dated=False,
    )  # fmt: skip
    for number, contact in enumerate(contacts, 1):
        tx.run(
            "insert into import_row (workspace_id, import_id, row_no, line, status, contact_id) "
            "values (%s, %s, %s, %s, 'imported', %s)",
            [tx.workspace_id, found, number, number + 1, contact],
        )
    return found


def add_crowd(tx: Tx, count: int, seed: int) -> list[UUID]:
    """Contacts of few different values, with blanks, so that many are equal in any order."""
    chance = Random(seed)
    companies = [
        add_company(tx, industry=industry, employee_count=size)
        for industry, size in (("Software", 10), ("Energy", 5000), (None, None))
    ]

    def pick(*choices: Any) -> Any:
        return chance.choice(choices)

    return [
        add_contact(
            tx,
            full_name=pick(None, "Ann Lee", "Bo Ek", "Cy Orr"),
            title=pick(None, "", "VP Sales", "Head of 100%"),
            seniority=pick(None, "vp", "director"),
            country=pick(None, "US", "DE"),
            lead_score=pick(None, 10, 50, 50, 90),
            icp_tier=pick(None, "A", "B", "D"),
            grade=pick(None, "A", "F"),
            tags=pick([], ["vip"], ["vip", "emea"]),
            company_id=pick(None, *companies),
            is_deleted=pick(False, False, False, True),
            updated_at=tx.now.replace(microsecond=pick(1, 2, 3)),
        )
        for _ in range(count)
    ]


def _insert(tx: Tx, table: str, row: dict[str, Any], *, dated: bool = True) -> UUID:
    now = {"created_at": tx.now, "updated_at": tx.now} if dated else {}
    whole = {"workspace_id": tx.workspace_id, **now, **row}
    statement = sql.SQL("insert into {} ({}) values ({}) returning id").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, whole)),
        sql.SQL(", ").join(map(sql.Placeholder, whole)),
    )
    made: UUID = tx.value(statement, whole)
    return made
