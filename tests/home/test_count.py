"""Daily counts: what they say is what the lists show, whoever counts and however often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine

from nimbus import clock
from nimbus.db.door import Tx
from nimbus.home.count import count, count_due, count_everywhere, is_due
from nimbus.jobs import Context
from tests.conftest import World
from tests.imports.test_run import bring


def told(tx: Tx, whose: Any = None) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    rows = tx.rows(
        "select kind, value, contacts from daily_count where whose = %s order by day",
        [whose or tx.workspace_id],
    )
    for row in rows:
        found.setdefault(row["kind"], {})[row["value"]] = row["contacts"]
    return found


def test_an_import_that_has_ended_is_counted_and_once(world: World) -> None:
    bring(world)
    here = world.alice.who.workspace_id
    with time_machine.travel(clock.now() + timedelta(seconds=2), tick=False):
        count_due.run(Context(world.instance, here))
    with world.door.workspace(here) as tx:
        first = told(tx)
        people = tx.rows("select icp_tier, grade, lead_score, lead_source from contact")
        assert tx.value("select count(*) from daily_count_due") == 0
        count(tx)
        assert told(tx) == first
    assert first["total"] == {"": 2}
    assert sum(first["new"].values()) == 2
    for kind, of in (("tier", "icp_tier"), ("grade", "grade"), ("source", "lead_source")):
        values = [row[of] or "" for row in people]
        assert first[kind] == {value: values.count(value) for value in values}, kind
    tenths = [str(row["lead_score"] // 10) for row in people]
    assert first["score"] == {tenth: tenths.count(tenth) for tenth in tenths}
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert told(tx) in ({}, {"total": {"": 0}})  # The clock may have counted them too.


def test_what_is_not_true_any_more_is_told_no_more(world: World) -> None:
    bring(world)
    with (
        time_machine.travel(clock.now() + timedelta(minutes=20), tick=False),
        world.door.workspace(world.alice.who.workspace_id) as tx,
    ):
        count(tx)
        assert not is_due(tx)
        tx.run("update contact set icp_tier = 'D', updated_at = %s", [tx.now])
        assert is_due(tx)
    with time_machine.travel(clock.now() + timedelta(minutes=21), tick=False):
        count_everywhere.run(Context(world.instance, None))
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            assert told(tx)["tier"] == {"D": 2}


def test_each_day_stands_by_itself_and_an_empty_one_too(world: World) -> None:
    here = world.alice.who.workspace_id
    with world.door.workspace(here) as tx:
        count(tx)
        assert told(tx) == {"total": {"": 0}}
    with world.door.workspace(here) as tx:
        tx.run("update daily_count set day = day - 1 where workspace_id = %s", [here])
    bring(world)
    with world.door.workspace(here) as tx:
        count(tx)
        count(tx)
        found = tx.column("select contacts from daily_count where kind = 'total' order by day")
    assert found == [0, 2]


def test_an_agency_is_counted_by_client_too(world: World) -> None:
    bring(world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        count(tx)
        assert told(tx, world.alice.client.id) == {}
        tx.run("update workspace set agency = true where id = %s", [tx.workspace_id])
        count(tx)
        assert told(tx, world.alice.client.id) == told(tx)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update contact set is_deleted = true, deleted_at = now()")
        count(tx)
        assert told(tx, world.alice.client.id) == {"total": {"": 0}}
