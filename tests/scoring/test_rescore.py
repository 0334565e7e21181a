"""Scoring everybody again: SQL writes the Python meaning, also after a kill (D-07, D-30)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from nimbus.accounts.client import Terms
from nimbus.accounts.write import add_client, save_workspace
from nimbus.db.door import Tx
from nimbus.jobs import Context, job
from nimbus.operations import start as begin
from nimbus.operations.operation import Changed
from nimbus.operations.read import history
from nimbus.scoring import jobs as by_date
from nimbus.scoring import rescore
from nimbus.scoring.model import dump_model
from nimbus.scoring.read import model, rules_that_count, tier_rules
from nimbus.scoring.rescore import follow, rescore_all, start
from nimbus.scoring.score import score
from nimbus.scoring.tier_rule import tier
from nimbus.scoring.write import save_tier_rules
from nimbus.scoring.write_model import save_model
from tests.conftest import World
from tests.scoring.people import add_people, scored_rows, work_all

COLUMNS = ("icp_tier", "tier_rule_id", "score_fit", "score_engagement", "score_intent",
           "lead_score", "grade", "score_rules", "scoring_model_id")  # fmt: skip


def expected(tx: Tx, row: dict[str, Any]) -> tuple[Any, ...]:
    """What Python says of a row, in the order of COLUMNS."""
    rules, current = rules_that_count(tx, row["client_id"])
    assert current
    s = score(current, row, tx.now)
    return (
        *tier(rules, row, tx.now), s.fit, s.engagement, s.intent, s.score, s.grade, list(s.rules),
        current.id,
    )  # fmt: skip


def check(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        rows = scored_rows(tx)
        assert rows
        assert [tuple(row[c] for c in COLUMNS) for row in rows] == [
            expected(tx, row) for row in rows
        ]


def run_job(world: World, label: str = "Again") -> UUID:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return start(tx, world.alice.who, label)


def the_job(world: World, job_id: UUID) -> job.Job:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = job.find(tx, job_id)
    assert found
    return found


def test_everybody_is_scored_as_python_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescore, "BATCH", 7)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        people = add_people(tx, 30)
    job_id = run_job(world)
    work_all(world)
    check(world)
    done = the_job(world, job_id)
    assert (done.status, done.done, done.total) == ("done", 30, 30)
    assert done.message == "30 of 30 contacts got another tier or score"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (entry,) = history(tx, people[0])
        assert entry.kind == "scored"
        assert entry.before is not None
        assert entry.after is not None
        assert entry.before["icp_tier"] is None
        assert set(entry.after) <= set(COLUMNS)


def test_what_comes_out_the_same_is_not_written(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (person, *_) = add_people(tx, 3)
    run_job(world)
    work_all(world)
    again = run_job(world)
    work_all(world)
    assert the_job(world, again).message == "0 of 3 contacts got another tier or score"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert len(history(tx, person)) == 1


def test_nobody_else_and_nothing_in_the_trash(world: World) -> None:
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        add_people(tx, 2)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (trashed, _) = add_people(tx, 2)
        tx.run("update contact set is_deleted = true where workspace_id = %s and id = %s",
               [tx.workspace_id, trashed])  # fmt: skip
    run_job(world)
    work_all(world)
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert [row["icp_tier"] for row in scored_rows(tx)] == [None, None]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select icp_tier from contact where workspace_id = %s and id = %s",
                        [tx.workspace_id, trashed]) is None  # fmt: skip


def test_a_client_with_own_rules_uses_only_those(world: World) -> None:
    alice = world.alice.who
    with world.door.workspace(alice.workspace_id) as tx:
        save_workspace(tx, alice, "web", name="Acme", agency=True)
        own = add_client(tx, alice, "web", Terms("Own rules", 90, 50))
        modelled = add_client(tx, alice, "web", Terms("Own model", 90, 50))
        add_people(tx, 15)
        add_people(tx, 15, client_id=own.id)
        add_people(tx, 15, client_id=modelled.id)
        everyone = {"name": "Everyone", "tier": "B", "filter": {"and": []}}
        save_tier_rules(tx, alice, "web", [everyone], own.id)
        current = model(tx)
        assert current
        data = dump_model(current) | {"weights": {"fit": 100, "engagement": 0, "intent": 0}}
        save_model(tx, alice, "web", data, modelled.id)
    work_all(world)
    check(world)
    with world.door.workspace(alice.workspace_id) as tx:
        rows = scored_rows(tx)
        workspace = {rule.id for rule in tier_rules(tx)}
    assert {row["icp_tier"] for row in rows if row["client_id"] == own.id} == {"B"}
    others = {row["tier_rule_id"] for row in rows if row["client_id"] != own.id} - {None}
    assert others <= workspace
    assert max(row["lead_score"] for row in rows if row["client_id"] == own.id) <= 40
    assert max(row["lead_score"] for row in rows if row["client_id"] == modelled.id) > 40


def test_a_run_that_breaks_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Break inside the second batch, after its writes: they are gone with it, and come again."""
    monkeypatch.setattr(rescore, "BATCH", 5)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 18)
    whole, calls = rescore.rescore, []

    def breaks(*args: Any) -> list[UUID]:
        calls.append(len(whole(*args)))
        if len(calls) == 2:
            raise RuntimeError("out of memory, say")
        return whole(*args)

    job_id = run_job(world)
    monkeypatch.setattr(rescore, "rescore", breaks)
    work_all(world)
    stopped = the_job(world, job_id)
    assert (stopped.status, stopped.done, stopped.total) == ("paused", 5, 18)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert sum(row["icp_tier"] is not None for row in scored_rows(tx)) == 5
        operation = begin(tx, world.alice.who, "rescore", "web")
        job.resume(tx, job_id)
    monkeypatch.setattr(rescore, "rescore", whole)
    context = Context(world.instance, world.alice.who.workspace_id)
    rescore_all.run(context, job_id=str(job_id), operation_id=str(operation.id))
    assert the_job(world, job_id).done == 18
    assert the_job(world, job_id).status == "done"
    check(world)


