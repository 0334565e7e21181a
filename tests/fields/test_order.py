"""Fields are put in order by their arrows, and by dragging, which sends the whole order."""

from __future__ import annotations

from typing import Any

from nimbus.db import ids
from nimbus.fields.read import custom_fields
from nimbus.fields.write import NewField, create
from tests.conftest import World

HERE = "/settings/fields"


def test_fields_are_put_in_order(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    workspace = world.alice.who.workspace_id
    with world.door.workspace(workspace) as tx:
        made = [create(tx, world.alice.who, NewField(label, "string")) for label in "ABC"]
    a, b, c = (ids.show("cf", field.id) for field in made)

    def after(**sent: str) -> str:
        assert browser.post(f"{HERE}/order", data=sent).status_code == 303
        with world.door.workspace(workspace) as tx:
            return "".join(field.label for field in custom_fields(tx))

    assert after(step=f"down:{a}") == "BAC"
    assert after(step=f"up:{b}") == "BAC"
    assert after(step=f"down:{c}") == "BAC"
    assert after(order=f"{c},{a},{b}") == "CAB"
    assert after(order=b) == "BCA", "those that are not named keep their order"
    page = browser.get(HERE).text
    assert f'data-sort-as="{a}"' in page
    with world.door.workspace(workspace) as tx:
        logged = tx.rows(
            "select c.before, c.after from change c join operation o on o.workspace_id = "
            "c.workspace_id and o.id = c.operation_id where o.kind = 'field.order'"
        )
    assert {"before": {"position": 0}, "after": {"position": 1}} in logged
    bob = browser_of(world.bob)
    assert bob.post(f"{HERE}/order", data={"step": f"up:{a}"}).status_code == 403
    assert "data-sort-as" not in bob.get(HERE).text
    charlie = browser_of(world.charlie)
    assert charlie.post(f"{HERE}/order", data={"order": f"{a},{c},{b}"}).status_code == 303
    with world.door.workspace(workspace) as tx:
        assert [field.label for field in custom_fields(tx)] == ["B", "C", "A"]
