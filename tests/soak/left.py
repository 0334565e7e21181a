"""Everything that an import leaves in the database, but for new ids and times: two runs of one file
over the same beginnings leave the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import psycopg
from psycopg.rows import dict_row

# What differs from run to run.
PASSING = frozenset(
    "id created_at updated_at assigned_until until company_id contact_id deleted_at started_at "
    "finished_at import_id operation_id thing_id email_key valid".split()
)
QUERIES = {
    "imports": "select status, message, total, imported, updated, unchanged, skipped, suppressed, "
    "errored, warnings, cancel_asked, pause_asked from import_job order by created_at",
    "contacts": "select c.*, k.domain as company from contact c "
    "left join company k on k.workspace_id = c.workspace_id and k.id = c.company_id "
    "order by c.workspace_id, c.email",
    "companies": "select * from company order by workspace_id, domain, name",
    "claims": "select a.*, email_key::text as of from client_assignment a order by email_key",
    "registry": "select g.*, email_key::text as of from global_contact g order by email_key",
    "ledger": "select * from import_row order by import_id, row_no",
    "changes": "select h.workspace_id, h.thing, h.kind, h.before, h.after, "
    "coalesce(c.email, k.domain, k.name) as what from change h "
    "left join contact c on c.workspace_id = h.workspace_id and c.id = h.thing_id "
    "left join company k on k.workspace_id = h.workspace_id and k.id = h.thing_id",
    "operations": "select kind, count(*) from operation group by kind order by kind",
    "staged": "select (select count(*) from import_stage) as rows, "
    "(select count(*) from import_company) as companies",
    "queue": "select count(*) from procrastinate_jobs where task_name = 'imports.run'",
    # Duplicates are looked for in a while, when it is quiet.
    "jobs": "select kind, status, held, done, total, message from job "
    "where kind <> 'duplicates.scan' order by created_at",
}


def left(admin: str) -> dict[str, Any]:
    """By kind of thing, as lines that can be compared; `admin` is a superuser's connection."""
    with psycopg.connect(admin, row_factory=dict_row) as connection:
        return {
            name: [_line(row) for row in connection.execute(query).fetchall()]  # type: ignore[arg-type]
            if name != "changes"
            else Counter(_line(row) for row in connection.execute(query).fetchall())  # type: ignore[arg-type]
            for name, query in QUERIES.items()
        }


def _line(row: dict[str, Any]) -> str:
    return re.sub(r"_import_\d{8}", "_import", json.dumps(_lasting(row), default=str))


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lasting(one) for key, one in value.items() if key not in PASSING}
    if isinstance(value, list):
        return [_lasting(one) for one in value]
    return value


def difference(expected: dict[str, Any], found: dict[str, Any]) -> str:
    """The first lines in which two runs differ; empty when they do not."""
    told = []
    for name in expected:
        was, now = Counter(expected[name]), Counter(found[name])
        told += [f"missing in {name}: {line}" for line in sorted((was - now).elements())[:3]]
        told += [f"too much in {name}: {line}" for line in sorted((now - was).elements())[:3]]
    return "\n".join(told)
