"""How fast "tag all that match" is, against the bare UPDATE of the same rows with the same log.

Part of `python -m bench.bulk`. Both are measured in turn: the whole action, from the request that
freezes the contacts to the end of its job, and one statement over tables with the same rows and
indexes.
"""

from __future__ import annotations

import resource
import statistics
import time
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from starlette.testclient import TestClient

from bench.crowd import Crowd, crowd
from nimbus.app import create
from nimbus.bulk.run import run_bulk
from nimbus.db import ids
from nimbus.db.instance import Instance
from nimbus.jobs import Context

WRITTEN = ("contact", "change")
LIMIT = 2.0

_BARE = """
with changed as (
    update bare_contact c
    set tags = array_append(c.tags, %(tag)s), updated_at = now()
    where c.workspace_id = %(workspace)s and not c.is_deleted
    returning c.id, old.tags as was, new.tags as now
)
insert into bare_change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, uuidv7(), 'contact', c.id, 'updated',
    jsonb_build_object('tags', c.was), jsonb_build_object('tags', c.now)
from changed c
"""


def measure(contacts: int, rounds: int) -> dict[str, Any]:
    """`ratio` of the medians, the seconds of both, and how much more memory the action took."""
    with crowd(contacts, "tagged") as (here, made):
        _make_bare(here)
        try:
            return _measured(here, made, rounds)
        finally:
            _drop_bare(here)


def _measured(here: Instance, made: Crowd, rounds: int) -> dict[str, Any]:
    ours: list[float] = []
    bare: list[float] = []
    freezing: list[float] = []
    began_with = _peak()
    tagged = 0
    with TestClient(create(here), headers={"Authorization": f"Bearer {made.key}"}) as http:
        for _ in range(rounds):
            tag = f"bench_{time.monotonic_ns()}"
            bare.append(_bare(here, made, tag))
            frozen, whole, tagged = _ours(here, http, made, tag)
            freezing.append(frozen)
            ours.append(whole)
    seconds, limit = statistics.median(ours), statistics.median(bare)
    return {
        "contacts": tagged, "ratio": round(seconds / limit, 2), "limit": LIMIT,
        "seconds": round(seconds, 2), "freezing_seconds": round(statistics.median(freezing), 2),
        "bare_update_seconds": round(limit, 2), "more_mb": round(_peak() - began_with, 1),
    }  # fmt: skip


def _ours(here: Instance, http: TestClient, made: Crowd, tag: str) -> tuple[float, float, int]:
    began = time.monotonic()
    answer = http.post("/api/v1/bulk/", json={"action": "tags", "options": {"add": [tag]}})
    frozen = time.monotonic() - began
    told = answer.json()
    if answer.status_code != 202:
        raise SystemExit(f"{answer.status_code}: {answer.text[:500]}")
    context = Context(here, made.workspace_id)
    run_bulk.run(context, str(ids.read("job", told["job_id"])), str(ids.read("op", told["id"])))
    whole = time.monotonic() - began
    done = http.get(f"/api/v1/bulk/{told['id']}/").json()
    if done["status"] != "done" or done["done"] != done["count"]:
        raise SystemExit(str(done))
    return frozen, whole, done["done"]


def _bare(here: Instance, made: Crowd, tag: str) -> float:
    with psycopg.connect(here.logins.migrate) as connection:
        values = {"workspace": UUID(made.workspace), "tag": tag}
        began = time.monotonic()
        connection.execute(_BARE, values)
        connection.commit()
        return time.monotonic() - began


def _make_bare(here: Instance) -> None:
    """Tables with the rows and indexes of those that are written."""
    _drop_bare(here)
    with psycopg.connect(here.logins.migrate, autocommit=True) as connection:
        for table in WRITTEN:
            names = sql.SQL(", ").join(
                sql.Identifier(name)
                for (name,) in connection.execute(
                    "select attname from pg_attribute where attrelid = %s::regclass "
                    "and attnum > 0 and not attisdropped and attgenerated = '' order by attnum",
                    [table],
                )
            )
            bare, like = sql.Identifier(f"bare_{table}"), sql.Identifier(table)
            connection.execute(
                sql.SQL("create table {} (like {} including all)").format(bare, like)
            )
            connection.execute(
                sql.SQL("insert into {} ({}) select {} from {}").format(bare, names, names, like)
            )
            connection.execute(sql.SQL("vacuum analyze {}").format(bare))
        connection.execute("vacuum analyze contact")


def _drop_bare(here: Instance) -> None:
    with psycopg.connect(here.logins.migrate, autocommit=True) as connection:
        for table in WRITTEN:
            bare = sql.Identifier(f"bare_{table}")
            connection.execute(sql.SQL("drop table if exists {}").format(bare))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
