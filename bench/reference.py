"""The application with bare handlers beside its own: what reading could cost at least.

They ask for no key, bind the workspace, run the SQL that the real handlers run, and write the rows
with a fast encoder.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from fastapi import FastAPI
from psycopg import sql
from psycopg.rows import dict_row
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.read import FILTERED, SIZE
from nimbus.app import create
from nimbus.contacts.paging import SORTS
from nimbus.contacts.read import ContactList, Reading, one
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.fields.read import catalogue
from nimbus.filters import parse

Statement = tuple[str, Any]


def recorded(tx: Tx, work: Callable[[], object]) -> list[Statement]:
    """The statements that the work runs, as text with their values."""
    found: list[Statement] = []
    real = {"rows": tx.rows, "listed": tx.listed, "row": tx.row, "value": tx.value}

    def recording(name: str) -> Callable[..., Any]:
        def run(query: Any, values: Any = None) -> Any:
            text = query if isinstance(query, str) else query.as_string(tx.connection)
            found.append((text, values))
            return real[name](query, values)

        return run

    for name in real:
        setattr(tx, name, recording(name))
    try:
        work()
    finally:
        for name, method in real.items():
            setattr(tx, name, method)
    return found


def app() -> FastAPI:
    made = create()
    workspace = UUID(os.environ["BENCH_WORKSPACE"])
    known: dict[str, list[Statement]] = {}

    def statements(tx: Tx, name: str, work: Callable[[], object]) -> list[Statement]:
        if name not in known:
            known[name] = recorded(tx, work)
        return known[name]

    def read_one(request: Request) -> Response:
        instance: Instance = request.app.state.instance
        id = UUID(request.path_params["id"])
        with instance.door.workspace(workspace) as tx:
            ((query, values),) = statements(tx, "one", lambda: one(tx, id))
            return _answer(tx, query, {**values, "id": id})

    def read_page(request: Request) -> Response:
        instance: Instance = request.app.state.instance

        def listed() -> None:
            asked = ContactList(parse(FILTERED, catalogue(tx)), sort=SORTS["lead_score_desc"])
            reading = Reading(tx, asked)
            reading.count(reading.page(SIZE))

        with instance.door.workspace(workspace) as tx:
            if "page" not in known:
                catalogue(tx)
            page, *counting = statements(tx, "page", listed)
            for query, values in counting:
                tx.connection.execute(sql.SQL(query), values).fetchall()  # type: ignore[arg-type]
            return _answer(tx, *page)

    made.router.routes[:0] = [
        Route("/reference/one/{id}", read_one),
        Route("/reference/page", read_page),
    ]
    return made


def _answer(tx: Tx, query: str, values: dict[str, Any]) -> Response:
    with tx.connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(sql.SQL(query), values).fetchall()  # type: ignore[arg-type]
    return Response(msgspec.json.encode(rows, enc_hook=str), media_type="application/json")
