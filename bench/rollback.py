"""How long it takes to roll a whole import back, half of it new and half updates (G-01).

`python -m bench.rollback --rows 100000 [--json]`

100 contacts are edited by hand between the import and its rollback.

`seconds`   of the rollback
`kept`      contacts that it kept and listed: the 100, no more and no fewer
`equal`     whether everything else is as before the import: contacts, companies, assignments
`undo_seconds`, `undo_equal`   the same of undoing the rollback, against the state before it
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench.imports import PREPARED, _file, _import, _instance, _settle
from nimbus import operations
from nimbus.access.who import Who
from nimbus.accounts.client import Client
from nimbus.db.instance import Instance
from nimbus.imports import rollback
from nimbus.imports.find import find
from nimbus.jobs import Context
from nimbus.operations import Operation
from nimbus.operations.undo_job import run_undo

EDITS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with _instance() as (here, workspace, client):
        result = measure(here, workspace, client, asked.rows)
    print(json.dumps(result) if asked.json else json.dumps(result, indent=2))


def measure(here: Instance, workspace: UUID, client: Client, rows: int) -> dict[str, Any]:
    file = _file(rows)
    _import(here, workspace, client, _former(file))
    _settle(here)
    before = _export(here, workspace)
    done, import_seconds = _import(here, workspace, client, file)
    _edit(here, workspace, before)
    after = _export(here, workspace)
    seconds, counts, message = _undo(here, workspace, done.id, rollback.roll_back)
    back = _export(here, workspace)
    undo_seconds, _, _ = _undo(here, workspace, done.id, rollback.undo_roll_back)
    again = _export(here, workspace)
    edited = {id for id, row in after["contact"].items() if "Edited" in row}
    return {
        "rows": rows,
        "imported": done.imported,
        "updated": done.updated,
        "import_seconds": round(import_seconds, 2),
        "seconds": round(seconds, 2),
        "kept": counts.get("contact_kept", 0),
        "equal": _equal(before, back, edited),
        "message": message,
        "undo_seconds": round(undo_seconds, 2),
        "undo_equal": _equal(after, again, edited),
    }


def _former(file: Path) -> Path:
    """Every other person of the file, with another title, tag and industry."""
    path = PREPARED / f"former-{file.name}"
    if not path.exists():
        with (
            open(file, encoding="utf-8", newline="") as source,
            open(path, "w", encoding="utf-8", newline="") as out,
        ):
            header, *people = csv.reader(source)
            table = csv.writer(out)
            table.writerow(header)
            for row in people[::2]:
                table.writerow([*row[:3], f"Former {row[3]}", *row[4:7], "Before", *row[8:13], "x"])
    return path


def _edit(here: Instance, workspace: UUID, before: dict[str, dict[UUID, str]]) -> None:
    """A person gives 50 contacts of before and 50 new ones another title."""
    who = Who("person", workspace, "Somebody")
    with here.door.workspace(workspace) as tx:
        ids: list[UUID] = tx.column(
            "select id from contact where workspace_id = %s order by id", [workspace]
        )
        old = [id for id in ids if id in before["contact"]][: EDITS // 2]
        new = [id for id in ids if id not in before["contact"]][: EDITS - len(old)]
        operation: Operation = operations.start(tx, who, "contact.update", "api")
        tx.run(
            """
            with changed as (
                update contact set title = 'Edited', updated_at = %(now)s
                where workspace_id = %(workspace)s and id = any (%(ids)s)
                returning id, old.title as before, new.title as after
            )
            insert into change
                (workspace_id, operation_id, thing, thing_id, kind, before, after)
            select %(workspace)s, %(operation)s, 'contact', id, 'updated',
                jsonb_build_object('title', before), jsonb_build_object('title', after)
            from changed
            on conflict do nothing
            """,
            {"workspace": workspace, "operation": operation.id, "now": tx.now, "ids": old + new},
        )


def _undo(
    here: Instance, workspace: UUID, import_id: UUID, ask: Any
) -> tuple[float, dict[str, int], str | None]:
    with here.door.workspace(workspace) as tx:
        ask(tx, Who("person", workspace, "Somebody"), "api", import_id)
        last = rollback.last_undo(tx, find(tx, import_id))
        assert last
        tx.run("delete from procrastinate_jobs")
    began = time.monotonic()
    run_undo.run(Context(here, workspace), job_id=str(last.job_id), operation_id=str(last.id))
    seconds = time.monotonic() - began
    with here.door.workspace(workspace) as tx:
        last = rollback.last_undo(tx, find(tx, import_id))
        assert last
    if not last.is_done:
        raise SystemExit(f"The job stands at {last.status}: {last.message}")
    return seconds, last.counts, last.message


# What there is, row by row: as nobody sees when it was written, and without what a rollback put
# into the trash, which counts as nothing (D-29).
_EXPORT = {
    "contact": """
        select id, md5((to_jsonb(c) - '{updated_at,tags}'::text[])::text
            || array(select unnest(tags) order by 1)::text) || coalesce(title, '')
        from contact c
        where workspace_id = %s and deletion_reason is distinct from 'import_rollback'
    """,
    "company": """
        select id, (to_jsonb(k) - 'updated_at')::text from company k where workspace_id = %s
    """,
    "assignment": """
        select c.id, a.client_id::text || upper(a.valid)::text
        from client_assignment a
        join contact c on c.workspace_id = a.workspace_id and c.email_key = a.email_key
        where a.workspace_id = %s and upper(a.valid) > now()
            and c.deletion_reason is distinct from 'import_rollback'
    """,
}


def _export(here: Instance, workspace: UUID) -> dict[str, dict[UUID, str]]:
    with psycopg.connect(here.logins.migrate) as connection:
        return {
            name: dict(connection.execute(query, [workspace]).fetchall())  # type: ignore[call-overload]
            for name, query in _EXPORT.items()
        }


def _equal(
    one: dict[str, dict[UUID, str]], other: dict[str, dict[UUID, str]], edited: set[UUID]
) -> bool:
    """But for the contacts that were edited, and companies that only they still have."""
    return all(
        {id: row for id, row in one[name].items() if id not in edited}
        == {id: row for id, row in other[name].items() if id not in edited}
        for name in ("contact", "assignment")
    ) and all(other["company"].get(id) == row for id, row in one["company"].items())


if __name__ == "__main__":
    main()
