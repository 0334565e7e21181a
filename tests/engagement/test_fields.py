"""Events as fields of filters: SQL and Python agree, and S0-56 and S0-57 can be asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from nimbus.db.door import Tx
from nimbus.engagement.event import TYPES
from nimbus.fields.read import catalogue
from nimbus.filters import Params, Source, compile, describe, evaluate, parse
from nimbus.problems import Problem
from tests.conftest import World
from tests.contacts.contact_rows import add_contact
from tests.engagement.happening import happen

HOT = {
    "and": [
        {"field": "events.opened.last_1_days", "op": "gte", "value": 3},
        {"field": "events.email_replied.last_1_days", "op": "gte", "value": 1},
    ]
}
GHOST = {
    "and": [
        {"field": "events.sent.count", "op": "gte", "value": 8},
        {"field": "events.opened.count", "op": "eq", "value": 0},
    ]
}
QUIET = {"not": {"field": "events.any.last_at", "op": "within_last", "value": 7}}


def asked(tx: Tx, data: dict[str, Any], everybody: set[UUID]) -> set[UUID]:
    """Whom a filter finds, in SQL; and that Python says the same of each."""
    filter, params = parse(data, catalogue(tx)), Params(tx.now)
    found = set(
        tx.column(
            sql.SQL(
                "select m.id from contact m where m.workspace_id = %(workspace)s and {}"
            ).format(compile(filter, Source("m"), params)),
            {"workspace": tx.workspace_id, **params.values},
        )
    )
    for contact in everybody:
        assert evaluate(filter, values(tx, contact), tx.now) == (contact in found), describe(filter)
    return found


def values(tx: Tx, contact: UUID) -> dict[str, Any]:
    """What Python counts of a contact's events, under the keys of the fields asked for."""
    events = tx.rows(
        "select type, at from engagement_event where workspace_id = %s and contact_id = %s",
        [tx.workspace_id, contact],
    )
    told: dict[str, Any] = {}
    for type in (*TYPES, "any"):
        times = [event["at"] for event in events if type in (event["type"], "any")]
        if times:
            told |= {f"events.{type}.count": len(times), f"events.{type}.last_at": max(times)}
        for days in (1, 7, 30):
            lately = sum(tx.now - timedelta(days=days) < at <= tx.now for at in times)
            told |= {f"events.{type}.last_{days}_days": lately} if lately else {}
    row = tx.row("select * from contact where workspace_id = %s and id = %s",
                 [tx.workspace_id, contact])  # fmt: skip
    return {**(row or {}), **told}


def test_events_can_be_asked_for(world: World) -> None:
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        theirs = add_contact(tx)
        happen(tx, *[(theirs, "sent", 1)] * 9)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        hot, ghost, fan, fresh = (add_contact(tx) for _ in range(4))
        everybody = {hot, ghost, fan, fresh}
        happen(tx, *[(ghost, "sent", day) for day in range(9, 17)])
        happen(tx, *[(fan, "sent", day) for day in range(9, 17)], (fan, "opened", 9))
        happen(tx, *[(hot, "opened", n / 24) for n in range(3)], (hot, "replied", 0.5),
               (hot, "note", 40))  # fmt: skip
        assert asked(tx, HOT, everybody) == {hot}
        assert asked(tx, GHOST, everybody) == {ghost}
        assert asked(tx, QUIET, everybody) == {ghost, fan, fresh}
        for data, found in (
            ({"field": "events.any.count", "op": "eq", "value": 0}, {fresh}),
            ({"field": "events.any.last_7_days", "op": "lt", "value": 4}, {ghost, fan, fresh}),
            ({"field": "events.sent.last_30_days", "op": "between", "value": [1, 8]}, {ghost, fan}),
            ({"field": "events.note.last_at", "op": "before_last", "value": 30}, {hot}),
            ({"field": "events.replied.last_at", "op": "is_empty"}, {ghost, fan, fresh}),
            ({"field": "total_sent", "op": "gte", "value": 8}, {ghost, fan}),
            ({"field": "last_activity_at", "op": "within_last", "value": 1}, {hot}),
        ):  # fmt: skip
            assert asked(tx, data, everybody) == found, data
        assert describe(parse(HOT, catalogue(tx))) == (
            "Email opened: how often in the last 24 hours is at least 3, and email replied: how "
            "often in the last 24 hours is at least 1"
        )
        for key in ("events.guessed.count", "events.opened.last_0_days", "events.opened",
                    "events.opened.last_9999_days", "events.opened.first_at"):  # fmt: skip
            with pytest.raises(Problem, match="There is no field"):
                parse({"field": key, "op": "gte", "value": 1}, catalogue(tx))
