"""How fast an import is, against PostgreSQL's own COPY of what it writes.

`python -m bench.imports --rows 100000 [--existing 1000000] [--json]`

`ratio`        whole import ÷ bare COPY of the finished rows into the same tables with their indexes
`lean_ratio`   whole import ÷ bare COPY of the file's rows into one table with a unique email and an
               index on tags
`reimport_unchanged`, `reimport_changed`   the same file again, and with every title changed, ÷ the
               same bare COPY
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from nimbus import rooms
from nimbus.access.who import system
from nimbus.accounts.client import Client
from nimbus.accounts.create import create_workspace
from nimbus.db.instance import Instance, instance
from nimbus.demo.people import HEADER, people
from nimbus.imports.create import Given, create
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob, ImportOptions
from nimbus.imports.stages.run import run
from nimbus.settings import Settings

PREPARED = Path(__file__).parent / ".data"
WRITTEN = ("company", "contact", "global_contact", "client_assignment", "change", "import_row")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--existing", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with _instance() as (here, workspace, client):
        result = measure(here, workspace, client, asked.rows, asked.existing)
    print(json.dumps(result) if asked.json else json.dumps(result, indent=2))


@contextmanager
def _instance() -> Iterator[tuple[Instance, UUID, Client]]:
    folder = Path(tempfile.mkdtemp(prefix="nimbus-bench-"))
    folder.chmod(0o755)
    try:
        with instance(Settings(data=folder, import_max_rows=10_000_000)) as here:
            rooms.install(here.door)
            made = create_workspace(here.door, "Bench", "bench@nimbus.example", "bench password",
                                    starters=rooms.starters())  # fmt: skip
            yield here, made.workspace_id, made.client
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(
    here: Instance, workspace: UUID, client: Client, rows: int, existing: int
) -> dict[str, Any]:
    if existing:
        _import(here, workspace, client, _file(existing, seed=11, domain="existing"))
        _settle(here)
    file = _file(rows)
    before = _marks(here)
    done, seconds = _import(here, workspace, client, file)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    bare = _bare_copy(here, before)
    lean = _lean_copy(here, file)
    again, again_seconds = _import(here, workspace, client, file)
    changed, changed_seconds = _import(here, workspace, client, _file(rows, titles="Former "))
    return {
        "rows": rows,
        "existing": existing,
        "ratio": round(seconds / bare, 2),
        "lean_ratio": round(seconds / lean, 2),
        "rows_per_second": round(rows / seconds),
        "seconds": round(seconds, 2),
        "stages": done.seconds,
        "bare_copy_seconds": round(bare, 2),
        "lean_copy_seconds": round(lean, 2),
        "reimport_unchanged": _part(again, again_seconds, bare),
        "reimport_changed": _part(changed, changed_seconds, bare),
        "imported": done.imported,
        "peak_mb": peak,
    }


def _part(done: ImportJob, seconds: float, bare: float) -> dict[str, Any]:
    return {
        "ratio": round(seconds / bare, 2), "seconds": round(seconds, 2), "stages": done.seconds,
        "updated": done.updated, "unchanged": done.unchanged,
    }  # fmt: skip


def _file(rows: int, seed: int = 7, titles: str = "", domain: str = "") -> Path:
    PREPARED.mkdir(exist_ok=True)
    path = PREPARED / f"people-{rows}-{seed}-{titles.strip()}-{domain}.csv"
    if not path.exists():
        with open(path, "w", encoding="utf-8", newline="") as out:
            table = csv.writer(out)
            table.writerow(HEADER)
            for row in people(rows, seed):
                cells = list(row)
                cells[3] = titles + cells[3]
                if domain:
                    cells[2] = cells[2].replace("@", f"@{domain}-")
                    cells[6] = f"{domain}-{cells[6]}"
                table.writerow(cells)
    return path


def _import(here: Instance, workspace: UUID, client: Client, file: Path) -> tuple[ImportJob, float]:
    who = system(workspace, "bench")
    with here.door.workspace(workspace) as tx, open(file, "rb") as source:
        made = create(tx, here, who, client, source, file.name, ImportOptions(), Given())
        tx.run("delete from procrastinate_jobs")
    began = time.monotonic()
    run(here, workspace, made.id)
    seconds = time.monotonic() - began
    with here.door.workspace(workspace) as tx:
        done = find(tx, made.id)
    if done.status != "complete":
        raise SystemExit(f"The import stands at {done.status}: {done.message}")
    return done, seconds


def _settle(here: Instance) -> None:
    with psycopg.connect(here.logins.migrate, autocommit=True) as connection:
        for table in WRITTEN:
            connection.execute(sql.SQL("vacuum analyze {}").format(sql.Identifier(table)))


def _marks(here: Instance) -> dict[str, set[Any]]:
    """Nothing of what was there before is copied: the finished rows are those of this import."""
    with psycopg.connect(here.logins.migrate) as connection:
        row = connection.execute("select now()").fetchone()
        assert row
        return {"since": {row[0]}}


def _bare_copy(here: Instance, before: dict[str, set[Any]]) -> float:
    """Seconds to COPY the finished rows into empty tables of the same columns and indexes."""
    (since,) = before["since"]
    total = 0.0
    with psycopg.connect(here.logins.migrate, autocommit=True) as connection:
        for table in WRITTEN:
            data = _dump(connection, table, since)
            connection.execute(
                sql.SQL("create table {} (like {} including all)").format(
                    sql.Identifier(f"bare_{table}"), sql.Identifier(table)
                )
            )
            columns = _columns(connection, table)
            began = time.monotonic()
            with (
                connection.cursor() as cursor,
                cursor.copy(
                    sql.SQL("copy {} ({}) from stdin").format(
                        sql.Identifier(f"bare_{table}"), columns
                    )
                ) as copy,
            ):
                for part in data:
                    copy.write(part)
            total += time.monotonic() - began
            connection.execute(sql.SQL("drop table {}").format(sql.Identifier(f"bare_{table}")))
    return total


_SINCE = {
    "company": "created_at >= {}", "contact": "created_at >= {}",
    "global_contact": "created_at >= {}", "client_assignment": "lower(valid) >= {}",
    "change": "operation_id in (select id from operation where at >= {})",
    "import_row": "import_id in (select id from import_job where created_at >= {})",
}  # fmt: skip


def _dump(connection: psycopg.Connection, table: str, since: Any) -> list[bytes]:
    condition = sql.SQL(_SINCE[table]).format(since)  # type: ignore[arg-type]
    with (
        connection.cursor() as cursor,
        cursor.copy(
            sql.SQL("copy (select {} from {} where {}) to stdout").format(
                _columns(connection, table), sql.Identifier(table), condition
            )
        ) as copy,
    ):
        return [bytes(part) for part in copy]


def _columns(connection: psycopg.Connection, table: str) -> sql.Composed:
    names = connection.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 "
        "and not attisdropped and attgenerated = '' order by attnum",
        [table],
    ).fetchall()
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in names)


def _lean_copy(here: Instance, file: Path) -> float:
    with psycopg.connect(here.logins.migrate, autocommit=True) as connection:
        columns = ", ".join(f'"{name}" text' for name in HEADER)
        connection.execute(f"create table lean ({columns})")  # type: ignore[call-overload]
        connection.execute('create unique index on lean ("Email")')
        connection.execute('create index on lean ("Tags")')
        began = time.monotonic()
        with (
            open(file, "rb") as source,
            connection.cursor() as cursor,
            cursor.copy("copy lean from stdin with (format csv, header)") as copy,
        ):
            while part := source.read(1 << 20):
                copy.write(part)
        seconds = time.monotonic() - began
        connection.execute("drop table lean")
    return seconds


if __name__ == "__main__":
    main()
