"""Rows of lists are mappings like any other."""

from __future__ import annotations

import pytest

from nimbus.db.row import Names, Row
from tests.conftest import World


def test_a_row_is_known_by_its_names(world: World) -> None:
    statement = "select n as one, 'b' as two, null as three from generate_series(1, 2) n"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        listed, rows = tx.listed(statement), tx.rows(statement)
    assert [dict(row) for row in listed] == rows
    assert {**listed[0], "two": "c"} == {"one": 1, "two": "c", "three": None}
    assert listed[0] == rows[0]
    with pytest.raises(KeyError):
        listed[0]["four"]
    assert listed[0].get("four") is None
    assert len(listed[0]) == 3


def test_several_are_had_at_once_of_rows_of_any_kind(world: World) -> None:
    wanted = Names("two", "one", "two")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (short,) = tx.listed("select 1 as one, 2 as two")
        (long,) = tx.listed("select 0 as zero, 2 as two, 1 as one")
    assert isinstance(short, Row)
    for row in (short, long, {"one": 1, "two": 2}):
        assert wanted.of(row) == (2, 1, 2)
