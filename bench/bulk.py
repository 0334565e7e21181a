"""How fast many contacts are created and changed by the API, against PostgreSQL's own COPY and
UPDATE of the same rows.

`python -m bench.bulk --contacts 50000 [--json] [--tag-all-only]`

`bulk_create.ratio`     a bulk create of 1,000 new contacts, the whole request, ÷ bare COPY of the
                        finished rows into tables with the same rows and indexes; 5 at most
`bulk_create.seconds`   of the request; 0.3 at most
`create.ms`             of a request that creates one contact
`tag_all.ratio`         tagging everybody, freezing and job, ÷ the bare UPDATE of the same rows with
                        the same log (`bench/tag_all.py`); 2 at most
`tag_all.more_mb`       what the memory of the process grew by

Medians, of creating of 20, limit and measure in turn, in a workspace that has so many contacts
already.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from starlette.testclient import TestClient

from bench import tag_all
from bench.imports import _columns, _dump, _file, _import, _instance, _settle
from nimbus.access.keys import issue
from nimbus.access.who import system
from nimbus.accounts.client import Client
from nimbus.app import create
from nimbus.db.instance import Instance
from nimbus.demo.people import HEADER, people
from nimbus.intake.create import MOST

WRITTEN = ("company", "contact", "global_contact", "client_assignment", "change")
ROUNDS, TAG_ROUNDS = 20, 3
LIMIT, SECONDS = 5.0, 0.3
# Where a program puts what the columns of the demo's file hold.
PATHS = {
    "First Name": "first_name", "Last Name": "last_name", "Email": "email", "Title": "title",
    "Phone": "phone", "City": "city", "State": "state", "Country": "country",
    "LinkedIn URL": "linkedin_url", "Company Domain": "company_domain",
}  # fmt: skip
COMPANY = {"Company": "name", "Industry": "industry", "Employees": "employee_count"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tag-all-only", action="store_true")
    asked = parser.parse_args()
    result: dict[str, Any] = {}
    if not asked.tag_all_only:
        with _instance() as (here, workspace, client):
            result = measure(here, workspace, client, asked.contacts)
    result["tag_all"] = tag_all.measure(asked.contacts, TAG_ROUNDS)
    print(json.dumps(result) if asked.json else json.dumps(result, indent=2))


def measure(here: Instance, workspace: UUID, client: Client, contacts: int) -> dict[str, Any]:
    if contacts:
        _import(here, workspace, client, _file(contacts, seed=11, domain="existing"))
    _settle(here)
    _make_bare(here)
    with here.door.workspace(workspace) as tx:
        _, key = issue(tx, system(workspace, "bench"), "bench", scopes=["contacts:write"])
    bulk: list[float] = []
    bare: list[float] = []
    single: list[float] = []
    with TestClient(create(here), headers={"Authorization": f"Bearer {key}"}) as http:
        for turn in range(ROUNDS + 1):
            rows = list(_objects(turn))
            since = _now(here)
            bulk.append(_post(http, "bulk/", {"contacts": rows}))
            bare.append(_bare_copy(here, since))
            single.append(_post(http, "", next(_objects(1_000 + turn))))
    # The first of each makes connections, caches and temporary tables.
    seconds, limit = statistics.median(bulk[1:]), statistics.median(bare[1:])
    return {
        "contacts": contacts,
        "bulk_create": {
            "rows": MOST, "ratio": round(seconds / limit, 2), "limit": LIMIT,
            "seconds": round(seconds, 3), "seconds_limit": SECONDS,
            "bare_copy_seconds": round(limit, 4), "slowest_seconds": round(max(bulk[1:]), 3),
        },
        "create": {"ms": round(1_000 * statistics.median(single[1:]), 1)},
    }  # fmt: skip


def _objects(turn: int) -> Iterator[dict[str, Any]]:
    """A thousand people whom nobody has seen yet, with companies of their own."""
    for row in people(MOST, seed=turn):
        cells = dict(zip(HEADER, row, strict=True))
        one: dict[str, Any] = {path: cells[name] for name, path in PATHS.items() if cells[name]}
        one["email"] = one["email"].replace("@", f"@turn{turn}-")
        one["company_domain"] = f"turn{turn}-{one['company_domain']}"
        one["company"] = {path: cells[name] for name, path in COMPANY.items()}
        one["company"]["employee_count"] = int(one["company"]["employee_count"])
        one["tags"] = [tag for tag in cells["Tags"].split("; ") if tag]
        yield one


def _post(http: TestClient, path: str, body: dict[str, Any]) -> float:
    began = time.monotonic()
    answer = http.post(f"/api/v1/contacts/{path}", json=body)
    seconds = time.monotonic() - began
    told = answer.json()
    if answer.status_code >= 400 or (path and told["meta"]["created"] != MOST):
        raise SystemExit(f"{answer.status_code}: {answer.text[:500]}")
    return seconds


def _now(here: Instance) -> Any:
    with psycopg.connect(here.logins.migrate) as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
    assert row
    return row[0]


def _make_bare(here: Instance) -> None:
    """Tables with the rows and indexes of those that are written."""
    with psycopg.connect(here.logins.migrate, autocommit=True) as connection:
        for table in WRITTEN:
            bare, names = sql.Identifier(f"bare_{table}"), _columns(connection, table)
            like, full = sql.Identifier(table), (bare, names, names, sql.Identifier(table))
            connection.execute(
                sql.SQL("create table {} (like {} including all)").format(bare, like)
            )
            connection.execute(sql.SQL("insert into {} ({}) select {} from {}").format(*full))
            connection.execute(sql.SQL("vacuum analyze {}").format(bare))


def _bare_copy(here: Instance, since: Any) -> float:
    """Seconds to COPY, in one transaction, the rows that were written since."""
    with psycopg.connect(here.logins.migrate) as connection:
        data = {table: _dump(connection, table, since) for table in WRITTEN}
        names = {table: _columns(connection, table) for table in WRITTEN}
        connection.commit()
        began = time.monotonic()
        with connection.cursor() as cursor:
            for table in WRITTEN:
                target = sql.Identifier(f"bare_{table}")
                statement = sql.SQL("copy {} ({}) from stdin").format(target, names[table])
                with cursor.copy(statement) as copy:
                    for part in data[table]:
                        copy.write(part)
        connection.commit()
        return time.monotonic() - began


if __name__ == "__main__":
    main()
