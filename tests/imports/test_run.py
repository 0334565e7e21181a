"""The whole pipeline on one small file."""

from __future__ import annotations

import io
from typing import Any

from nimbus.imports.create import Given, create
from nimbus.imports.find import find, rows
from nimbus.imports.import_job import ImportJob, ImportOptions
from tests.conftest import Person, World

CSV = """Email,First name,Last name,Title,Company,Domain,Industry,Employees,Country,Phone,Tags
alice@acme.com,Alice,Smith,Director of RevOps,Acme,acme.com,Software,350,USA,+1 415 555 2671,vip
BOB@Example.com,Bob,Jones,VP Marketing,Example,example.com,Retail,20,Germany,,
bob@example.com,Bobby,,,,,,,,,lead
not an email,Carl,,,,,,,,,
,Dora,,,,,,,,,
"""


def bring(
    world: World, text: str | bytes = CSV, person: Person | None = None, work: bool = True,
    mapping: Any = None, **options: Any,
) -> ImportJob:  # fmt: skip
    """Import a text as a person does over the API, and run it."""
    person = person or world.alice
    data = text.encode() if isinstance(text, str) else text
    with world.door.workspace(person.who.workspace_id) as tx:
        made = create(
            tx, world.instance, person.who, person.client, io.BytesIO(data), "people.csv",
            ImportOptions(**options), Given(mapping),
        )  # fmt: skip
    if work:
        world.work()
    with world.door.workspace(person.who.workspace_id) as tx:
        return find(tx, made.id)


def test_a_file_becomes_contacts_with_company_tier_and_score(world: World) -> None:
    done = bring(world)

    assert done.status == "complete", done.message
    assert (done.total, done.imported, done.updated) == (5, 2, 0)
    assert (done.skipped, done.suppressed, done.errored) == (1, 0, 2)
    assert done.repeated == 1
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        people = {row["email"]: row for row in tx.rows("select * from contact")}
        companies = {row["domain"]: row for row in tx.rows("select * from company")}
        ledger = rows(tx, done.id)
        staged = tx.value("select count(*) from import_stage")
    alice = people["alice@acme.com"]
    assert alice["full_name"] == "Alice Smith"
    assert (alice["seniority"], alice["department"]) == ("director", "revenue_operations")
    assert (alice["country"], alice["phone_e164"]) == ("US", "+14155552671")
    assert alice["company_id"] == companies["acme.com"]["id"]
    assert companies["acme.com"]["employee_count"] == 350
    assert (alice["icp_tier"], alice["lead_score"], alice["grade"]) == ("A", 34, "D")
    assert alice["assigned_until"] is not None
    assert alice["lead_source"].startswith("csv_import_")
    assert people["bob@example.com"]["first_name"] == "Bobby"
    assert people["bob@example.com"]["tags"] == ["lead"]
    assert [(r.row_no, r.line, r.status, r.reason) for r in ledger] == [
        (1, 2, "imported", None),
        (2, 3, "imported", None),
        (3, 4, "skipped", "duplicate_in_file"),
        (4, 5, "errored", "invalid_email"),
        (5, 6, "errored", "missing_email"),
    ]
    assert ledger[2].duplicate_of_row == 2
    assert staged == 0
