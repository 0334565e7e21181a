"""Calls and meetings that people log on the timeline, and take back (S2-27, S2-28, S0-84)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.engagement import take_back
from nimbus.problems import Problem
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_contact
from tests.engagement.happening import happen

Browsers = Callable[[Person], TestClient]


def test_a_call_is_logged_and_taken_back(world: World, browser_of: Browsers) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = add_contact(tx)
        later = (tx.now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    page, here = browser_of(world.alice), f"/contacts/{ids.show('cont', contact)}/timeline"

    # All that a person says of it, by the clock of that person; or nothing at all.
    data = {"direction": "inbound", "outcome": "no_answer", "at": "2026-01-05T10:00",
            "minutes": "12", "summary": "Wants a <price>.\r\nSoon."}  # fmt: skip
    said = page.post(f"{here}/calls", data=data)
    assert said.status_code == 303
    text = page.get(said.headers["location"]).text
    assert "The call was logged" in text
    assert "incoming · no answer · 12 min" in text
    assert "Wants a &lt;price&gt;.\nSoon." in text
    assert page.post(f"{here}/calls").status_code == 303
    booked = page.post(f"{here}/meetings", data={"title": "Demo", "at": later})
    assert "The meeting was booked" in page.get(booked.headers["location"]).text

    # What is wrong is named.
    for path, wrong, words in (
        ("calls", {"outcome": "rude"}, "The outcome must be one of"),
        ("calls", {"direction": "sideways"}, "The direction must be one of"),
        ("calls", {"minutes": "-1"}, "Minutes are a whole number"),
        ("calls", {"minutes": "1441"}, "Minutes are a whole number"),
        ("calls", {"at": "yesterday"}, "The time must be like"),
        ("calls", {"at": later}, "This is in the future"),
        ("meetings", {"at": "0001-01-01T00:00"}, "The time must be in the years"),
    ):
        refused = page.post(f"{here}/{path}", data=wrong)
        assert (refused.status_code, words in refused.text) == (400, True), (wrong, refused.text)
        # It is said in the form, which is open and has what was typed.
        [(name, value)] = wrong.items()
        form = refused.text.partition('<details name="log" open>')[2].partition("</details>")[0]
        assert f'id="{path.rstrip("s")}-{name}-error"' in form
        assert f'action="{here}/{path}"' in form
        if name in ("at", "minutes"):
            assert f'value="{value}"' in form
        assert "Nimbus-Operation" not in refused.headers

    def counted() -> tuple[int, int, bool]:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            row = tx.row(
                "select c.last_contacted_at, c.last_activity_at, "
                "(select count(*) from engagement_event e where e.workspace_id = c.workspace_id "
                "and e.contact_id = c.id) as events, coalesce((select t.count from "
                "engagement_total t where t.workspace_id = c.workspace_id "
                "and t.contact_id = c.id and t.type = 'any'), 0) as total "
                "from contact c where c.workspace_id = %s and c.id = %s",
                [tx.workspace_id, contact],
            )
        assert row
        return row["events"], row["total"], row["last_contacted_at"] is None

    # Undone, it is off the timeline, and nothing is counted of it; others stay.
    assert counted() == (3, 3, False)
    undos = []
    for answer, left in ((said, (2, 2, False)), (booked, (1, 1, False))):
        operation = answer.headers["location"].rpartition("operation=")[2]
        undone = page.post(f"/operations/{operation}/undo", headers={"hx-request": "true"})
        assert "1 entry left the timeline." in undone.text
        assert counted() == left
        undos.append(operation)
    assert "Wants a" not in page.get(here).text
    again = page.post(f"/operations/{undos[0]}/undo", headers={"hx-request": "true"})
    assert "undone already" in again.text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.rows(
            "select kind, before, after from change where workspace_id = %s and thing = 'event' "
            "and thing_id in (select thing_id from change where operation_id = %s "
            "and thing = 'event') order by id",
            [tx.workspace_id, ids.read("op", undos[0])],
        )
        # The log has nothing of what was said.
        assert found == [
            {"kind": "created", "before": None, "after": {"type": "call"}},
            {"kind": "deleted", "before": {"type": "call"}, "after": None},
        ]
        refuse = take_back.UNDOABLE["call.log"].refuse
        assert refuse
        with pytest.raises(Problem, match="Only whoever logged this"):
            refuse(tx, world.bob.who, ids.read("op", undos[0]))
    assert browser_of(world.bob).post(f"{here}/calls").status_code == 403
    assert browser_of(world.charlie).post(f"{here}/calls").status_code == 404


def test_a_call_of_which_the_log_does_not_tell_stays(world: World, http: TestClient) -> None:
    """Those that earlier versions logged: the score would go back, and the call stay."""
    headers = world.alice.headers
    made = http.post("/api/v1/contacts/", json={"email": "ann@acme.com"}, headers=headers)
    here = f"/api/v1/contacts/{made.json()['id']}"

    def seen() -> tuple[int, int]:
        calls = http.get(f"{here}/calls/", headers=headers).json()["data"]
        return http.get(f"{here}/", headers=headers).json()["lead_score"], len(calls)

    before, _ = seen()
    logged = http.post(f"{here}/calls/", json={"direction": "outbound"}, headers=headers)
    assert logged.status_code == 201, logged.text
    scored, calls = seen()
    assert (scored > before, calls) == (True, 1)
    operation = logged.headers["nimbus-operation"]
    its = f"/api/v1/operations/{operation}/"
    assert http.get(its, headers=headers).json()["may_be_undone"] is True

    with psycopg.connect(world.instance.logins.migrate) as connection:
        gone = connection.execute(
            "delete from change where operation_id = %s and thing = 'event'",
            [ids.read("op", operation)],
        )
        assert gone.rowcount == 1
    assert http.get(its, headers=headers).json()["may_be_undone"] is False
    refused = http.post(f"{its}undo/", headers=headers)
    assert (refused.status_code, "the log does not have" in refused.text) == (409, True)
    assert http.get(its, headers=headers).json()["undone_by"] is None
    assert seen() == (scored, 1)


def test_no_other_event_can_be_taken_back(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = add_contact(tx)
        happen(tx, (contact, "opened"))
        every = tx.column(
            "select id from engagement_event where workspace_id = %s", [tx.workspace_id]
        )
        assert tx.value("select take_back_events(%s::uuid[])", [every]) == 0
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert tx.value("select take_back_events(%s::uuid[])", [every]) == 0
