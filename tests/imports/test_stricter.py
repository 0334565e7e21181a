"""An import can only tighten consent and suppression (G-02), and never lifts an opt-out (S1-42)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import psycopg
import pytest
from starlette.testclient import TestClient

from nimbus.consent import CONSENT
from nimbus.db import ids
from nimbus.identity import email_key
from nimbus.imports.find import rows
from tests.conftest import Person, World
from tests.imports.test_run import bring

STATES = ("opted_in", "opted_out", "pending", "unknown")


def test_all_sixteen_pairs_of_consent_end_no_less_strict(
    world: World, http: TestClient, browser_of: Callable[[Person], TestClient]
) -> None:
    pairs = list(itertools.product(STATES, STATES))
    first = "Email,Consent status\n" + "".join(
        f"p{n}@acme.com,{before}\n" for n, (before, _) in enumerate(pairs)
    )
    second = "Email,Consent status,Title\n" + "".join(
        f"p{n}@acme.com,{after},New title\n" for n, (_, after) in enumerate(pairs)
    )
    bring(world, first)
    done = bring(world, second)

    with world.door.workspace(world.alice.who.workspace_id) as tx:
        people = {p["email"]: p for p in tx.rows("select * from contact")}
        protected = {
            row.email for row in rows(tx, done.id) if (row.detail or {}).get("consent_protected")
        }
    for n, (before, after) in enumerate(pairs):
        person = people[f"p{n}@acme.com"]
        result, kept = CONSENT.tightened(before, after)
        assert person["consent_status"] == result, (before, after)
        assert (person["email"] in protected) == kept, (before, after)
        assert person["title"] == "New title"
    # Programs are told of each, and how many there are; people, in the report.
    assert (done.consent_protected, len(protected)) == (5, 5)
    here, headers = ids.show("imp", done.id), world.alice.headers
    told = http.get(f"/api/v1/imports/{here}/", headers=headers).json()
    assert told["consent_protected"] == 5
    ledger = http.get(f"/api/v1/imports/{here}/rows/", headers=headers).json()["data"]
    assert {row["email"] for row in ledger if row["consent_protected"]} == protected
    page = browser_of(world.alice).get(f"/imports/{here}").text
    assert "5 rows would have loosened a consent or a status." in page


@pytest.mark.parametrize("layer", ["workspace", "domain", "platform"])
def test_a_suppressed_person_is_not_written_whatever_the_file_says(
    world: World, layer: str
) -> None:
    workspace = world.alice.who.workspace_id
    with world.door.workspace(workspace) as tx:
        if layer == "workspace":
            tx.run(
                "insert into suppression (workspace_id, email, reason, source, created_by, "
                "created_at) values (%s, 'no@mail.acme.com', 'opt_out', 'test', 'test', %s)",
                [workspace, tx.now],
            )
        if layer == "domain":
            tx.run(
                "insert into suppression_domain (workspace_id, domain, reason, created_by, "
                "created_at) values (%s, 'acme.com', 'opt_out', 'test', %s)",
                [workspace, tx.now],
            )
    if layer == "platform":
        key = email_key(world.instance.secrets.key("email"), "no@mail.acme.com")
        with psycopg.connect(world.instance.logins.migrate) as connection:
            connection.execute(
                "insert into global_contact (email_key, is_globally_suppressed, suppressed_reason) "
                "values (%s, true, 'opt_out')",
                [key],
            )

    done = bring(world, "Email,Consent status\nno@mail.acme.com,opted_in\nyes@other.com,\n")

    with world.door.workspace(workspace) as tx:
        (row, _) = rows(tx, done.id)
        assert tx.column("select email from contact") == ["yes@other.com"]
        claims = tx.value(
            "select count(*) from registry_history(%s)",
            [email_key(world.instance.secrets.key("email"), "no@mail.acme.com")],
        )
    assert (row.status, row.reason) == ("suppressed", f"{layer}:opt_out")
    assert (done.imported, done.suppressed, done.total) == (1, 1, 2)
    assert claims == 0


def test_no_row_of_a_file_lifts_what_another_says(world: World) -> None:
    bring(
        world,
        "Email,Consent status,Status\nf1@k.com,opted out,unsubscribed\nf1@k.com,opted in,active\n",
    )
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        person = tx.row("select consent_status, status from contact")
    assert person == {"consent_status": "opted_out", "status": "unsubscribed"}


def test_evidence_stays_with_the_consent_that_won(world: World) -> None:
    done = bring(
        world,
        "Email,Consent status,Consent source\nf1@k.com,opted out,phone call\n"
        "f1@k.com,opted in,web form\n",
    )
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        person = tx.row("select consent_status, consent_source from contact")
        first, _ = rows(tx, done.id)
    assert person == {"consent_status": "opted_out", "consent_source": "phone call"}
    assert first.detail == {"consent_protected": True}


def test_a_new_contact_beside_a_trashed_one_inherits_its_refusal(world: World) -> None:
    bring(world, "Email,Consent status,Consent source,Status\nf1@k.com,opted out,letter,bounced\n")
    for says in ("Email\nf1@k.com\n", "Email,Consent status,Status\nf1@k.com,opted in,active\n"):
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            tx.run("update contact set is_deleted = true, deleted_at = now() "
                   "where workspace_id = %s and not is_deleted", [tx.workspace_id])  # fmt: skip
        done = bring(world, says, in_trash="new")
        assert done.imported == 1, done.message
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            person = tx.row(
                "select consent_status, consent_source, status from contact where not is_deleted"
            )
            (row,) = rows(tx, done.id)
        assert person == {
            "consent_status": "opted_out", "consent_source": "letter", "status": "bounced",
        }  # fmt: skip
        assert (row.detail or {}).get("consent_protected") == ("opted in" in says or None)


def test_a_refusal_never_stands_beside_the_evidence_of_a_consent(world: World) -> None:
    header = "Email,Consent status,Consent type,Consent source,Consent date\n"
    bring(world, header + "f1@k.com,opted in,explicit,web form,2024-01-01\n")
    only_blank = {"Email": "email", "Consent status": {"field": "consent_status",
                  "only_if_blank": True}}  # fmt: skip
    bring(world, "Email,Consent status\nf1@k.com,opted out\n", mapping=only_blank)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        person = tx.row(
            "select consent_status, consent_type, consent_source, consent_date from contact"
        )
    assert person == {"consent_status": "opted_out", "consent_type": "imported",
                      "consent_source": "imported", "consent_date": None}  # fmt: skip


def test_without_a_consent_there_is_no_evidence_of_one(world: World) -> None:
    bring(world, "Email,Consent status\nf1@k.com,\n")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.row("select consent_status, consent_type from contact") == {
            "consent_status": "unknown", "consent_type": None,
        }  # fmt: skip