def test_a_killed_run_is_taken_over_and_the_old_runner_writes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescore, "BATCH", 5)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 12)
        operation = begin(tx, world.alice.who, "rescore", "web")
    job_id = run_job(world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        dead = job.begin(tx, job_id)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        job.hold(tx, job_id, dead)
        assert rescore._batch(tx, job_id, operation.id)
    work_all(world)
    with pytest.raises(job.LostJob), world.door.workspace(world.alice.who.workspace_id) as tx:
        job.hold(tx, job_id, dead)
    assert the_job(world, job_id).done == 12
    check(world)


def test_a_newer_change_takes_the_place_of_what_still_waits(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 2)
        first = start(tx, world.alice.who, "First", begin(tx, world.alice.who, "x", "web"))
        second = start(tx, world.alice.who, "Second", begin(tx, world.alice.who, "x", "web"))
    third = run_job(world)
    assert third == second
    work_all(world)
    assert the_job(world, first).status == "cancelled"
    assert the_job(world, second).status == "done"
    check(world)


@pytest.mark.parametrize("limit", [100, 3])
def test_after_a_company_changed_its_people_follow(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """At once when they are few, else as a job."""
    monkeypatch.setattr(rescore, "INLINE_LIMIT", limit)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 12, seniority="vp", department="sales")
    run_job(world)
    work_all(world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = tx.value("select id from company where workspace_id = %s", [tx.workspace_id])
        tx.run("update company set employee_count = 3 where workspace_id = %s", [tx.workspace_id])
        tx.changes.append(Changed("company", "updated", (company,)))
    assert rescore.follow in world.door.followers
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        stale = sum(row["icp_tier"] == "A" for row in scored_rows(tx))
    assert stale == (0 if limit == 100 else 4)
    work_all(world)
    check(world)


def test_changes_that_were_scored_already_are_left_alone(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 3)
        company = tx.value("select id from company where workspace_id = %s", [tx.workspace_id])
        tx.changes.append(Changed("company", "updated", (company,), scored=True))
        follow(tx)
        assert [row["icp_tier"] for row in scored_rows(tx)] == [None] * 3


def test_rules_that_count_days_are_asked_again_every_night(world: World) -> None:
    alice = world.alice.who
    context = Context(world.instance, None)
    by_date.rescore_by_date.run(context)
    with world.door.workspace(alice.workspace_id) as tx:
        assert job.recent(tx) == []
        new = {"field": "created_at", "op": "within_last", "value": 30}
        save_tier_rules(tx, alice, "web", [{"name": "New", "tier": "A", "filter": new}], None)
        add_people(tx, 2)
    work_all(world)
    by_date.rescore_by_date.run(context)
    with world.door.workspace(alice.workspace_id) as tx:
        assert [one.status for one in job.recent(tx)] == ["queued", "done"]
    work_all(world)
    check(world)
