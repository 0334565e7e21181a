"""Whatever is done to a field is told with its name, and comes back whole: its definition, and the
values of contacts."""

from __future__ import annotations

import re
from typing import Any

from psycopg.types.json import Jsonb

from nimbus.db import ids
from nimbus.fields.custom import CustomField
from nimbus.fields.read import custom_fields
from tests.conftest import World
from tests.contacts.contact_rows import add_contact

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
