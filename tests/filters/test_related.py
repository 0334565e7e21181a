"""What lies beside the contact, in the real tables: compiled SQL means what Python says (G-24)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import Catalogue
from nimbus.filters import Filter, Not, Params, Source, compile, describe, evaluate, parse
from nimbus.problems import Problem
from tests.conftest import World

from .related_sample import Questions, people

# `make soak` asks 10,000 trees (G-24), of another seed each time.
TREES = int(os.environ.get("NIMBUS_SOAK_TREES", "240"))
SEED = 5 if TREES == 240 else int(time.time())
TOGETHER = 20  # So many are asked in one statement.


@dataclass
class Crowd:
    tx: Tx
    known: Catalogue
    rows: list[dict[str, Any]]

    def found(self, filters: list[Filter]) -> list[list[UUID]]:
        """Who each filter finds, all asked in one statement."""
        params = Params(self.tx.now)
        columns = [
            sql.SQL("array(select m.id from contact m where m.workspace_id = %(workspace)s and {})"
                    ).format(compile(filter, Source("m", table=True), params))
            for filter in filters
        ]  # fmt: skip
        statement = sql.SQL("select {}").format(sql.SQL(", ").join(columns))
        values = {**params.values, "workspace": self.tx.workspace_id}
        row = self.tx.connection.execute(statement, values).fetchone()
        assert row
        return [sorted(ids) for ids in row]

    def meant(self, filter: Filter) -> list[UUID]:
        return sorted(row["id"] for row in self.rows if evaluate(filter, row, self.tx.now))


@pytest.fixture
def crowd(world: World) -> Iterator[Crowd]:
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        people(tx, world.charlie.client.id, 2, 12)  # Nobody of another workspace is ever found.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        yield Crowd(tx, *people(tx, world.alice.client.id, seed=1, count=60))


def agree(crowd: Crowd, data: list[Any]) -> None:
    filters = [parse(one, crowd.known) for one in data]
    for one, filter, found in zip(data, filters, crowd.found(filters), strict=True):
        assert found == crowd.meant(filter), f"seed {SEED}: {json.dumps(one)}"
    opposite = crowd.found([Not(filter) for filter in filters])
    everybody = sorted(row["id"] for row in crowd.rows)
    for filter, others in zip(filters, opposite, strict=True):
        assert sorted([*crowd.meant(filter), *others]) == everybody


def test_sql_is_the_python_meaning_beside_the_contact(crowd: Crowd) -> None:
    some = Questions(crowd.known, crowd.rows, SEED)
    for _ in range(TREES // TOGETHER):
        agree(crowd, [some.tree() for _ in range(TOGETHER)])


def test_by_hand(crowd: Crowd) -> None:
    """What both could get wrong alike."""

    def count(field: str, op: str, value: Any = None) -> int:
        asked = parse({"field": field, "op": op, "value": value}, crowd.known)
        return len(crowd.found([asked])[0])

    everybody = len(crowd.rows)
    assert count("suppression.layer", "eq", "workspace") == 15
    beneath = [row for row in crowd.rows if row["email_domain"] == "mail.acme.example"]
    held = count("suppression.reason", "eq", "customer")
    assert 0 < held <= len(beneath)
    assert count("clicks", "eq", 0) == 30
    assert count("clicks", "lt", 1) + count("clicks", "gte", 1) == everybody
    assert count("clicks", "is_empty") == 0
    states = [count("assignment.state", "eq", state) for state in ("none", "active", "expired")]
    assert sum(states) == everybody
    assert min(states) > 0
    with pytest.raises(Problem, match="There is no import"):
        count("import", "ne", "imp_01h455vb4pex5vsknk084sn02q")
    with pytest.raises(Problem, match="the id of a company"):
        count("company.id", "eq", "cont_01h455vb4pex5vsknk084sn02q")


def test_ranges_of_custom_values_are_asked_of_their_marks(crowd: Crowd) -> None:
    """Which an index serves; and the marks alone lose nobody, whatever the numbers are."""
    place = "number_place({}::numeric)"
    for low, high in ((5, 70), (-3, -3), (999, 1000), (7.25, 1001.25), (0, 10**14)):
        asked = {"field": "custom.a_number", "op": "between", "value": [low, high]}
        filter = parse(asked, crowd.known)
        piece = compile(filter, Source("m", table=True), Params(crowd.tx.now)).as_string(None)
        assert '"m"."marks" && range_marks(' in piece
        field = crowd.known.get("custom.a_number")
        kept = crowd.tx.column(
            f"select id from contact where workspace_id = %s and marks && range_marks(%s, "
            f"{place.format('%s')}, {place.format('%s')}) order by id",
            [crowd.tx.workspace_id, field.column, low, high],
        )
        assert set(crowd.meant(filter)) <= set(kept)
    near = crowd.tx.value(
        "select count(*) from contact where workspace_id = %s and marks && "
        "range_marks(%s, 7100, 7100)",
        [crowd.tx.workspace_id, field.column],
    )
    assert 0 < near < len(crowd.rows) / 2


def test_an_import_is_called_by_its_name(crowd: Crowd) -> None:
    (shown, *_) = sorted({id for row in crowd.rows for id in row["import"]})
    name = crowd.tx.value(
        "select name from import_job where workspace_id = %s and id = %s",
        [crowd.tx.workspace_id, shown],
    )
    asked = parse({"field": "import", "op": "in", "value": [ids.show("imp", shown)]}, crowd.known)
    assert describe(asked) == f"Import is “{name}”"
