"""Whatever is done to a field is told with its name, and comes back whole: its definition, and the
values of contacts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from psycopg.types.json import Jsonb
from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.fields.custom import CustomField
from nimbus.fields.read import custom_fields
from nimbus.operations import undoing
from tests.conftest import World
from tests.contacts.contact_rows import add_contact
from tests.scoring.people import work_all

HERE = "/settings/fields"


def test_all_that_is_done_to_a_field_is_undone(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    workspace = world.alice.who.workspace_id

    def state() -> tuple[list[CustomField], list[dict[str, Any]]]:
        with world.door.workspace(workspace) as tx:
            return custom_fields(tx), tx.column("select custom from contact order by id")

    def done_and_undone(path: str, data: dict[str, Any], words: str) -> None:
        before = state()
        led = browser.post(path, data=data)
        assert led.status_code == 303, led.text
        page = browser.get(led.headers["location"]).text
        assert words in page
        assert state() != before
        undo = re.search(r'action="(/operations/op_\w+/undo)"', page)
        assert undo, page
        assert browser.post(undo[1]).status_code == 303
        assert state() == before

    added = {"label": "Plan", "field_type": "dropdown", "options": "Free\nPro"}
    done_and_undone(HERE, added, "“Plan” was added")
    browser.post(HERE, data=added)
    browser.post(HERE, data={"label": "Size", "field_type": "string"})
    (plan, size), _ = state()
    with world.door.workspace(workspace) as tx:
        for value in ("Free", "Pro"):
            add_contact(tx, custom=Jsonb({plan.column: value, size.column: "7"}))
    shown = ids.show("cf", plan.id)
    done_and_undone(f"{HERE}/order", {"step": f"down:{shown}"}, "The order was saved")
    form = {"label": "Tier", "option": ["Free", "Pro"], "called": ["Gratis", ""], "force": "1"}
    done_and_undone(f"{HERE}/{shown}", form, "“Tier” was changed")
    done_and_undone(f"{HERE}/{shown}/deletion", {"typed": "Plan"}, "“Plan” was deleted")

    # After its type was changed, values lie elsewhere, and come back there.
    path = f"/api/v1/custom-fields/{ids.show('cf', size.id)}/"
    changed = browser.patch(path, json={"field_type": "number"}, headers=world.alice.headers)
    assert changed.status_code == 200
    shown = ids.show("cf", size.id)
    done_and_undone(f"{HERE}/{shown}/deletion", {"typed": "Size"}, "“Size” was deleted")


def test_a_field_that_has_values_by_now_stays(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    made = browser.post(HERE, data={"label": "Plan", "field_type": "string"})
    page = browser.get(made.headers["location"]).text
    undo = re.search(r'action="(/operations/op_\w+/undo)"', page)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (field,) = custom_fields(tx)
        add_contact(tx, custom=Jsonb({field.column: "Pro"}))
    assert undo
    told = browser.post(undo[1], headers={"hx-request": "true"}).text
    assert "1 kept what was changed since" in told
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert custom_fields(tx) == [field]
    # Bob is led to no Undo of hers.
    assert "/undo" not in browser_of(world.bob).get(made.headers["location"]).text


def test_a_field_is_not_changed_while_an_undo_brings_its_values_back(
    world: World, http: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "INLINE", 1)
    headers, workspace = world.alice.headers, world.alice.who.workspace_id

    def ask(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = http.request(method, f"/api/v1/{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    made = [ask("POST", "custom-fields/", {"name": name, "field_type": "string"}, 201)["id"]
            for name in ("size", "other")]  # fmt: skip
    size, other = (f"custom-fields/{id}/" for id in made)
    with world.door.workspace(workspace) as tx:
        column = next(one.column for one in custom_fields(tx) if one.name == "size")
        for value in ("1", "2"):
            add_contact(tx, custom=Jsonb({column: value}))
    ask("PATCH", size, {"field_type": "number"})
    with world.door.workspace(workspace) as tx:
        changed = tx.value("select id from operation where kind = 'field.change'")
    ask("POST", f"operations/{ids.show('op', changed)}/undo/", status=202)

    for method, path, body in (
        ("PATCH", size, {"field_type": "boolean"}), ("DELETE", size + "?force=true", None),
    ):  # fmt: skip
        assert "Wait for the job" in ask(method, path, body, 409)["error"]["message"]
    ask("PATCH", other, {"field_type": "number"})
    work_all(world)
    with world.door.workspace(workspace) as tx:
        assert tx.column("select custom ->> %s from contact order by id", [column]) == ["1", "2"]
    ask("PATCH", size, {"field_type": "number"})


def test_an_undo_that_something_came_in_the_way_of_goes_on(
    world: World, http: TestClient, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "INLINE", 1)

    def ask(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = http.request(method, f"/api/v1/{path}", json=body, headers=world.alice.headers)
        assert answer.status_code == status, answer.text
        return answer

    field = ask("POST", "custom-fields/", {"name": "size", "field_type": "string"}, 201).json()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (size,) = custom_fields(tx)
        for value in ("1", "2"):
            add_contact(tx, custom=Jsonb({size.column: value}))
    changed = ask("PATCH", f"custom-fields/{field['id']}/", {"field_type": "number"})
    undo = f"operations/{changed.headers['nimbus-operation']}/undo/"
    first = ask("POST", undo, status=202).json()
    large = {"name": "Large", "kind": "dynamic",
             "filter": {"field": "custom.size", "op": "gt", "value": 1}}  # fmt: skip
    made = ask("POST", "segments/", large, 201).json()["id"]
    work_all(world)

    def corner(user: Any) -> str:
        page: str = browser_of(user).get("/jobs", headers={"hx-request": "true"}).text
        return page

    assert "Large asks for Size by its type" in corner(world.alice)
    assert f'action="/operations/{changed.headers["nimbus-operation"]}/undo"' in corner(world.alice)
    assert "Go on" not in corner(world.bob)
    assert ask("GET", f"custom-fields/{field['id']}/").json()["field_type"] == "number"
    ask("DELETE", f"segments/{made}/")
    again = ask("POST", undo, status=202).json()
    assert (again["operation"]["id"], again["job_id"]) == (
        first["operation"]["id"], first["job_id"],
    )  # fmt: skip
    work_all(world)
    assert "Go on" not in corner(world.alice)
    assert ask("GET", f"custom-fields/{field['id']}/").json()["field_type"] == "string"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        held = tx.column("select custom ->> %s from contact order by id", [size.column])
    assert held == ["1", "2"]
    ask("POST", undo, status=409)


def test_neither_a_rule_nor_a_value_is_lost_to_an_undo(world: World, http: TestClient) -> None:
    def ask(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = http.request(method, f"/api/v1/{path}", json=body, headers=world.alice.headers)
        assert answer.status_code == status, answer.text
        return answer

    def field(name: str, field_type: str, options: list[str]) -> str:
        body = {"name": name, "field_type": field_type, "options": options}
        return f"custom-fields/{ask('POST', 'custom-fields/', body, 201).json()['id']}/"

    def contact(email: str, **given: Any) -> str:
        body = {"email": email, "custom_fields": given}
        return f"contacts/{ask('POST', 'contacts/', body, 201).json()['id']}/"

    def changed(path: str, body: Any) -> str:
        operation = ask("PATCH", path, body).headers["nimbus-operation"]
        return f"operations/{operation}/undo/"

    def refused(undo: str, code: str, words: str) -> None:
        error = ask("POST", undo, status=409).json()["error"]
        assert (error["code"], words in error["message"]) == (code, True), error

    def rules(**filters: Any) -> None:
        data = [{"name": name, "tier": "A", "filter": filter} for name, filter in filters.items()]
        ask("PUT", "icp-tier-rules/", {"data": data})

    size = field("size", "string", [])
    ada = contact("ada@undo.example", size="07")
    undo = changed(size, {"field_type": "number"})
    rules(large={"field": "custom.size", "op": "gt", "value": 50})
    refused(undo, "in_use", "large asks for Size by its type")
    rules()
    # A first value since, and another one of somebody who had one.
    bo = contact("bo@undo.example", size=8)
    refused(undo, "conflict", "1 contact has a value of Size")
    ask("PATCH", bo, {"custom_fields": {"size": None}})
    ask("PATCH", ada, {"custom_fields": {"size": 9}})
    refused(undo, "conflict", "1 contact has a value of Size")
    ask("PATCH", ada, {"custom_fields": {"size": 7}})
    for number in (1, 2, 3):
        undone = ask("POST", undo).json()["operation"]["id"]
        assert ask("GET", ada).json()["custom_fields"]["size"] == (7 if number == 2 else "07")
        undo = f"operations/{undone}/undo/"

    stage = field("stage", "dropdown", ["a", "b"])
    undo = changed(stage, {"options": ["a", "b", "c"]})
    rules(third={"field": "custom.stage", "op": "eq", "value": "c"})
    refused(undo, "in_use", "third asks for the option “c”")
    rules()
    cy = contact("cy@undo.example", stage="c")
    refused(undo, "conflict", "1 contact has a value of Stage")
    ask("PATCH", cy, {"custom_fields": {"stage": "a"}})
    ask("POST", undo)

    # What follows another name of an option goes back with it.
    for name, of in (("segments/", {"kind": "dynamic"}), ("saved-views/", {})):
        filter = {"field": "custom.stage", "op": "eq", "value": "a"}
        ask("POST", name, {"name": "A", "filter": filter, **of}, 201)
    undo = changed(stage, {"rename_options": {"a": "z"}})
    later = {"name": "Z", "kind": "dynamic",
             "filter": {"field": "custom.stage", "op": "eq", "value": "z"}}  # fmt: skip
    made = ask("POST", "segments/", later, 201).json()["id"]
    refused(undo, "in_use", "Z asks for the option “z”")
    ask("DELETE", f"segments/{made}/")
    ask("POST", undo)
    assert ask("GET", cy).json()["custom_fields"]["stage"] == "a"
    (segment,) = ask("GET", "segments/").json()["data"]
    assert segment["filter"]["value"] == "a"

    # Values go by the type and the options of then: neither goes back alone.
    plan = field("plan", "string", [])
    di = contact("di@undo.example", plan="a")
    undo = changed(plan, {"field_type": "dropdown", "options": ["a", "b"]})
    further = changed(plan, {"options": ["a", "b", "c"]})
    refused(undo, "conflict", "The type or the options of Plan were changed again since")
    assert ask("GET", di).json()["custom_fields"]["plan"] == "a"
    ask("POST", further)
    ask("POST", undo)
    assert ask("GET", di).json()["custom_fields"]["plan"] == "a"
