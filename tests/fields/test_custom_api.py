"""Custom fields over the API: who may, what is refused and where, and that they work at once."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.types.json import Jsonb
from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.fields.read import catalogue, custom_fields
from nimbus.fields.write import NewField, create
from nimbus.operations.read import history
from nimbus.problems import Problem
from tests.conftest import World
from tests.contacts.contact_rows import add_contact

HERE = "/api/v1/custom-fields/"
STAGE = {
    "name": "onboarding_stage", "display_label": "Onboarding stage", "field_type": "dropdown",
    "options": ["New", "Live"], "fallback_value": "New",
}  # fmt: skip


def test_anonymous_and_charlie(http: TestClient, world: World) -> None:
    assert http.get(HERE).status_code == 401
    assert http.post(HERE, json=STAGE).status_code == 401
    assert http.post(HERE, json=STAGE, headers=world.alice.headers).status_code == 201
    answer = http.get(HERE, headers=world.charlie.headers).json()
    assert answer == {"data": [], "meta": {"total_count": 0, "limit": 50}}
    assert http.post(HERE, json=STAGE, headers=world.charlie.headers).status_code == 201


def test_bob_may_look_but_not_define(http: TestClient, world: World) -> None:
    assert http.get(HERE, headers=world.bob.headers).status_code == 200
    refused = http.post(HERE, json=STAGE, headers=world.bob.headers)
    assert refused.status_code == 403
    assert refused.json()["error"]["scope"] == "settings:write"


def test_create_and_list(http: TestClient, world: World) -> None:
    made = http.post(HERE, json=STAGE, headers=world.alice.headers)
    assert made.status_code == 201
    shown = made.json()
    assert shown["id"].startswith("cf_")
    assert shown["created_at"]
    assert {key: shown[key] for key in STAGE} == STAGE
    assert http.get(HERE, headers=world.bob.headers).json()["data"] == [shown]


def test_the_label_is_made_from_the_name(http: TestClient, world: World) -> None:
    body = {"name": "deal_size", "field_type": "number"}
    made = http.post(HERE, json=body, headers=world.alice.headers).json()
    assert made["display_label"] == "Deal size"
    assert made["options"] == []
    assert made["fallback_value"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "Not a name"}, "name"),
        ({"name": "email"}, "name"),
        ({"name": "nul\0"}, "name"),
        ({"display_label": "x" * 101}, "display_label"),
        ({"field_type": "blob"}, "field_type"),
        ({"options": []}, "options"),
        ({"options": ["New", "new"]}, "options[1]"),
        ({"options": ["New", 3]}, "options[1]"),
        ({"field_type": "multi_select", "options": ["a;b"]}, "options[0]"),
        ({"field_type": "string"}, "options"),
        ({"fallback_value": "Old"}, "fallback_value"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_refusals_name_the_member(
    http: TestClient, world: World, change: dict[str, Any], field: str
) -> None:
    refused = http.post(HERE, json=STAGE | change, headers=world.alice.headers)
    assert refused.status_code == 400, refused.text
    assert refused.json()["error"]["field"] == field
    assert http.get(HERE, headers=world.alice.headers).json()["meta"]["total_count"] == 0


def test_a_name_is_taken_once(http: TestClient, world: World) -> None:
    assert http.post(HERE, json=STAGE, headers=world.alice.headers).status_code == 201
    again = http.post(HERE, json=STAGE, headers=world.alice.headers)
    assert again.status_code == 409
    assert again.json()["error"]["field"] == "name"


def test_the_limit_says_how_to_raise_it(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        for n in range(3):
            create(tx, world.alice.who, NewField(f"Field {n}", "string"), limit=3)
        with pytest.raises(Problem, match="NIMBUS_CUSTOM_FIELDS_LIMIT"):
            create(tx, world.alice.who, NewField("One more", "string"), limit=3)


def test_the_api_obeys_the_limit_of_its_instance(http: TestClient, world: World) -> None:
    for n in range(50):
        body = {"name": f"field_{n}", "field_type": "string"}
        assert http.post(HERE, json=body, headers=world.alice.headers).status_code == 201
    refused = http.post(HERE, json=STAGE, headers=world.alice.headers)
    assert refused.status_code == 400
    assert "at most 50 custom fields" in refused.json()["error"]["message"]


def test_for_a_column_of_an_import(world: World) -> None:
    """The field is known to the rest of the transaction at once (S1-25)."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert "custom.linkedin_headline" not in catalogue(tx)
        made = create(tx, world.alice.who, NewField(" LinkedIn  Headline ", "string"))
        assert made.name == "linkedin_headline"
        field = catalogue(tx).get("custom.linkedin_headline")
        assert (field.id, field.label) == (made.id, "LinkedIn  Headline")


