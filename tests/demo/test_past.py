"""The demo's past: what its charts show is what its contacts say, day by day."""

from __future__ import annotations

from itertools import accumulate

import pytest

from nimbus import clock
from nimbus.access.who import system
from nimbus.accounts.client import client_for
from nimbus.demo import past
from nimbus.demo.past import File
from nimbus.home.count import count
from tests.conftest import World

HERE = "where workspace_id = %s"


def test_a_week_of_the_past_is_told_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "FILES", {0: File("One.csv", 30, "CRM"), 3: File("Two.csv", 8, "X")})
    here = world.alice.who.workspace_id
    who, days = system(here, "Demo"), past.mornings(clock.now())[-7:]
    with world.door.workspace(here) as tx:
        client = client_for(tx, who, None)
    past.live(world.instance, who, client, days)
    with world.door.workspace(here) as tx:
        count(tx)
        made = dict(tx.connection.execute(
            "select (created_at at time zone 'UTC')::date, count(*) from contact "
            f"{HERE} group by 1", [here],
        ).fetchall())  # fmt: skip
        told = dict(tx.connection.execute(
            f"select day, contacts from daily_count {HERE} and whose = %s and kind = 'total'",
            [here, here],
        ).fetchall())  # fmt: skip
        tiers = dict(tx.connection.execute(
            f"select day, sum(contacts) from daily_count {HERE} and whose = %s and kind = 'tier' "
            "group by 1", [here, here],
        ).fetchall())  # fmt: skip
        sources = tx.column(f"select distinct lead_source from contact {HERE} order by 1", [here])
        imports = tx.rows(
            f"select created_at, started_at, finished_at from import_job {HERE} order by id", [here]
        )
    dates = [*(day.date() for day in days), clock.now().date()]
    assert sorted(told) == dates
    assert [told[day] for day in dates] == list(accumulate(made.get(day, 0) for day in dates))
    assert told[dates[-1]] == 38 + sum(past.BY_FORM[:5])
    assert {day: number for day, number in told.items() if number} == tiers
    assert sources == ["CRM", "Website", "X"]
    moments = [one[name] for one in imports for name in ("created_at", "started_at", "finished_at")]
    assert moments == sorted(moments)
    assert moments[-1] < clock.now()


def test_the_whole_past_has_whom_the_readme_promises() -> None:
    days = past.mornings(clock.now())
    assert past.CONTACTS == 5_400
    assert sum(day.weekday() < 5 for day in days) == past.WORKING_DAYS > max(past.FILES)
    assert days[-1].date() < clock.now().date()
