"""Tasks about everybody: found by the day on which they are due, ticked off, and asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from psycopg import sql
from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.engagement import todo
from nimbus.engagement.task import change_task, create_task
from nimbus.engagement.todo import Asked
from nimbus.fields.read import catalogue
from nimbus.filters import Params, Source, compile, describe, parse
from nimbus.navigation import places
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_contact

Browsers = Callable[[Person], TestClient]


def add(tx: Tx, person: Person, contact: UUID, title: str, due: datetime | None = None) -> UUID:
    values = {"title": title, "due_at": due, "status": "open"}
    made: UUID = create_task(tx, person.who, contact, values, "test")["id"]
    return made


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_every_open_task_is_in_one_span_by_the_day_of_who_looks(zone: str, world: World) -> None:
    here = ZoneInfo(zone)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = add_contact(tx)
        midnight = datetime.combine(
            tx.now.astimezone(here).date() + timedelta(days=1), datetime.min.time(), here
        )
        second = timedelta(seconds=1)
        due = {
            "late": tx.now - second, "now": tx.now, "last": midnight - second, "next": midnight,
            "far": midnight + timedelta(days=7), "never": None,
        }  # fmt: skip
        for title, day in due.items():
            add(tx, world.alice, contact, title, day)
        spans = todo.spans(tx.now, here)
        found = {
            key: [row["title"] for row in todo.page(tx, one, 10, None).rows]
            for key, one in spans.items()
        }
        assert found == {
            "overdue": ["late"], "today": ["now", "last"], "week": ["next"], "later": ["far"],
            "undated": ["never"],
        }  # fmt: skip
        rows = todo.page(tx, Asked(), 10, None).rows
        assert [row["title"] for row in rows] == list(due)
        assert {row["title"]: todo.span_of(row["due_at"], spans) for row in rows} == {
            title: key for key, titles in found.items() for title in titles
        }
        assert {key: todo.some(tx, one).value for key, one in spans.items()} == {
            key: len(titles) for key, titles in found.items()
        }


def test_a_task_is_found_ticked_off_and_taken_back(world: World, browser_of: Browsers) -> None:
    page = browser_of(world.alice)
    empty = page.get("/tasks").text
    assert "Nothing to do" in empty
    assert "Open a contact and add a task" in empty
    assert "home-tasks" not in page.get("/").text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        ada, now = add_contact(tx, full_name="Ada Example"), tx.now
        gone = add_contact(tx, is_deleted=True, deleted_at=now)
        late = add(tx, world.alice, ada, "Send the offer", now - timedelta(days=2))
        add(tx, world.alice, ada, "Ring them up", now + timedelta(days=3))
        add(tx, world.alice, gone, "Of the trash", now - timedelta(days=2))
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        add(tx, world.charlie, add_contact(tx), "Of another workspace", now)

    listed = page.get("/tasks").text
    assert "Ada Example" in listed
    assert f"{ids.show('cont', ada)}/timeline" in listed
    assert listed.index("Send the offer") < listed.index("Next 7 days</h2>")
    assert "Of the trash" not in listed
    assert "Of another" not in listed
    assert "Ring them up" not in page.get("/tasks?show=overdue").text
    assert page.get("/tasks?show=guessed").status_code == 400
    home = page.get("/").text
    assert re.search(r'href="/tasks\?show=overdue"><b>1</b> overdue', home)
    assert "0 due today" in home
    assert "Ring them up" in home

    path = f"/tasks/{ids.show('task', late)}"
    done = page.post(f"{path}/completion", data={"show": "overdue"})
    assert done.headers["location"].startswith("/tasks?show=overdue&done=task-done&operation=op_")
    after = page.get(done.headers["location"]).text
    assert "The task is done" in after
    assert "/undo" in after
    assert "Nothing is overdue" in after
    assert "Send the offer" in page.get("/tasks?show=done").text
    again = page.post(f"{path}/reopening", data={"show": "done"})
    assert "The task is open again" in page.get(again.headers["location"]).text
    assert "Send the offer" in page.get("/tasks?show=overdue").text
    # From the timeline it goes back there.
    back = page.post(f"{path}/completion", data={"show": "https://elsewhere.example"})
    assert back.headers["location"].startswith(f"/contacts/{ids.show('cont', ada)}/timeline?")

    reads = browser_of(world.bob)
    assert "Ring them up" in (seen := reads.get("/tasks").text)
    assert "/completion" not in seen
    assert reads.post(f"{path}/reopening").status_code == 403
    assert browser_of(world.charlie).post(f"{path}/reopening").status_code == 404
    assert any(found.href == "/tasks" for found, _ in places())


def test_programs_read_the_tasks_of_all_contacts(world: World, http: TestClient) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contacts, now = [add_contact(tx) for _ in range(3)], tx.now
        for nth, contact in enumerate(contacts):
            add(tx, world.alice, contact, f"Due {nth}", now + timedelta(days=nth - 1, minutes=-1))
            add(tx, world.alice, contact, f"Some day {nth}")
        ended = add(tx, world.alice, contacts[0], "Done", now)
        change_task(tx, world.alice.who, ended, {"status": "done"}, "test")

    def call(person: Person = world.alice, **query: Any) -> Any:
        return http.get("/api/v1/tasks/", params=query, headers=person.headers).json()

    everything = call()
    titles = [one["title"] for one in everything["data"]]
    assert titles == [*(f"Due {n}" for n in range(3)), *(f"Some day {n}" for n in range(3))]
    assert everything["data"][0].keys() == call(status="done")["data"][0].keys()
    assert [one["title"] for one in call(status="done")["data"]] == ["Done"]
    late = call(due_before=now.astimezone(UTC).isoformat())
    assert [one["title"] for one in late["data"]] == ["Due 0", "Due 1"]
    assert (late["meta"]["total_count"], late["meta"]["total_is_exact"]) == (2, True)
    seen, cursor = [], None
    while True:
        part = call(limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [one["title"] for one in part["data"]]
        if not (cursor := part["meta"]["next_cursor"]):
            break
    assert seen == titles
    assert call(status="done", cursor=call(limit=1)["meta"]["next_cursor"])["error"]
    assert call(status="guessed")["error"]["field"] == "status"
    assert call(due_before="soon")["error"]["field"] == "due_before"
    assert len(call(world.bob)["data"]) == 6
    assert call(world.charlie)["data"] == []


def test_what_is_due_by_today_is_within_the_next_days(world: World) -> None:
    """A bare day is kept as its beginning, which by any time of that day is past."""
    soon = {"field": "tasks.next_due_at", "op": "within_next", "value": 7}
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        midnight = tx.now.replace(hour=0, minute=0, second=0, microsecond=0)
        today, past = add_contact(tx), add_contact(tx)
        add(tx, world.alice, today, "Today", midnight)
        add(tx, world.alice, past, "Past", midnight - timedelta(seconds=1))
        params = Params(tx.now)
        asked = compile(parse(soon, catalogue(tx)), Source("m"), params)
        found = sql.SQL("select m.id from contact m where m.workspace_id = %(workspace)s and {}")
        values = {"workspace": tx.workspace_id, **params.values}
        assert tx.column(found.format(asked), values) == [today]


def test_filters_ask_for_open_tasks(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        late, soon, some_day, idle = (add_contact(tx) for _ in range(4))
        add(tx, world.alice, late, "Late", tx.now - timedelta(days=2))
        add(tx, world.alice, late, "Later", tx.now + timedelta(days=2))
        add(tx, world.alice, soon, "Soon", tx.now + timedelta(days=2))
        add(tx, world.alice, some_day, "Some day")
        done = add(tx, world.alice, idle, "Done", tx.now - timedelta(days=2))
        change_task(tx, world.alice.who, done, {"status": "done"}, "test")
        day = str((tx.now + timedelta(days=1)).date())
        for data, found in (
            ({"field": "tasks.open", "op": "is_true"}, {late, soon, some_day}),
            ({"field": "tasks.open", "op": "is_false"}, {idle}),
            ({"field": "tasks.overdue", "op": "is_true"}, {late}),
            ({"field": "tasks.overdue", "op": "is_false"}, {soon, some_day, idle}),
            ({"field": "tasks.next_due_at", "op": "lt", "value": day}, {late}),
            ({"field": "tasks.next_due_at", "op": "gte", "value": day}, {soon}),
            ({"field": "tasks.next_due_at", "op": "is_empty"}, {some_day, idle}),
        ):
            params = Params(tx.now)
            told = sql.SQL("select m.id from contact m where m.workspace_id = %(workspace)s and {}")
            statement = told.format(compile(parse(data, catalogue(tx)), Source("m"), params))
            values = {"workspace": tx.workspace_id, **params.values}
            assert set(tx.column(statement, values)) == found, data
        late_for_a_week = {"field": "tasks.next_due_at", "op": "before_last", "value": 7}
        both = {"and": [{"field": "tasks.overdue", "op": "is_true"}, late_for_a_week]}
        assert describe(parse(both, catalogue(tx))) == (
            "Has overdue tasks is true, and next task due is more than 7 days ago"
        )
