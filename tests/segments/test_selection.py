"""What was counted is what is changed: a selection is frozen (G-20, D-11)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine

from nimbus import clock
from nimbus.contacts.read import ContactList
from nimbus.jobs import Context
from nimbus.operations.erasing import Person
from nimbus.problems import Problem
from nimbus.segments import selection
from nimbus.segments.jobs import sweep_selections
from tests.conftest import World
from tests.imports.test_run import bring

PEOPLE = "Email,First name,Title\n" + "".join(
    f"p{i}@example.com,P{i},{'VP Sales' if i % 2 else 'Clerk'}\n" for i in range(7)
)


def test_a_selection_is_frozen_paged_and_swept(world: World) -> None:
    bring(world, PEOPLE)
    workspace, who = world.alice.who.workspace_id, world.alice.who
    with world.door.workspace(workspace) as tx:
        everybody: list[UUID] = tx.column("select id from contact order by id")
        all_ = selection.freeze(tx, who, ContactList(shown="live"))
        found = selection.freeze(tx, who, ContactList(search="vp", shown="live"))
        stranger = uuid4()
        named = selection.freeze(tx, who, [everybody[2], stranger, everybody[0], everybody[2]])
        assert (all_.count, found.count, named.count) == (7, 3, 3)
        assert selection.sentence(tx, found) == "Found by “vp”"
        assert selection.sentence(tx, named) == "Chosen one by one"
        with pytest.raises(Problem, match="10,000"):
            selection.freeze(tx, who, [uuid4() for _ in range(10_001)])
        selection.keep(tx, found.id, tx.now + timedelta(days=30))
    bring(world, "Email,Title\nlate@example.com,VP Marketing\n")
    with world.door.workspace(workspace) as tx:
        # Whoever comes later is not in it, and it is read in the order of the ids, page by page.
        assert selection.members(tx, all_.id, None, 100) == everybody
        page = selection.members(tx, all_.id, None, 4)
        assert page + selection.members(tx, all_.id, page[-1], 4) == everybody
        assert set(selection.members(tx, named.id, None, 9)) == {*everybody[::2][:2], stranger}
        selection.erase(tx, Person((everybody[0],), (), ()))
        assert selection.members(tx, all_.id, None, 100) == everybody[1:]
    with time_machine.travel(clock.now() + timedelta(days=2)):
        sweep_selections.run(Context(world.instance, None))
    with world.door.workspace(workspace) as tx:
        assert tx.column("select id from selection") == [found.id]
        assert tx.value("select count(*) from selection_member") == found.count
