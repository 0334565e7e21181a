"""What a rollback and its undoing leave as it is, and say so (G-01)."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from tests.conftest import World
from tests.imports.rolling import NEW, OLD
from tests.imports.test_run import bring
from tests.imports.undoing import (
    bring_back,
    claims,
    companies,
    contacts,
    edit,
    kept,
    last,
    reasons,
    roll_back,
)


def test_what_was_changed_since_is_kept_and_listed(world: World) -> None:
    bring(world, OLD)
    made = bring(world, NEW)
    edit(world, "ann@acme.com", title="Chair", phone="+49 30 1", tags=["vip", "smb", "own"])
    edit(world, "dan@zeta.com", city="Rome")
    edit(world, "acme.com", "company", industry="Mining")
    roll_back(world, made)

    people = {row["email"]: row for row in contacts(world).values()}
    ann, dan = people["ann@acme.com"], people["dan@zeta.com"]
    assert (ann["title"], ann["city"], ann["country"]) == ("Chair", "Boston", "US")
    # A phone stays with its normal form, and evidence with its consent.
    assert (ann["phone"], ann["phone_e164"]) == ("+49 30 1", "+4930901820")
    assert ann["consent_status"] == "opted_in"
    # What the import added is taken away, what a person added or took away stays.
    assert ann["tags"] == ["vip", "own"]
    assert (dan["is_deleted"], dan["city"], dan["title"]) == (False, "Rome", "VP Sales")
    assert "eve@gmail.com" not in people
    assert reasons(world, made) == {
        "ann@acme.com": ("edited", ["phone", "phone_e164", "title"]),
        "dan@zeta.com": ("edited", ["city"]),
        "acme.com": ("edited", ["industry"]),
        "zeta.com": ("in_use", []),
    }
    acme = next(row for row in companies(world).values() if row["domain"] == "acme.com")
    assert (acme["name"], acme["name_key"]) == ("Acme", "acme")
    assert (acme["industry"], acme["employee_count"]) == ("Mining", 500)
    assert {claim["email"] for claim in claims(world)} >= {"dan@zeta.com"}
    assert last(world, made).counts["contact_kept"] == 2


def test_what_another_import_changed_since_is_kept_as_well(world: World) -> None:
    bring(world, OLD)
    made = bring(world, NEW)
    bring(world, "Email,Title,Domain\neve@gmail.com,Pilot,\nfay@zeta.com,Clerk,zeta.com\n")
    roll_back(world, made)
    told = kept(world, made)
    assert {(one.label, one.reason, one.changed_by) for one in told} == {
        ("eve@gmail.com", "edited", "import people.csv"), ("zeta.com", "in_use", None),
    }  # fmt: skip


def test_edits_after_a_rollback_stay_when_it_is_undone(world: World) -> None:
    bring(world, OLD)
    made = bring(world, NEW)
    roll_back(world, made)
    edit(world, "ann@acme.com", city="Oslo")
    again = bring(world, "Email,Title\neve@gmail.com,Pilot\n")
    assert again.imported == 1  # what a rollback trashed counts as nobody (D-29)
    bring_back(world, made)
    people = [row for row in contacts(world).values() if not row["is_deleted"]]
    ann = next(row for row in people if row["email"] == "ann@acme.com")
    assert (ann["city"], ann["title"]) == ("Oslo", "CEO")
    assert [row["title"] for row in people if row["email"] == "eve@gmail.com"] == ["Pilot"]
    assert reasons(world, made) == {
        "ann@acme.com": ("edited", ["city"]), "eve@gmail.com": ("email_taken", []),
    }  # fmt: skip


def test_an_erased_contact_is_said_to_be_gone(world: World) -> None:
    bring(world, OLD)
    made = bring(world, NEW)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("delete from contact where workspace_id = %s and email in "
               "('ann@acme.com', 'eve@gmail.com')", [tx.workspace_id])  # fmt: skip
    roll_back(world, made)
    assert [(one.reason, one.label) for one in kept(world, made)] == [("gone", None)] * 2


def test_a_company_that_came_again_meanwhile_is_not_made_twice(world: World) -> None:
    bring(world, OLD)
    made = bring(world, NEW)
    roll_back(world, made)
    bring(world, "Email,Company,Domain\nzoe@zeta.com,Zeta Ltd,zeta.com\n")
    bring_back(world, made)
    told = {(one.label, one.reason) for one in kept(world, made)}
    assert ("bob@acme.com", "company_gone") in told
    assert ("dan@zeta.com", "company_gone") in told
    assert [one.reason for one in kept(world, made) if one.thing == "company"] == ["taken"]
    zetas = [row["name"] for row in companies(world).values() if row["domain"] == "zeta.com"]
    assert zetas == ["Zeta Ltd"]


def test_the_registry_sets_back_only_what_is_the_workspaces_own(world: World) -> None:
    bring(world, "Email\nann@acme.com\n", world.charlie)
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        key = tx.value("select email_key from contact")
    before = claims(world, world.charlie)
    ask = ("select state from registry_set_back(%s, %s::uuid[], %s::smallint[], "
           "%s::timestamptz[], %s, %s)")  # fmt: skip
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        long_ago, later = tx.now - timedelta(days=9), tx.now + timedelta(days=9)
        mine = [world.alice.client.id]
        free = tx.value(ask, [[key], [None], [None], [None], long_ago, tx.now])
        taken = tx.value(ask, [[key], mine, [50], [later], long_ago, tx.now])
    assert (free, taken) == ("released", "elsewhere")
    assert claims(world, world.charlie) == before
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        world.door.workspace(world.alice.who.workspace_id) as tx,
    ):
        tx.value(ask, [[key], [world.charlie.client.id], [50], [later], long_ago, tx.now])
    with pytest.raises(psycopg.errors.InsufficientPrivilege), world.door.platform() as tx:
        tx.value(ask, [[key], [None], [None], [None], long_ago, later])
