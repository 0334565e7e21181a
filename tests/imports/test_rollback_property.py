"""Whatever was imported and edited, before and after: a rollback leaves what was before, but for
what was changed since, and undoing it leaves what was before the rollback (G-01)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nimbus.imports.import_job import ImportJob
from nimbus.imports.stages.run import run
from nimbus.jobs import Context
from nimbus.operations.undo_job import run_undo
from tests.conftest import World
from tests.imports.test_run import bring
from tests.imports.undoing import (
    Rows,
    bring_back,
    companies,
    contacts,
    edit,
    kept,
    rescored,
    roll_back,
)

FIELDS = ("Title", "City", "Tags", "Domain", "Company", "Industry", "Plan")
DOMAINS = ("one.test", "two.test", "three.test")
_number = count(1)


@dataclass(frozen=True)
class Row:
    """A row of a file: whom it is about, and which of its cells have a value."""

    person: int
    cells: frozenset[str]
    domain: int

    def text(self, about: str) -> str:
        value = next(_number)
        values = {
            "Title": f"Title {value}", "City": f"City {value}", "Tags": f"t{value % 4};u{value}",
            "Domain": f"{about}{DOMAINS[self.domain]}", "Company": f"Co {about} {value}",
            "Industry": f"Industry {value}", "Plan": f"Plan {value}",
        }  # fmt: skip
        cells = (values[name] if name in self.cells else "" for name in FIELDS)
        return ",".join([f"{about}p{self.person}@gmail.com", *cells])


@dataclass(frozen=True)
class Edit:
    """A hand edit of a contact, or of a company."""

    person: int
    column: str


@dataclass(frozen=True)
class Story:
    before: list[list[Row]]
    trashed: frozenset[int]
    imported: list[Row]
    in_trash: str
    after: list[Edit | list[Row]] = field(default_factory=list)


rows = st.builds(Row, st.integers(0, 5), st.frozensets(st.sampled_from(FIELDS)), st.integers(0, 2))
files = st.lists(rows, min_size=1, max_size=6)
edits = st.builds(
    Edit, st.integers(0, 5), st.sampled_from(["title", "city", "tags", "custom", "industry"])
)
stories = st.builds(
    Story, st.lists(files, max_size=2), st.frozensets(st.integers(0, 5), max_size=2), files,
    st.sampled_from(["skip", "restore", "new"]), st.lists(edits | files, max_size=4),
)  # fmt: skip


@settings(
    # To make an example smaller would take minutes, and says little more than the example.
    max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(stories)
def test_a_rollback_and_its_undoing(world: World, story: Story) -> None:
    about = f"s{next(_number)}"
    for file in story.before:
        _bring(world, about, file)
    for person in sorted(story.trashed):
        edit(world, f"{about}p{person}@gmail.com", is_deleted=True, deletion_reason="left")
    before = contacts(world), companies(world)
    made = _bring(world, about, story.imported, in_trash=story.in_trash)
    imported = contacts(world), companies(world)
    by_hand = {_act(world, about, act) for act in story.after}
    after = contacts(world), companies(world)

    if not _has_written(world, made):
        return
    roll_back(world, made, work=False)
    _work(world)
    _check(before, imported, after, (contacts(world), companies(world)), _listed(world, made))
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert rescored(tx) <= by_hand  # an edit by hand, here, scores nobody

    bring_back(world, made, work=False)
    _work(world)
    assert _differences(after, (contacts(world), companies(world))) == []
    assert kept(world, made) == []


def _check(
    before: tuple[Rows, Rows], imported: tuple[Rows, Rows], after: tuple[Rows, Rows],
    now: tuple[Rows, Rows], listed: set[UUID],
) -> None:  # fmt: skip
    """`after` has what was changed since the import; the rest of `now` is as in `before`."""
    for things in (0, 1):
        was, left, later, is_now = before[things], imported[things], after[things], now[things]
        for id, row in later.items():
            touched = {c for c in row if row[c] != left[id][c]} if id in left else set(row)
            if id in was:
                assert is_now[id] == _expected(was[id], left[id], row, touched)
                lost = {c for c in touched if left[id][c] != was[id][c]} - {"tags", "custom"}
                assert id in listed or not lost
            elif id not in left:
                assert is_now[id] == row  # made since
            elif touched:
                assert is_now[id] == row
                assert id in listed
            elif things == 0:
                assert id not in is_now
            else:
                used = any(person["company_id"] == str(id) for person in now[0].values())
                assert (id in is_now) is used
                assert (id in listed) is used


def _differences(one: tuple[Rows, Rows], other: tuple[Rows, Rows]) -> list[Any]:
    return [
        (id, column, row.get(column), other[things].get(id, {}).get(column))
        for things in (0, 1)
        for id in {**one[things], **other[things]}
        for row in [one[things].get(id, {})]
        for column in {**row, **other[things].get(id, {})}
        if row.get(column) != other[things].get(id, {}).get(column)
    ]


def _expected(
    was: dict[str, Any], left: dict[str, Any], later: dict[str, Any], touched: set[str]
) -> dict[str, Any]:
    expected = {column: later[column] if column in touched else was[column] for column in was}
    if "tags" in was:
        expected["tags"] = _items(was["tags"], left["tags"], later["tags"])
        expected["custom"] = {
            key: value
            for key in {**was["custom"], **later["custom"]}
            if (value := _one(was["custom"], left["custom"], later["custom"], key)) is not None
        }
        if touched and was["is_deleted"]:
            # Whom the import brought back and somebody has worked on since stays.
            trash = ("is_deleted", "deleted_at", "deletion_reason")
            expected |= {column: later[column] for column in trash}
    return expected


def _one(was: Any, left: Any, later: Any, key: str) -> Any:
    return later.get(key) if later.get(key) != left.get(key) else was.get(key)


def _items(was: list[str], left: list[str], later: list[str]) -> list[str]:
    """What the import added is taken away; nobody takes tags away here."""
    return [tag for tag in later if tag in was or tag not in left]


def _bring(world: World, about: str, file: list[Row], **options: Any) -> ImportJob:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        plan = tx.value("select id::text from custom_field where workspace_id = %s",
                        [tx.workspace_id]) or tx.value(
            "insert into custom_field (workspace_id, name, label, field_type, position) "
            "values (%s, 'plan', 'Plan', 'string', 1) returning id::text", [tx.workspace_id],
        )  # fmt: skip
    assert plan
    text = "\n".join([",".join(["Email", *FIELDS]), *(row.text(about) for row in file)])
    mapping = {
        "Email": "email", "Title": "title", "City": "city", "Tags": "tags",
        "Domain": "company.domain", "Company": "company.name", "Industry": "company.industry",
        "Plan": "custom.plan",
    }  # fmt: skip
    made = bring(world, text, work=False, mapping=mapping, **options)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("delete from procrastinate_jobs")
    run(world.instance, world.alice.who.workspace_id, made.id)
    return made


def _act(world: World, about: str, act: Edit | list[Row]) -> UUID | None:
    if isinstance(act, list):
        _bring(world, about, act)
        return None
    email, value = f"{about}p{act.person}@gmail.com", f"Hand {next(_number)}"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        row = tx.row(
            "select tags, custom from contact where email = %s and workspace_id = %s "
            "and not is_deleted", [email, tx.workspace_id],
        )  # fmt: skip
        plan = tx.value("select id::text from custom_field where workspace_id = %s",
                        [tx.workspace_id])  # fmt: skip
    if act.column == "industry":
        edit(world, f"{about}{DOMAINS[act.person % 3]}", "company", industry=value)
        return None
    if row is None:
        return None
    values = {"tags": [*row["tags"], value], "custom": {**row["custom"], plan: value}}
    return edit(world, email, **{act.column: values.get(act.column, value)})


def _has_written(world: World, made: ImportJob) -> bool:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return bool(
            tx.value(
                "select exists (select from change c join import_job i "
                "on i.operation_id = c.operation_id where i.id = %s)", [made.id],
            )
        )  # fmt: skip


def _listed(world: World, made: ImportJob) -> set[UUID]:
    return {one.thing_id for one in kept(world, made)}


def _work(world: World) -> None:
    """The undo, without the seconds that a worker takes to begin and end."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        [one] = tx.rows("select args from procrastinate_jobs where task_name = %s", [run_undo.name])
        tx.run("delete from procrastinate_jobs")
    arguments = {name: one["args"][name] for name in ("job_id", "operation_id")}
    run_undo.run(Context(world.instance, world.alice.who.workspace_id), **arguments)
