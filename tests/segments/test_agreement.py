"""Of any segments, count = list = meaning, and the explanation's verdict = membership (G-28, G-29).

The meaning is worked out in Python alone: filters evaluated row by row, a segment of a segment by
asking that one first.
"""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest

from nimbus.contacts.read import ContactList, Reading
from nimbus.db.door import Tx
from nimbus.filters import evaluate
from nimbus.segments import read
from nimbus.segments.count import count
from nimbus.segments.explain import explain
from nimbus.segments.panel import segments_panel
from nimbus.segments.segment import Segment
from nimbus.segments.write import create
from nimbus.segments.write_members import change_members
from tests.conftest import World
from tests.contacts.contact_rows import add_crowd

SEED = 1
LEAVES: tuple[dict[str, Any], ...] = (
    {"field": "icp_tier", "op": "in", "value": ["A", "B"]},
    {"field": "tags", "op": "eq", "value": "vip"},
    {"field": "tags", "op": "has_all", "value": ["vip", "emea"]},
    {"field": "title", "op": "contains", "value": "100%"},
    {"field": "title", "op": "is_empty"},
    {"field": "lead_score", "op": "gte", "value": 50},
    {"field": "country", "op": "ne", "value": "US"},
    {"field": "company.industry", "op": "eq", "value": "software"},
    {"field": "company.employee_count", "op": "gte", "value": 100},
    {"field": "company.industry", "op": "is_empty"},
    {"field": "is_deleted", "op": "is_true"},
)


def tree(chance: Random, known: list[Segment], depth: int = 3) -> dict[str, Any]:
    """A filter of any shape, that asks for segments about as often as for anything else."""
    if depth and chance.random() < 0.6:
        word = chance.choice(("and", "or", "not"))
        if word == "not":
            return {"not": tree(chance, known, depth - 1)}
        return {word: [tree(chance, known, depth - 1) for _ in range(chance.randint(1, 3))]}
    if not known or chance.random() < 0.5:
        return chance.choice(LEAVES)
    asked = [one.shown_id for one in chance.sample(known, min(len(known), chance.randint(1, 2)))]
    if len(asked) == 1:
        return {"field": "segment", "op": chance.choice(("eq", "ne")), "value": asked[0]}
    return {"field": "segment", "op": chance.choice(("in", "not_in")), "value": asked}


def make(tx: Tx, world: World, chance: Random, people: list[UUID], size: int) -> list[Segment]:
    """Segments on several storeys, of which every fourth is a list."""
    made: list[Segment] = []
    storey: dict[UUID, int] = {}
    for number in range(size):
        if number % 4 == 0:
            one = create(tx, world.alice.who, name=f"S{number}", kind="static", through="api")
            change_members(tx, world.alice.who, one, chance.sample(people, len(people) // 3), (),
                           through="api")  # fmt: skip
        else:
            below = [one for one in made[-8:] if storey[one.id] < 4]
            filter = tree(chance, below, 2)
            one = create(tx, world.alice.who, name=f"S{number}", kind="dynamic", filter=filter,
                         through="api")  # fmt: skip
        storey[one.id] = 1 + max((storey[id] for id in one.asks), default=0)
        made.append(one)
    return made


def inside(tx: Tx, made: list[Segment], rows: list[dict[str, Any]]) -> dict[UUID, set[UUID]]:
    """Who is in each segment, by brute force."""
    found: dict[UUID, set[UUID]] = {}
    for segment in made:
        if segment.kind == "static":
            listed = set(tx.column(
                "select contact_id from segment_member where workspace_id = %s "
                "and segment_id = %s", [tx.workspace_id, segment.id],
            ))  # fmt: skip
            holds = [row["id"] in listed for row in rows]
        else:
            filter = read.filter_of(tx, segment)
            holds = [evaluate(filter, row, tx.now) for row in rows]
        found[segment.id] = {
            row["id"] for row, is_in in zip(rows, holds, strict=True)
            if is_in and not row["is_deleted"]
        }  # fmt: skip
        for row in rows:
            if row["id"] in found[segment.id]:
                row["segment"].add(segment.id)
    return found


def test_count_list_meaning_and_explanation_agree(world: World) -> None:
    chance = Random(SEED)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        people = add_crowd(tx, 60, SEED)
        made = make(tx, world, chance, people, 80)
        assert max(len(one.asks) for one in made) > 1
        rows = tx.rows(
            "select c.*, k.industry as company_industry, k.employee_count as "
            "company_employee_count from contact c left join company k on k.id = c.company_id"
        )
        for row in rows:
            row["segment"] = set()
        expected = inside(tx, made, rows)
        sizes = [len(members) for members in expected.values()]
        assert sum(0 < size < 40 for size in sizes) > 0
        for segment in made:
            reading = Reading(tx, ContactList(read.members(tx, segment), shown="live"))
            page = reading.page(200)
            assert {row["id"] for row in page.rows} == expected[segment.id], segment
            split = count(tx, segment)
            assert (split.total, split.is_exact) == (len(page.rows), True)
            assert split.sendable + split.suppressed <= split.total
            for id in chance.sample(people, 3):
                told = explain(tx, segment, id)
                assert told.is_member == (id in expected[segment.id])
                by_segment = {line.segment.id: line.holds for line in reversed(told.lines)}
                own = [line for line in told.lines if line.segment == segment]
                assert told.is_member == (own[0].holds and own[-1].holds)
                assert set(by_segment) <= set(expected)
        for row in chance.sample(rows, 10):
            panel = segments_panel(tx, row)
            if row["is_deleted"]:
                assert panel is None
                continue
            assert panel
            names = {one.name for one in made if one.id in row["segment"]}
            told_names = {one.name for one in panel.shows.segments}
            assert told_names <= names
            assert told_names == names or panel.shows.untold


def test_many_members_are_estimated(world: World) -> None:
    """Beyond the budget the shares are those of an even part of the members."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            """
            insert into contact (workspace_id, email, email_domain, email_key, consent_status,
                tags, created_at, updated_at)
            select %(workspace)s, n || '@crowd.example', 'crowd.example', gen_random_uuid(),
                case when n %% 4 = 0 then 'opted_out' else 'unknown' end, array['crowd'], %(now)s,
                %(now)s
            from generate_series(1, 20000) as n
            on conflict do nothing
            """,
            {"workspace": tx.workspace_id, "now": tx.now},
        )
    with psycopg.connect(world.instance.logins.migrate) as connection:
        connection.execute("analyze contact")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        crowd = {"field": "tags", "op": "eq", "value": "crowd"}
        segment = create(tx, world.alice.who, name="Crowd", kind="dynamic", filter=crowd,
                         through="api")  # fmt: skip
        split = count(tx, segment)
        assert not split.is_exact
        assert split.total == pytest.approx(20_000, rel=0.1)
        assert split.sendable / split.total == pytest.approx(0.75, abs=0.03)
