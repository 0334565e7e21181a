"""What goes back when a whole import is rolled back, and comes again when that is undone (G-01)."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from nimbus import clock
from nimbus.jobs import Context
from nimbus.jobs.queue import stopping
from nimbus.operations import undo
from nimbus.operations.undo_job import run_undo
from nimbus.problems import Problem
from tests.conftest import World
from tests.imports.killed_undo import undo_until
from tests.imports.rolling import NEW, OLD, everything
from tests.imports.test_run import bring
from tests.imports.undoing import (
    bring_back,
    claims,
    contacts,
    edit,
    kept,
    last,
    reasons,
    roll_back,
    status,
)
from tests.killing import ended


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
    assert ended(undo_until, nth, told) == -signal.SIGKILL
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
    [contacts_back] = (step for step in undo.steps() if step.thing == "contact")

    def broken(*_: Any) -> Any:
        raise RuntimeError("The lights went out")

    monkeypatch.setattr(undo, "_steps", [replace(contacts_back, restore=broken)])
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
