"""Calls, meetings, notes, tasks and deals: logged by people, shown as events (S2-27 … S2-31)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.engagement.erase import erase
from nimbus.operations import erasing
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_contact


def test_what_people_log(
    world: World, http: TestClient, browser_of: Callable[[Person], TestClient]
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact, now = add_contact(tx), tx.now
    here = f"/api/v1/contacts/{ids.show('cont', contact)}"

    def call(
        method: str, path: str, status: int, body: Any = None, who: Person = world.alice
    ) -> Any:
        answer = http.request(method, path, json=body, headers=who.headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def timeline() -> list[str]:
        return [event["type"] for event in call("GET", f"{here}/events/", 200)["data"]]

    # A note is on the timeline, which keeps that there was one.
    note = call("POST", f"{here}/notes/", 201, {"body": "Asked for\na price."})
    assert call("PATCH", f"/api/v1/notes/{note['id']}/", 200, {"body": "Too dear."})["body"] == (
        "Too dear."
    )
    assert call("GET", f"{here}/notes/", 200)["meta"]["total_count"] == 1
    event = call("GET", f"{here}/events/", 200)["data"][0]
    assert (event["subject"], event["data"]) == ({"kind": "note", "id": note["id"]}, {})
    page = browser_of(world.alice)
    assert "Too dear." in page.get(f"/contacts/{ids.show('cont', contact)}/timeline").text
    call("DELETE", f"/api/v1/notes/{note['id']}/", 204)
    call("DELETE", f"/api/v1/notes/{note['id']}/", 404)
    assert (
        "This note was deleted." in page.get(f"/contacts/{ids.show('cont', contact)}/timeline").text
    )
    added = page.post(
        f"/contacts/{ids.show('cont', contact)}/timeline/notes", data={"body": " By hand. "}
    )
    assert added.status_code == 303
    assert "By hand." in page.get(added.headers["location"]).text

    # A task is told of when it is done, each time anew.
    task = call("POST", f"{here}/tasks/", 201, {"title": "Call back", "due_at": "2027-01-01"})
    assert (task["status"], task["completed_at"], task["due_at"]) == (
        "open", None, "2027-01-01T00:00:00Z"
    )  # fmt: skip
    for status, told in (("done", 1), ("done", 1), ("open", 1), ("done", 2)):
        task = call("PATCH", f"/api/v1/tasks/{task['id']}/", 200, {"status": status})
        assert (task["completed_at"] is None) == (status == "open")
        assert timeline().count("task_completed") == told
    assert call("PATCH", f"/api/v1/tasks/{task['id']}/", 200, {"due_at": None})["due_at"] is None

    # A deal is told of when it begins and when it ends.
    deal = call("POST", f"{here}/deals/", 201,
                {"name": "Pilot", "amount": 1200.505, "currency": "EUR"})  # fmt: skip
    assert (deal["stage"], deal["amount"], deal["closed_at"]) == ("open", 1200.5, None)
    for stage in ("proposal", "won", "won", "lost"):
        deal = call("PATCH", f"/api/v1/deals/{deal['id']}/", 200, {"stage": stage})
        assert (deal["closed_at"] is None) == (stage == "proposal")
    assert timeline()[:3] == ["deal_lost", "deal_won", "deal_created"]

    # Calls and meetings are events; a meeting to come is booked.
    logged = call("POST", f"{here}/calls/", 201, {"outcome": "voicemail", "duration_minutes": 1})
    assert (logged["type"], logged["source"], logged["data"]["outcome"]) == (
        "call", "person", "voicemail"
    )  # fmt: skip
    later = (now + timedelta(days=3)).isoformat()
    booked = call("POST", f"{here}/meetings/", 201, {"at": later, "title": "Demo"})
    assert (booked["type"], booked["data"]["title"]) == ("meeting_booked", "Demo")
    held = call("POST", f"{here}/meetings/", 201, {"at": "2026-01-05T10:00:00Z"})
    assert (held["type"], held["at"]) == ("meeting", "2026-01-05T10:00:00Z")
    assert call("POST", f"{here}/calls/", 400, {"at": later})["error"]["field"] == "at"
    assert [len(call("GET", f"{here}/{what}/", 200)["data"]) for what in ("calls", "meetings")] == [
        1, 2
    ]  # fmt: skip

    # What is wrong is named; who may only read may not.
    for path, body, field in (
        ("notes", {"body": " "}, "body"), ("notes", {"body": "x", "text": "y"}, "text"),
        ("tasks", {"title": "x", "status": "late"}, "status"),
        ("deals", {"name": "x", "currency": "euro"}, "currency"),
        ("deals", {"name": "x", "amount": -1}, "amount"),
        ("calls", {"duration_minutes": "5"}, "duration_minutes"),
    ):  # fmt: skip
        error = call("POST", f"{here}/{path}/", 400, body)["error"]
        assert error["field"] == field, error
    refused = call("POST", f"{here}/notes/", 403, {"body": "x"}, world.bob)
    assert refused["error"]["scope"] == "engagement:write"
    assert len(call("GET", f"{here}/deals/", 200, who=world.bob)["data"]) == 1

    # Every write is an operation about the contact; erasing leaves no word of it.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        kinds = tx.column(
            "select o.kind || ':' || count(c.id) from operation o left join change c "
            "on c.workspace_id = o.workspace_id and c.operation_id = o.id and c.thing <> 'contact' "
            "where o.workspace_id = %s and o.subject_id = %s group by o.kind order by 1",
            [tx.workspace_id, contact],
        )
        assert kinds == ["call.log:1", "deal.create:1", "deal.update:3", "meeting.log:1",
                         "meeting_booked.log:1", "note.create:2", "note.delete:1", "note.update:1",
                         "task.create:1", "task.update:4"]  # fmt: skip
        erase(tx, erasing.Person((contact,), (), ()))
        assert tx.value("select count(*) from task where workspace_id = %s", [tx.workspace_id]) == 0


def test_tasks_and_notes_on_the_page(
    world: World, http: TestClient, browser_of: Callable[[Person], TestClient]
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = ids.show("cont", add_contact(tx))
    page = browser_of(world.alice)
    here, headers = f"/contacts/{contact}/timeline", world.alice.headers

    def send(path: str, **form: str) -> str:
        answer = page.post(path, data=form)
        assert answer.status_code == 303, answer.text
        return page.get(answer.headers["location"]).text

    def undo(shown: str) -> str:
        found = re.search(r"/operations/op_\w+/undo", shown)
        assert found
        assert page.post(found[0]).status_code == 303
        return page.get(here).text

    def only(things: str) -> dict[str, Any]:
        (one,) = page.get(f"/api/v1/contacts/{contact}/{things}/", headers=headers).json()["data"]
        return dict(one)

    # A task is added, given another day, done, opened again by Undo, taken away and back.
    assert "Overdue since 2 Jan 2026" in send(f"{here}/tasks", title=" Call ", due="2026-01-02")
    task = only("tasks")
    assert (task["title"], task["due_at"]) == ("Call", "2026-01-02T23:59:00Z")
    assert page.post(f"{here}/tasks", data={"title": "x", "due": "soon"}).status_code == 400
    at = f"/tasks/{task['id']}"
    assert "Overdue" not in send(at, title="Call her", due="2999-01-01")
    assert send(at, title="Call her", due="2999-01-01").count("/undo") == 0
    done = send(f"{at}/completion")
    assert ("The task is done" in done, "Task completed" in done, at in done) == (True, True, False)
    assert at in undo(done)
    assert only("tasks")["completed_at"] is None
    assert at in undo(send(f"{at}/removal"))
    assert only("tasks") == {**task, "title": "Call her", "due_at": "2999-01-01T23:59:00Z",
                             "updated_at": only("tasks")["updated_at"]}  # fmt: skip

    # A note mentions teammates, who find it until they have read it; its author changes it.
    noted = send(f"{here}/notes", body="Ask @bob, not @Bobby or x@bob.")
    assert '<b class="mention" title="bob@acme.test">@bob</b>,' in noted
    note = only("notes")
    assert note["mentions"] == [ids.show("user", world.bob.who.id or UUID(int=0))]
    at = f"/notes/{note['id']}"
    assert "· edited" in send(at, body="Ask @bob@acme.test <b>now</b>.")
    assert only("notes")["mentions"] == note["mentions"]
    assert "&lt;b&gt;now" in undo(send(f"{at}/removal"))
    assert only("notes")["created_by"] == note["created_by"]
    assert "Nobody has mentioned you" in page.get("/mentions").text
    bob = browser_of(world.bob)
    assert f'action="{at}"' not in bob.get(here).text
    assert bob.post(at, data={"body": "x"}).status_code == 403
    assert ">1<" in bob.get("/mentions/unread").text
    assert re.search(r"Unread(?s:.*)Ask ", bob.get("/mentions").text)
    # Every page has a sign of it, until the page of mentions was looked at: by its own question.
    sign = "You were mentioned"
    assert sign in bob.get("/contacts").text
    assert sign not in bob.get("/contacts/cont_0").text, "a page of what went wrong asks nothing"
    shown = re.search(r'"until": "([^"]+)"', html.unescape(bob.get("/mentions").text))
    assert shown
    early = {"until": "2020-01-01T00:00:00Z"}
    bob.post("/mentions/reading", data=early, headers={"hx-request": "true"})
    assert sign in bob.get("/contacts").text, "what came later was not seen"
    assert bob.post("/mentions/reading", data={"until": "soon"}).status_code == 400
    seen = bob.post("/mentions/reading", data={"until": shown[1]}, headers={"hx-request": "true"})
    assert 'id="news" hx-swap-oob="true"></span>' in seen.text
    assert sign not in bob.get("/contacts").text
    assert bob.post("/mentions/reading").headers["location"] == "/mentions"
    assert "Unread" not in bob.get("/mentions").text
    assert bob.get("/mentions/unread").text.strip() == ""
    assert "Nobody has mentioned you" in browser_of(world.charlie).get("/mentions").text
    assert page.get(here).status_code == 404
