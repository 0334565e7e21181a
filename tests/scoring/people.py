"""Contacts put straight into the table, and what they have come to."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from psycopg import sql

from nimbus.contacts.writing.rescore import stored_rows
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from tests.conftest import World

SENIORITIES = ("vp", "director", "manager", "intern", None)
DEPARTMENTS = ("sales", "engineering", None)


def add_people(tx: Tx, count: int, client_id: UUID | None = None, **columns: Any) -> list[UUID]:
    """`count` different people; every third works at a company of 400."""
    company = tx.value(
        """
        insert into company
            (workspace_id, domain, industry, employee_count, created_at, updated_at)
        values (%s, %s, 'Software', 400, %s, %s) returning id
        """,
        [tx.workspace_id, f"{uuid4().hex}.test", tx.now, tx.now],
    )
    return [
        tx.value(
            """
            insert into contact
                (workspace_id, email, email_domain, email_key, seniority, department, company_id,
                 phone, client_id, created_at, updated_at)
            values (%s, %s, 'x.test', %s, %s, %s, %s, %s, %s, %s, %s) returning id
            """,
            [tx.workspace_id, f"{uuid4().hex}@x.test", uuid4(),
             columns.get("seniority", SENIORITIES[n % 5]),
             columns.get("department", DEPARTMENTS[n % 3]),
             columns.get("company_id", company if n % 3 == 0 else None),
             "+1 415" if n % 2 else None, client_id, tx.now, tx.now],
        )
        for n in range(count)
    ]  # fmt: skip


def scored_rows(tx: Tx) -> list[dict[str, Any]]:
    """Every live contact as filters see it, by id."""
    rows = stored_rows(catalogue(tx), sql.SQL("true")) + sql.SQL(" order by c.id")
    return tx.rows(rows, {"workspace": tx.workspace_id})


def work_all(world: World) -> None:
    """Also the jobs that wait for the lock of another."""
    waiting = True
    while waiting:
        world.work()
        with world.door.platform() as tx:
            waiting = tx.value(
                "select exists (select from procrastinate_jobs where status = 'todo')"
            )
