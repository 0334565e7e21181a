"""Each bulk action and its reversing is the identity on rows that nobody touched since, never
touches rows outside of its selection, and shows the number that it changed or told of (G-20, G-21).
"""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nimbus.bulk import read, write
from nimbus.bulk.bulk import Bulk
from nimbus.contacts.read import one
from nimbus.contacts.trash import trash
from nimbus.contacts.writing import edit
from nimbus.contacts.writing.edit import Editor
from nimbus.contacts.writing.patch import Patch
from nimbus.fields.write import NewField
from nimbus.fields.write import create as create_field
from nimbus.operations.bulk import actions
from nimbus.operations.undoing import undo_operation
from nimbus.problems import Problem
from nimbus.segments import write as segments
from nimbus.suppression import write as suppression
from nimbus.suppression.lists import EMAILS
from tests.conftest import World
from tests.imports.test_run import bring

PEOPLE = 12
HEADER = "Email,First name,Last name,Title,City,Country,Tags,Phone,Consent status"
_number = count(1)

TAGS = st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True, max_size=2)
FIELDS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("title", ("CEO", "Head of Sales", None)), ("country", ("DE", "US", None)),
    ("full_name", ("Ann Bee", None)), ("phone", ("+49 30 123456", None)),
    ("status", ("inactive", "unsubscribed", "active")),
    ("consent_status", ("opted_out", "pending")),
    ("custom.stage", ("new", None)), ("custom.day", ("2026-03-01",)),
    ("custom.many", (["x", "y"],)),
)  # fmt: skip


@st.composite
def options_of(draw: st.DrawFn, action: str) -> dict[str, Any]:
    match action:
        case "tags":
            add, remove = draw(TAGS), draw(TAGS)
            add = [tag for tag in add if tag not in remove] or ["e"]
            return {"add": add, "remove": remove, "replace": bool(remove) and draw(st.booleans())}
        case "set_field":
            field, values = draw(st.sampled_from(FIELDS))
            return {"field": field, "value": draw(st.sampled_from(values))}
        case "suppress":
            return {"reason": draw(st.sampled_from(["manual", "opt_out"]))}
        case "delete":
            return {"reason": draw(st.sampled_from([None, "left"]))}
        case _:
            return {}


def test_every_offered_action_and_its_reversing(world: World) -> None:
    """On one world, which goes on as it is from one example to the next."""
    list_id = _populate(world)

    def holds(
        action: str, options: dict[str, Any], chosen: frozenset[int], in_trash: frozenset[int],
        touched: frozenset[int],
    ) -> None:  # fmt: skip
        if action in ("add_to_segment", "remove_from_segment"):
            options = {"segment_id": list_id}
        everybody = _everybody(world)
        _put_into_trash(world, {everybody[at] for at in in_trash})
        before = _dump(world)
        done = _begin(world, action, options, [everybody[at] for at in chosen])
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            rows = read.rows(tx, done, None, None, 100)
        assert done.count == len(chosen) == done.done + done.unchanged + done.failed == len(rows)
        changed = {row.contact_id for row in rows if row.outcome == "done"}
        left = [key for key, row in _dump(world).items()
                if row != before.get(key) and key[1] not in changed]  # fmt: skip
        assert left == [], (action, options)
        touched_ids = {everybody[at] for at in touched & chosen}
        for id in touched_ids:
            _touch(world, id)
        middle = _dump(world)
        undone = _undo(world, done.id)
        after = _dump(world)
        for key in before.keys() | after.keys():
            # What became stricter stays so.
            if key[1] in touched_ids or (key[0] == "suppression" and key in before):
                continue
            assert after.get(key) == before.get(key), (action, options, key)
        # And the reversing reversed.
        if undone and _undo(world, undone):
            again = _dump(world)
            for key in middle.keys() | again.keys():
                if key[1] not in touched_ids:
                    assert again.get(key) == middle.get(key), (action, options, key)

    some = st.frozensets(st.integers(0, PEOPLE - 1), max_size=4)
    chosen = st.frozensets(st.integers(0, PEOPLE - 1), min_size=1)
    for action in (known.key for known in actions() if known.is_offered):
        examples = settings(
            max_examples=5, deadline=None, database=None, derandomize=True,
            phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow],
        )  # fmt: skip
        examples(given(st.just(action), options_of(action), chosen, some, some)(holds))()


def _populate(world: World) -> str:
    lines = (
        f"p{i}@example.com,P{i},Q{i},{('CTO', 'Clerk', '')[i % 3]},Berlin,{('DE', '')[i % 2]},"
        f"{('a;b', 'c', '', 'b;d')[i % 4]},,{('opted_in', '', 'opted_out')[i % 3]}"
        for i in range(PEOPLE)
    )
    bring(world, "\n".join([HEADER, *lines]) + "\n")
    who = world.alice.who
    with world.door.workspace(who.workspace_id) as tx:
        for field in (
            NewField("Stage", "string"), NewField("Day", "date"),
            NewField("Many", "multi_select", options=("x", "y", "z")),
        ):  # fmt: skip
            create_field(tx, who, field)
        made = segments.create(tx, who, name="Some", kind="static", through="api")
    everybody = _everybody(world)
    _begin(world, "add_to_segment", {"segment_id": made.shown_id}, everybody[:5])
    with world.door.workspace(who.workspace_id) as tx:
        emails = ["p1@example.com", "p2@example.com"]
        suppression.add(tx, who, EMAILS, emails, reason="manual", through="api")
    return made.shown_id


def _begin(world: World, action: str, options: dict[str, Any], chosen: list[UUID]) -> Bulk:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        begun = write.begin(tx, world.alice.who, "api", write.Wanted(action, options, chosen))
    return begun


def _undo(world: World, operation: UUID) -> UUID | None:
    """The operation that undoes it; None where it had changed nothing."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        before = tx.value("select count(*) from change where operation_id = %s", [operation])
        try:
            return undo_operation(tx, world.alice.who, "api", operation).operation_id
        except Problem:
            assert before == 0
            return None


def _everybody(world: World) -> list[UUID]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found: list[UUID] = tx.column("select id from contact order by email")
    return found


def _touch(world: World, id: UUID) -> None:
    """Somebody works on a contact: everything that an action may have changed is different."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        row = one(tx, id)
        assert row
        if not row["is_deleted"]:
            number = next(_number)
            patch = Patch({"title": f"T{number}", "tags": [f"t{number}"]})
            edit.update(tx, _editor(world), id, patch)


def _put_into_trash(world: World, ids: set[UUID]) -> None:
    """These, and nobody else."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        trashed = set(tx.column("select id from contact where is_deleted"))
        for id in ids - trashed:
            trash.delete(tx, _editor(world), id, "by hand")
        for id in trashed - ids:
            trash.restore(tx, _editor(world), id, world.instance.settings)


def _editor(world: World) -> Editor:
    return Editor(world.alice.who, "web", world.instance.secrets.key("email"))


def _dump(world: World) -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row that an action can change, by its table and the contact that it is about."""
    found = {}
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        for row in tx.column("select to_jsonb(c) - 'updated_at' from contact c"):
            found["contact", UUID(row["id"])] = row
        for row in tx.column("select to_jsonb(m) from segment_member m"):
            found["segment_member", UUID(row["contact_id"])] = row
        for row in tx.rows(
            "select c.id, to_jsonb(s) as s from suppression s join contact c "
            "on c.workspace_id = s.workspace_id and c.email = s.email"
        ):
            found["suppression", row["id"]] = row["s"]
    return found