def test_order_and_log(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        made = [create(tx, world.alice.who, NewField(label, "date")) for label in ("B", "A", "C")]
        assert [field.name for field in custom_fields(tx)] == ["b", "a", "c"]
        (entry,) = history(tx, made[0].id)
    assert (entry.kind, entry.before, entry.operation) == ("created", None, "field.create")
    assert entry.after == {
        "name": "b", "label": "B", "field_type": "date", "options": [], "fallback": None
    }  # fmt: skip


def test_the_catalogue_tells_what_can_be_asked(http: TestClient, world: World) -> None:
    http.post(HERE, json=STAGE, headers=world.alice.headers)
    assert http.get("/api/v1/fields/").status_code == 401
    answer = http.get("/api/v1/fields/", headers=world.bob.headers).json()
    fields = {field["key"]: field for field in answer["data"]}
    assert answer["meta"]["total_count"] == len(fields)
    stage = fields["custom.onboarding_stage"]
    assert (stage["type"], stage["group"], stage["options"]) == (
        "dropdown", "custom", ["New", "Live"]
    )  # fmt: skip
    assert {"key": "in", "words": "is {}", "value": "many"} in stage["operators"]
    assert fields["location"]["operators"] == []
    assert not fields["lead_score"]["importable"]
    charlie = http.get("/api/v1/fields/", headers=world.charlie.headers).json()
    assert "custom.onboarding_stage" not in {field["key"] for field in charlie["data"]}


def test_the_page(browser_of: Any, world: World) -> None:
    browser = browser_of(world.alice)
    assert "0 of 50 used" in browser.get("/settings/fields").text
    form = {
        "label": "Deal size",
        "name": "",
        "field_type": "dropdown",
        "options": "",
        "fallback": "",
    }
    refused = browser.post("/settings/fields", data=form)
    assert refused.status_code == 400
    assert 'id="f-options-error"' in refused.text
    made = browser.post("/settings/fields", data=form | {"options": "Small\n\nLarge\n"})
    assert made.status_code == 303
    page = browser.get(made.headers["location"]).text
    assert "“Deal size” was added" in page
    assert "1 of 50 used" in page
    assert "{{custom.deal_size}}" in page
    assert "deal_size" in browser.get("/settings/fields/name", params={"label": "Deal size"}).text

    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (field,) = custom_fields(tx)
        contact = add_contact(tx, custom=Jsonb({str(field.id): "Large"}))
    here = f"/settings/fields/{ids.show('cf', field.id)}"
    assert f'href="{here}"' in page
    assert f'hx-get="{here}?uses=1"' in browser.get(here).text
    assert "1 contact" in browser.get(here, params={"uses": "1"}).text
    form = {"label": "Size", "fallback": "", "option": ["Small", "Large"],
            "called": ["Small", ""], "added": "Huge"}  # fmt: skip
    refused = browser.post(here, data=form)
    assert refused.status_code == 409
    assert "Remove the options all the same" in refused.text
    assert browser.post(here, data={**form, "label": ""}).status_code == 400
    # An arrow moves an option on the form alone, with what was typed.
    moved = browser.post(here, data={**form, "called": ["Tiny", "Big"], "step": "down:Small"})
    assert moved.status_code == 200
    assert moved.text.index('value="Big"') < moved.text.index('value="Tiny"')
    for step in ("up:Small", "down:Large", "up:None", "sideways"):
        same = browser.post(here, data={**form, "step": step}).text
        assert same.index('value="up:Small"') < same.index('value="up:Large"')
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert custom_fields(tx)[0].options == ("Small", "Large")
    changed = browser.post(here, data={**form, "called": ["Tiny", "Big"]})
    assert "“Size” was changed" in browser.get(changed.headers["location"]).text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (field,) = custom_fields(tx)
        assert (field.label, field.options) == ("Size", ("Tiny", "Big", "Huge"))
        assert tx.value("select custom from contact where workspace_id = %s and id = %s",
                        [tx.workspace_id, contact]) == {str(field.id): "Big"}  # fmt: skip
    # In the order in which they come; one that the form did not know yet comes last.
    order = {"label": "Size", "option": ["Huge", "Tiny"], "called": ["Huge", "Tiny"]}
    assert browser.post(here, data=order).status_code == 303
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert custom_fields(tx)[0].options == ("Huge", "Tiny", "Big")
    asked = browser.post(f"{here}/deletion", data={"typed": "size"})
    assert (asked.status_code, "Type Size to have it deleted" in asked.text) == (400, True)
    gone = browser.post(f"{here}/deletion", data={"typed": " Size "})
    assert "“Size” was deleted" in browser.get(gone.headers["location"]).text
    assert browser.get(here).status_code == 404


def test_the_page_for_those_who_may_not_change_it(browser_of: Any, world: World) -> None:
    browser = browser_of(world.bob)
    page = browser.get("/settings/fields")
    assert page.status_code == 200
    assert "Add field" not in page.text
    assert browser.post("/settings/fields", data={"label": "x"}).status_code == 403
