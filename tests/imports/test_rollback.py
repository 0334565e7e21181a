"""Rolling back a whole import, and undoing that (G-01)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine

from nimbus import clock
from nimbus.db import ids
from nimbus.jobs import Context
from nimbus.jobs.queue import stopping
from nimbus.operations import undo
from nimbus.operations.undo_job import run_undo
from nimbus.problems import Problem
from tests.conftest import World
from tests.imports.conftest import IMPORTS
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
    scores,
    status,
)

HEADER = "Email,Title,City,Country,Phone,Company,Domain,Industry,Employees,Tags,Consent status\n"
OLD = HEADER + (
    "ann@acme.com,VP Sales,Boston,US,+1 415 555 2671,Acme,acme.com,Software,500,vip,opted_in\n"
    "bob@acme.com,Engineer,Berlin,Germany,,Acme,acme.com,Software,500,,\n"
    "cas@gmail.com,Founder,,,,Solo Works,,,,,\n"
)
NEW = HEADER + (
    "ann@acme.com,CEO,Paris,France,+49 30 901820,Acme Inc.,acme.com,Retail,9,smb;new,opted_out\n"
    "bob@acme.com,Director of Sales,,,,,zeta.com,Toys,40,,\n"
    "dan@zeta.com,VP Sales,,,,Zeta,zeta.com,Toys,40,,\n"
    "eve@gmail.com,Engineer,,,,,,,,,\n"
)


def everything(world: World) -> Any:
    return contacts(world), companies(world), scores(world), claims_of_live(world)


def claims_of_live(world: World) -> Any:
    here = {row["email"] for row in contacts(world).values()}
    return [claim for claim in claims(world) if claim["email"] in here]


def test_all_is_as_before_and_then_again_as_after(world: World) -> None:
    bring(world, OLD)
    before = everything(world)
    made = bring(world, NEW)
    after = everything(world)

    done = roll_back(world, made)
    assert everything(world) == before
    assert status(world, made) == "rolled_back"
    assert done.message == (
        "2 contacts went to the trash, 2 contacts went back, 1 company was removed, "
        "1 company went back."
    )
    assert kept(world, made) == []
    assert [claim["email"] for claim in claims(world)] == [
        "ann@acme.com", "bob@acme.com", "cas@gmail.com",
    ]  # fmt: skip
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        trashed = tx.rows(
            "select deletion_reason, deleted_at is not null as has_time, company_id, client_id "
            "from contact where is_deleted"
        )
    assert trashed == [
        {"deletion_reason": "import_rollback", "has_time": True, "company_id": None,
         "client_id": None}
    ] * 2  # fmt: skip

    bring_back(world, made)
    assert everything(world) == after
    assert status(world, made) == "complete"
    # And once more: what a rollback and its undoing changed is nobody's news.
    roll_back(world, made)
    assert everything(world) == before
    assert kept(world, made) == []
    bring_back(world, made)
    assert everything(world) == after


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


def test_who_was_brought_back_from_the_trash_goes_there_again_as_they_were(world: World) -> None:
    bring(world, OLD)
    for email in ("ann@acme.com", "bob@acme.com"):
        edit(world, email, is_deleted=True, deleted_at=clock.now(), deletion_reason="left")
    before = contacts(world)
    made = bring(world, NEW, in_trash="restore")
    edit(world, "bob@acme.com", city="Rome")
    roll_back(world, made)
    after = contacts(world)
    for id, row in after.items():
        if row["email"] == "bob@acme.com":
            # Nobody's work goes into the trash.
            assert (row["is_deleted"], row["city"]) == (False, "Rome")
            assert row["title"] == before[id]["title"]
        else:
            assert row == before[id]
    assert reasons(world, made)["bob@acme.com"][0] == "edited"


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


def _days(number: int) -> Any:
    return time_machine.travel(clock.now() + timedelta(days=number), tick=True)


def test_renewed_assignments_have_their_old_end_back(world: World) -> None:
    bring(world, OLD)
    before = claims(world)
    with _days(10):
        made = bring(world, NEW)
        assert claims(world) != before
    with _days(11):
        roll_back(world, made)
        assert [one for one in claims(world) if one["email"] != "dan@zeta.com"] == before
        bring_back(world, made)
        ends = {one["email"]: one["valid_until"] - clock.now() for one in claims(world)}
    assert ends["ann@acme.com"] > timedelta(days=88)
    assert ends["cas@gmail.com"] < timedelta(days=80)


def test_an_expired_assignment_that_was_claimed_again_is_expired_again(world: World) -> None:
    bring(world, OLD)
    before = contacts(world)
    with _days(100):
        made = bring(world, NEW)
        assert {one["email"] for one in claims(world)} >= {"ann@acme.com", "bob@acme.com"}
        roll_back(world, made)
        assert contacts(world) == before
        assert claims(world) == []
        # Free for everybody: another workspace takes one of them, and one that was new.
        taken = bring(world, "Email\nann@acme.com\neve@gmail.com\n", world.charlie)
        assert taken.imported == 2
        bring_back(world, made)
    people = {row["email"]: row for row in contacts(world).values()}
    ann = people["ann@acme.com"]
    assert ann["title"] == "CEO"
    assert ann["assigned_until"] == next(
        row["assigned_until"] for row in before.values() if row["email"] == "ann@acme.com"
    )
    assert "eve@gmail.com" not in people
    assert reasons(world, made) == {
        "ann@acme.com": ("assigned_elsewhere", ["assigned_until"]),
        "eve@gmail.com": ("assigned_elsewhere", []),
    }
    with _days(100):
        assert {one["email"] for one in claims(world, world.charlie)} == {
            "ann@acme.com", "eve@gmail.com"
        }  # fmt: skip


def test_in_an_agency_an_email_goes_back_to_the_client_that_had_it(world: World) -> None:
    workspace = world.alice.who.workspace_id
    with world.door.workspace(workspace) as tx:
        tx.run("update workspace set agency = true where id = %s", [workspace])
        other = tx.value(
            "insert into client (workspace_id, name) values (%s, 'Second') returning id",
            [workspace],
        )
    bring(world, OLD)
    before = contacts(world)
    with _days(100):
        second = replace(world.alice, client=replace(world.alice.client, id=other))
        made = bring(world, NEW, second)
        assert {one["client_id"] for one in claims(world)} == {other}
        after = contacts(world)
        roll_back(world, made)
        assert contacts(world) == before
        assert claims(world) == []
        bring_back(world, made)
        assert contacts(world) == after
        assert {one["client_id"] for one in claims(world)} == {other}


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


# In batches, killed at any of them


@pytest.mark.parametrize("nth", [2, 5])
def test_a_rollback_killed_at_any_batch_goes_on(world: World, nth: int) -> None:
    bring(world, OLD)
    before = everything(world)
    made = bring(world, NEW)
    edit(world, "dan@zeta.com", city="Rome")
    asked = roll_back(world, made, work=False)
    told = {
        "app": world.instance.logins.app, "migrate": world.instance.logins.migrate,
        "workspace": str(world.alice.who.workspace_id), "job": str(asked.job_id),
        "operation": str(asked.id), "data": str(world.instance.settings.data),
    }  # fmt: skip
    child = subprocess.run(
        [sys.executable, "-m", "tests.imports.killed_undo", json.dumps(told), str(nth)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert last(world, made).status == "running"
    stopping.clear()
    context = Context(world.instance, world.alice.who.workspace_id)
    run_undo.run(context, job_id=str(asked.job_id), operation_id=str(asked.id))
    assert last(world, made).is_done
    dan = {id for id, row in contacts(world).items() if row["email"] == "dan@zeta.com"}
    assert {id: row for id, row in contacts(world).items() if id not in dan} == before[0]
    assert reasons(world, made)["dan@zeta.com"] == ("edited", ["city"])
    assert last(world, made).counts == {
        "company_restored": 1, "company_removed": 0, "contact_trashed": 1, "contact_restored": 2,
        "contact_kept": 1, "company_kept": 1,
    }  # fmt: skip


def test_an_error_stops_it_and_asking_again_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bring(world, NEW)
    steps = undo.steps()

    def broken(*_: Any) -> Any:
        raise RuntimeError("The lights went out")

    monkeypatch.setattr(undo, "_steps", [replace(steps[1], restore=broken)])
    roll_back(world, made, work=False)
    asked = last(world, made)
    context = Context(world.instance, world.alice.who.workspace_id)
    run_undo.run(context, job_id=str(asked.job_id), operation_id=str(asked.id))
    assert last(world, made).status == "paused"
    assert "The lights went out" in (last(world, made).message or "")
    with pytest.raises(Problem, match="Roll back again"):
        bring_back(world, made, work=False)
    roll_back(world, made)
    assert contacts(world) == {}


# Who may, when, and how it is told


def test_bob_may_not_and_charlie_finds_nothing(api: Any, import_of: Any, world: World) -> None:
    url = f"{IMPORTS}{import_of()['id']}/rollback/"
    for address in (url, f"{url}undo/"):
        assert api("POST", address, world.bob)[0] == 403
        assert api("POST", address, world.charlie)[0] == 404


def test_over_the_api(api: Any, import_of: Any, upload: Any, world: World) -> None:
    made = import_of()
    url = f"{IMPORTS}{made['id']}/"
    assert made["rollback"] is None
    assert api("GET", f"{url}kept/")[1]["data"] == []
    assert len(api("GET", f"{url}kept.csv")[1].splitlines()) == 1
    assert api("POST", f"{url}rollback/undo/")[0] == 409
    edit(world, "ada@kestrel-example.com", title="Chair")

    status, asked = api("POST", f"{url}rollback/")
    assert (status, asked["status"]) == (202, "rolled_back")
    assert (asked["rollback"]["operation"], asked["rollback"]["status"]) == ("rollback", "queued")
    for address in ("rollback/", "rollback/undo/"):
        status, refused = api("POST", url + address)
        assert (status, refused["error"]["code"]) == (409, "conflict")
        assert "being rolled back" in refused["error"]["message"]
    world.work()
    done = api("GET", url)[1]
    assert done["rollback"] | {"started_at": 0, "finished_at": 0, "message": 0} == {
        "operation": "rollback", "status": "done", "done": 7, "total": 7, "message": 0,
        "contacts_trashed": 2, "contacts_restored": 0, "contacts_kept": 1, "companies_removed": 1,
        "companies_restored": 0, "companies_kept": 1, "started_by": made["created_by"],
        "started_at": 0, "finished_at": 0,
    }  # fmt: skip
    # The ledger says what happened then.
    assert done["imported"] == made["imported"] == 3
    assert api("GET", f"{IMPORTS}?page_size=1")[1]["data"][0]["rollback"] == done["rollback"]
    first = api("GET", f"{url}kept/?page_size=1")[1]
    assert first["meta"]["total_count"] == 2
    second = api("GET", f"{url}kept/?page_size=1&cursor={first['meta']['next_cursor']}")[1]
    told = {one["name"]: one for one in first["data"] + second["data"]}
    ada = told["ada@kestrel-example.com"]
    assert (ada["reason"], ada["fields"], ada["changed_by"]) == (
        "edited", ["title"], world.alice.who.name,
    )  # fmt: skip
    assert ada["message"] == f"Changed since by {world.alice.who.name}: Job title."
    assert told["kestrel-example.com"]["reason"] == "in_use"
    file = api("GET", f"{url}kept.csv")[1].splitlines()
    assert file[0] == "thing,id,name,reason,message,fields,changed_by,changed_at"
    assert len(file) == 3
    assert api("POST", f"{url}rollback/")[0] == 409

    status, asked = api("POST", f"{url}rollback/undo/")
    assert (status, asked["rollback"]["operation"]) == (202, "undo")
    world.work()
    assert api("GET", url)[1]["status"] == "complete"
    assert api("POST", f"{url}rollback/undo/")[0] == 409


def test_what_runs_or_wrote_nothing_is_not_rolled_back(
    api: Any, import_of: Any, upload: Any, world: World
) -> None:
    queued = upload()[1]["id"]
    status, refused = api("POST", f"{IMPORTS}{queued}/rollback/")
    assert (status, refused["error"]["code"]) == (409, "conflict")
    assert "Cancel it" in refused["error"]["message"]
    world.work()
    nothing = import_of(b"Email\nnot an email\n")
    status, refused = api("POST", f"{IMPORTS}{nothing['id']}/rollback/")
    assert (status, refused["error"]["code"]) == (409, "conflict")
    assert "othing" in refused["error"]["message"]
    assert api("GET", f"{IMPORTS}{nothing['id']}/")[1]["status"] == "complete"


def test_one_that_paused_after_writing_ends_with_its_rollback(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(world, OLD)
    before = everything(world)

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("The lights went out")

    with monkeypatch.context() as patch:
        patch.setattr("nimbus.imports.stages.run.rescore_companies", broken)
        made = bring(world, NEW)
    assert made.status == "paused"
    roll_back(world, made)
    assert status(world, made) == "rolled_back"
    assert everything(world) == before
    bring_back(world, made)
    assert status(world, made) == "cancelled"


def test_the_page_asks_first_and_then_tells(world: World, browser_of: Any) -> None:
    made = bring(world, NEW)
    edit(world, "dan@zeta.com", city="Rome")
    url = f"/imports/{ids.show('imp', made.id)}"
    alice = browser_of(world.alice)
    page = alice.get(url).text
    assert "Roll back this import?" in page
    assert "4 contacts that it created go to the trash." in page
    assert alice.post(f"{url}/rollback").status_code == 303
    assert "Waits for the worker" in alice.get(url).text
    assert "Rolling back" in alice.get(f"{url}/live").text
    world.work()
    page = alice.get(url).text
    assert "Rolled back" in page
    assert "Undo the rollback" in page
    assert "Changed since by alice@acme.test: City." in page
    assert "dan@zeta.com" in page
    assert "dan@zeta.com" in alice.get(f"{url}/kept.csv").text
    assert alice.get(f"{url}?kept_after=nonsense").status_code == 200
    assert alice.post(f"{url}/rollback").status_code == 303  # the second click of two
    contact = next(id for id, row in contacts(world).items() if row["email"] == "dan@zeta.com")
    assert alice.get(f"/contacts/{ids.show('cont', contact)}").status_code == 200
    assert alice.post(f"{url}/rollback/undo").status_code == 303
    world.work()
    assert "The rollback was undone" in alice.get(url).text
    bob = browser_of(world.bob)
    page = bob.get(url).text
    assert f'action="{url}/rollback"' not in page
    assert bob.post(f"{url}/rollback").status_code == 403


def test_a_contact_tells_what_happened_to_it(world: World, browser_of: Any) -> None:
    bring(world, OLD)
    made = bring(world, NEW)
    roll_back(world, made)
    ann = next(id for id, row in contacts(world).items() if row["email"] == "ann@acme.com")
    page = browser_of(world.alice).get(f"/contacts/{ids.show('cont', ann)}?tab=activity").text
    assert "Set back by the rollback of" in page
