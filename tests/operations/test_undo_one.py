"""Any operation is undone by its id, and that again; what others did since is kept (G-21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from starlette.testclient import TestClient

from nimbus import clock, operations
from nimbus.access.scopes import ROLES
from nimbus.db import ids
from nimbus.engagement.append import append
from nimbus.engagement.event import NewEvent
from nimbus.operations import undoing
from nimbus.segments import write, write_views
from tests.conftest import World
from tests.contacts.editing import Api

UNTOLD = {"updated_at"}


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


def _undo(api: Api, operation: str, status: int = 200) -> Any:
    path = f"/api/v1/operations/{operation}/undo/"
    answer = api.http.post(path, headers=api.world.alice.headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def _operation(answer: Any) -> str:
    found: str = answer.headers["nimbus-operation"]
    return found


def _state(api: Api, name: str) -> dict[str, Any]:
    shown: dict[str, Any] = api.get(name)
    return {key: value for key, value in shown.items() if key not in UNTOLD}


def test_an_edit_a_deletion_and_a_company_go_back_and_forth(api: Api) -> None:
    ada = _state(api, "ada")
    edits = (
        ("PATCH", "", {"title": "CTO", "tags": ["x"], "phone": None, "email": "a@new.example"}),
        ("PATCH", "", {"company_domain": "other-example.com", "consent_status": "opted_out"}),
        ("POST", "tags/", {"add": ["later"], "remove": ["vip"]}),
        ("DELETE", "", {"deletion_reason": "left"}),
    )
    for method, at, body in edits:
        did = _operation(api(method, "ada", at, json=body))
        changed = _state(api, "ada")
        assert changed != ada
        undone = _undo(api, did)
        assert _state(api, "ada") == ada, body
        assert (undone["kept"], undone["job_id"], undone["operation"]["undoes"]) == (0, None, did)
        assert undone["counts"]["contact_restored"] == 1
        # What is undone already is said to be, and by what; undoing that does it again.
        error = _undo(api, did, 409)["error"]
        assert (error["code"], error["undone_by"]) == ("conflict", undone["operation"]["id"])
        again = _undo(api, undone["operation"]["id"])
        assert _state(api, "ada") == changed
        found = api.http.get(f"/api/v1/operations/{did}/", headers=api.world.alice.headers).json()
        assert (found["undone_by"], found["may_be_undone"]) == (None, True)
        _undo(api, again["operation"]["id"])
        assert _state(api, "ada") == ada
    company = ada["company"]["id"]
    renamed = api.http.patch(
        f"/api/v1/companies/{company}/", json={"name": "Acme Inc", "industry": "Tools"},
        headers=api.world.alice.headers,
    )  # fmt: skip
    gone = api.http.delete(
        f"/api/v1/companies/{company}/?force=true", headers=api.world.alice.headers
    )
    assert api.get("bo")["company"] is None
    _undo(api, _operation(gone))
    assert api.get("bo")["company"]["name"] == "Acme Inc"
    _undo(api, _operation(renamed))
    assert _state(api, "ada") == ada


def test_what_came_again_and_went_again_comes_again(api: Api) -> None:
    """A deletion that was undone and done again is undone once more, whatever it took away."""

    def ask(method: str, path: str, body: Any = None) -> Any:
        answer = api.http.request(
            method, f"/api/v1/{path}", json=body, headers=api.world.alice.headers
        )
        assert answer.is_success, answer.text
        return answer

    ada = f"contacts/{api.ids['ada']}/"
    company = api.get("ada")["company"]["id"]
    segment = ask("POST", "segments/", {"name": "List", "kind": "static"}).json()["id"]
    note = ask("POST", f"{ada}notes/", {"body": "Met"}).json()["id"]
    for path in (f"companies/{company}/", f"segments/{segment}/", f"notes/{note}/"):
        force = "" if path.startswith("notes") else "?force=true"
        gone = _operation(ask("DELETE", path + force))
        undone = _undo(api, gone)["operation"]["id"]
        _undo(api, undone)
        _undo(api, gone)
        assert ask("GET", path).json(), path
    assert api.get("ada")["company"]["id"] == company


def test_a_company_keeps_its_name_where_another_has_the_former_one(api: Api) -> None:
    def company(method: str, at: str, body: Any) -> Any:
        answer = api.http.request(
            method, f"/api/v1/companies/{at}", json=body, headers=api.world.alice.headers
        )
        assert answer.is_success, answer.text
        return answer

    for number, given in enumerate(({"name": "Toys Holding"}, {"domain": "toys.example"})):
        name = f"Toys {number}"
        id = company("POST", "", {"name": name}).json()["id"]
        changed = _operation(company("PATCH", f"{id}/", given | {"industry": "Toys"}))
        other = company("POST", "", {"name": f"Other {number}"}).json()["id"]
        company("PATCH", f"{other}/", {"name": name})
        undone = _undo(api, changed)
        now = api.http.get(f"/api/v1/companies/{id}/", headers=api.world.alice.headers).json()
        assert (now | given, now["industry"]) == (now, None)
        path = f"/api/v1/operations/{undone['operation']['id']}/kept/"
        (line,) = api.http.get(path, headers=api.world.alice.headers).json()["data"]
        assert (line["reason"], line["id"]) == ("taken", id)
        assert len(line["fields"]) == 1


def test_what_others_changed_since_is_kept_and_listed(api: Api) -> None:
    wanted = {"title": "CTO", "city": "Rome", "tags": ["vip", "x"]}
    did = _operation(api("PATCH", "ada", json=wanted))
    api("PATCH", "ada", json={"title": "CEO", "tags": ["vip", "x", "y"]})
    undone = _undo(api, did)
    ada = api.get("ada")
    assert (ada["title"], ada["city"], ada["tags"]) == ("CEO", "Berlin", ["vip", "y"])
    assert undone["kept"] == 1
    path = f"/api/v1/operations/{undone['operation']['id']}/kept/"
    (line,) = api.http.get(path, headers=api.world.alice.headers).json()["data"]
    assert (line["thing"], line["id"], line["name"]) == ("contact", api.ids["ada"], "ada@acme.com")
    assert (line["fields"], line["reason"]) == (["title", "department"], "edited")
    by = "First key, made with the workspace"
    assert line["message"] == f"Changed since by {by}: Job title, Department."


def test_who_may_not_and_what_cannot(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    did = _operation(api("PATCH", "ada", json={"title": "CTO"}))
    reader = {"Authorization": f"Bearer {api.key('contacts:read')}"}
    undo = f"/api/v1/operations/{did}/undo/"
    assert api.http.post(undo, headers=reader).status_code == 403
    assert api.http.post(undo, headers=world.charlie.headers).status_code == 404
    corrected = {"email": "right@acme.com", "why": "typo"}
    typo = _operation(api("POST", "ada", "email/", json=corrected))
    writer = {"Authorization": f"Bearer {api.key('contacts:read', 'contacts:write')}"}
    refused = api.http.post(f"/api/v1/operations/{typo}/undo/", headers=writer).json()["error"]
    assert (refused["code"], "admin:gdpr" in refused["message"]) == ("forbidden", True)
    compliance = {"Authorization": f"Bearer {api.key(*ROLES['compliance'])}"}
    refused = api.http.post(undo, headers=compliance).json()["error"]
    assert (refused["code"], "contacts:write" in refused["message"]) == ("forbidden", True)
    done = {ids.read("op", one): (kind, clock.now()) for one, kind in
            ((did, "contact.update"), (typo, "contact.correct_email"))}  # fmt: skip
    officer = replace(world.alice.who, scopes=ROLES["compliance"])
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert undoing.offered(tx, officer, done) == {ids.read("op", typo)}
    assert api.http.post(f"/api/v1/operations/{typo}/undo/", headers=compliance).status_code == 200
    erased = _operation(api("DELETE", "cy", "?hard=true"))
    assert "for good" in _undo(api, erased, 409)["error"]["message"]
    # A kind that may be undone for some days only.
    rule = undoing.Undoable("an edit", "contacts:write", 30)
    monkeypatch.setitem(undoing._rules, "contact.update", rule)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        error = _undo(api, did, 409)["error"]
    assert "can be undone for 30 days" in error["message"]


def test_many_go_back_as_a_job(api: Api, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [{"email": f"p{n}@many.example", "tags": ["new"]} for n in range(5)]
    made = api.http.post(
        "/api/v1/contacts/bulk/", json={"contacts": people}, headers=world.alice.headers
    )
    monkeypatch.setattr(undoing, "INLINE", 4)
    begun = _undo(api, _operation(made), 202)
    assert begun["job_id"].startswith("job_")
    assert _undo(api, begun["operation"]["id"], 409)["error"]["code"] == "conflict"
    world.work()
    found = api.http.get("/api/v1/contacts/?is_deleted=false", headers=world.alice.headers).json()
    assert not [one for one in found["data"] if one["email"].endswith("@many.example")]


def test_taking_back_loosens_nothing_without_the_scope(api: Api) -> None:
    key = api.key("contacts:read", "contacts:write")
    for name, body in (
        ("ada", {"consent_status": "opted_out"}),
        ("bo", {"status": "unsubscribed"}),
    ):
        operation = _operation(api("PATCH", name, json=body))
        answer = api.http.post(
            f"/api/v1/operations/{operation}/undo/", headers={"Authorization": f"Bearer {key}"}
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
        assert "consent:write" in answer.json()["error"]["message"]
        _undo(api, operation)


def test_what_a_person_has_said_again_since_is_theirs(api: Api, world: World) -> None:
    ada = ids.read("cont", api.ids["ada"])
    done = []
    for action, options in (
        ("suppress", {"reason": "unsubscribe"}),
        ("set_field", {"field": "status", "value": "unsubscribed"}),
    ):
        body = {"action": action, "options": options, "contact_ids": [api.ids["ada"]]}
        answer = api.http.post("/api/v1/bulk/", json=body, headers=world.alice.headers)
        done.append(_operation(answer))
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        operation = operations.start(tx, world.alice.who, "test.happen", "worker")
        said = NewEvent(ada, "unsubscribed", tx.now, "test", None, None, None, {})
        append(tx, operation, [said])
    for operation in done:
        assert _undo(api, operation)["kept"] == 1
    assert api.get("ada")["status"] == "unsubscribed"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.column("select email from suppression") == ["ada@acme.com"]


def test_nothing_comes_back_that_another_workspace_holds(api: Api, world: World) -> None:
    moved = _operation(api("PATCH", "ada", json={"email": "ada2@acme.com"}))
    trashed = _operation(api("DELETE", "bo"))
    api("POST", "bo", "assignment/release/")
    for email in ("ada@acme.com", "bo@acme.com"):
        taken = api.http.post(
            "/api/v1/contacts/", json={"email": email}, headers=world.charlie.headers
        )
        assert taken.status_code == 201, taken.text
    for operation in (moved, trashed):
        assert _undo(api, operation)["kept"] == 1
    # Ada has the email that she has by now, which is held for her; Bo waits in the trash.
    ada, bo = api.row("ada"), api.row("bo")
    assert (ada["email"], ada["client_id"]) == ("ada2@acme.com", world.alice.client.id)
    assert ada["assigned_until"]
    assert bo["is_deleted"]


def test_a_value_of_a_field_that_is_gone_stays_away(api: Api) -> None:
    made = api.http.post(
        "/api/v1/custom-fields/", json={"name": "seats", "field_type": "number"},
        headers=api.world.alice.headers,
    )  # fmt: skip
    api.patch("bo", {"custom_fields": {"seats": 5}})
    cleared = _operation(
        api("PATCH", "bo", json={"custom_fields": {"seats": None}, "city": "Oslo"})
    )
    api.http.delete(
        f"/api/v1/custom-fields/{made.json()['id']}/?force=true", headers=api.world.alice.headers
    )
    assert _undo(api, cleared)["kept"] == 1
    bo = api.row("bo")
    assert (bo["custom"], bo["marks"], bo["city"]) == ({}, None, None)


def test_no_more_come_back_than_there_is_room_for(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(method: str, path: str, body: Any = None) -> Any:
        answer = api.http.request(
            method, f"/api/v1/{path}", json=body, headers=api.world.alice.headers
        )
        assert answer.is_success, answer.text
        return answer

    gone = [api.ids["ada"], api.ids["bo"]]
    body = {"action": "delete", "options": {"reason": "spring"}, "contact_ids": gone}
    deleted = _operation(ask("POST", "bulk/", body))
    with api.world.door.workspace(api.world.alice.who.workspace_id) as tx:
        tx.run("update workspace set contacts_hard_limit = 2 where id = %s", [tx.workspace_id])
    undone = _undo(api, deleted)
    assert (undone["counts"]["contact_restored"], undone["kept"]) == (1, 1)
    path = f"operations/{undone['operation']['id']}/kept/"
    (line,) = ask("GET", path).json()["data"]
    assert (line["reason"], line["id"] in gone) == ("contact_limit", True)
    live = ask("GET", "contacts/?is_deleted=false").json()["data"]
    assert len(live) == 2

    for path, full in (("segments/", "MAX_SEGMENTS"), ("saved-views/", "MAX_VIEWS")):
        of = {"kind": "static"} if path == "segments/" else {}
        one = ask("POST", path, {"name": "One", **of}).json()["id"]
        deleted = _operation(ask("DELETE", f"{path}{one}/"))
        ask("POST", path, {"name": "Two", **of})
        monkeypatch.setattr(write if of else write_views, full, 1)
        assert "the most there can be" in _undo(api, deleted, 409)["error"]["message"]
        assert len(ask("GET", path).json()["data"]) == 1
