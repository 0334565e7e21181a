"""A request begins in one trip, and leaves its connection as it found it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from nimbus.access import keys
from nimbus.db.door import Ahead, Door
from nimbus.fields.custom import CustomField
from nimbus.fields.read import catalogue, custom_fields
from nimbus.fields.write import NewField, create
from tests.conftest import World


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    """With one connection, so that the next one finds what the last one left."""
    with Door(world.door.conninfo, size=1) as door:
        door.ahead[:] = world.door.ahead
        yield door


def left(door: Door) -> tuple[Any, ...]:
    """What the next one finds: the state of the connection, the workspace, and how many contacts
    and keys can be seen."""
    with door._connection() as connection:
        status = connection.info.transaction_status
        row = connection.execute(
            "select current_ws(), (select count(*) from api_key), "
            "current_setting('plan_cache_mode')"
        ).fetchone()
    assert row
    return status, *row


CLEAN = (TransactionStatus.IDLE, None, 0, "auto")


def test_the_workspace_is_that_of_the_key(world: World, door: Door) -> None:
    for person in (world.alice, world.charlie, world.alice):
        with door.entered(keys.asking(person.key)) as (tx, row):
            assert keys.known(row)[0].workspace_id == tx.workspace_id == person.who.workspace_id
            assert tx.column("select id from workspace") == [tx.workspace_id]
        assert left(door) == CLEAN


def test_nobody_is_bound_where_nobody_is_found(door: Door) -> None:
    with door.entered(keys.asking(keys.make())) as (tx, row):
        assert (row, tx.bound) == ({}, None)
        assert tx.value("select count(*) from workspace") == 0
    assert door.find(keys.asking(keys.make())) == {}
    assert left(door) == CLEAN


def test_to_find_somebody_binds_nothing(world: World, door: Door) -> None:
    assert door.find(keys.asking(world.alice.key))["workspace_id"] == world.alice.who.workspace_id
    assert left(door) == CLEAN


def test_what_fails_leaves_nothing_behind(world: World, door: Door) -> None:
    asking = keys.asking(world.alice.key)
    with pytest.raises(psycopg.errors.DivisionByZero), door.entered(asking) as (tx, _):
        tx.value("select 1 / 0")
    assert left(door) == CLEAN
    door.ahead.append(Ahead("wrong", "select 1 / 0"))
    with pytest.raises(psycopg.errors.DivisionByZero), door.entered(asking):
        pass
    assert left(door) == CLEAN


def test_fields_read_ahead_are_those_of_now(world: World, door: Door) -> None:
    with door.entered(keys.asking(world.alice.key)) as (tx, _):
        create(tx, world.alice.who, NewField("Size", "dropdown", "size", ("Big", "Small")))
        assert catalogue(tx).get("custom.size").options == ("Big", "Small")
        (field,) = custom_fields(tx)
        assert isinstance(field, CustomField)
    with door.entered(keys.asking(world.alice.key)) as (tx, _):
        assert "custom.size" in catalogue(tx)
        assert custom_fields(tx) == [field]
    with door.entered(keys.asking(world.charlie.key)) as (tx, _):
        assert "custom.size" not in catalogue(tx)
