"""Making and changing companies: many through the importer's own writer, or one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from psycopg import sql
from psycopg.errors import UniqueViolation

from nimbus import operations
from nimbus.access import Who
from nimbus.companies import given, resolve
from nimbus.companies.resolve import Brought
from nimbus.db import ids
from nimbus.db.door import TryAgain, Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import logged
from nimbus.operations.operation import Changed
from nimbus.problems import Problem

_SQL = beside(__file__, "write.sql")

Status = Literal["created", "updated", "unchanged", "invalid"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row: its company, or what is wrong with it."""

    status: Status
    id: UUID | None = None
    problem: Problem | None = None


def put(tx: Tx, who: Who, kind: str, through: str, rows: Sequence[Mapping[str, Any]]) -> list[
    Result
]:  # fmt: skip
    """Find or make each company by its domain, else by its name, and write what the rows bring, as
    an import does (S1-19, S1-20): blanks never overwrite. Rows of one company are one."""
    read = [_read(row) for row in rows]
    good = {at: row for at, row in enumerate(read) if not isinstance(row, Problem)}
    if not good:
        return [Result("invalid", problem=row) for row in read if isinstance(row, Problem)]
    operation = operations.start(tx, who, kind, through, subject="company")
    source: UUID = tx.value("select uuidv7()")
    brought = _brought(list(good.values()))
    resolve.fold(tx, source, _rows(good), brought)
    resolve.write(tx, operation, source, brought)
    resolve.forget(tx, source)
    values = {
        "workspace": tx.workspace_id, "operation": operation.id, "at": list(good),
        "domains": [row.get("domain") for row in good.values()],
        "keys": [row.get("name_key") for row in good.values()],
    }  # fmt: skip
    found = {row["at"]: row for row in tx.rows(_SQL["became"], values)}
    if changed := tuple({row["id"] for row in found.values() if row["kind"] == "updated"}):
        tx.changes.append(Changed("company", "updated", changed, frozenset(brought.columns)))
    return [
        Result("invalid", problem=row)
        if isinstance(row, Problem)
        else Result(_STATUS[found[at]["kind"]], found[at]["id"])
        for at, row in enumerate(read)
    ]


def known(tx: Tx, row: Mapping[str, Any]) -> UUID | None:
    """The company that `put` would find by what a row brings. Raises Problem that names the
    member."""
    read = _read(row)
    if isinstance(read, Problem):
        raise read
    values = {
        "workspace": tx.workspace_id, "operation": None, "at": [0],
        "domains": [read.get("domain")], "keys": [read.get("name_key")],
    }  # fmt: skip
    (found,) = tx.rows(_SQL["became"], values)
    company_id: UUID | None = found["id"]
    return company_id


_STATUS: dict[str | None, Status] = {"created": "created", "updated": "updated", None: "unchanged"}


def change(
    tx: Tx, who: Who, through: str, was: Mapping[str, Any], columns: Mapping[str, Any]
) -> operations.Operation | None:
    """Write columns of a company that is locked; its people follow, since they are joined to it
    (S0-26). Answers the operation, None where nothing is different. Raises Problem(conflict) with
    `existing_id` when another company has the key."""
    now = {**was, **columns}
    given.need_key(now)
    differing = [column for column in columns if now[column] != was[column]]
    if not differing:
        return None
    _refuse_taken(tx, now)
    operation = operations.start(
        tx, who, "company.change", through, subject="company", subject_id=was["id"]
    )
    told = [column for column in differing if column != "name_key"]
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), told)
    statement = sql.SQL(_SQL["change"]).format(
        sets=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder(column))
            for column in differing
        ),
        before=before,
        after=after,
    )
    try:
        tx.run(
            statement,
            {**{column: now[column] for column in differing}, "workspace": tx.workspace_id,
             "company": was["id"], "operation": operation.id, "now": tx.now},
        )  # fmt: skip
    except UniqueViolation:
        raise TryAgain from None
    tx.changes.append(Changed("company", "updated", (was["id"],), frozenset(told)))
    return operation


def remove(tx: Tx, who: Who, through: str, company_id: UUID) -> operations.Operation:
    """Delete a company, which the log keeps whole; whoever calls sees to its people, in the same
    operation, and that nobody is given the company meanwhile."""
    operation = operations.start(
        tx, who, "company.delete", through, subject="company", subject_id=company_id
    )
    tx.run(
        _SQL["remove"],
        {"workspace": tx.workspace_id, "company": company_id, "operation": operation.id},
    )
    return operation


def _read(row: Mapping[str, Any]) -> dict[str, Any] | Problem:
    try:
        read = {name: value for name, value in given.read(row).items() if value not in (None, [])}
        given.need_key(read)
    except Problem as problem:
        return problem
    return read


def _brought(rows: Sequence[Mapping[str, Any]]) -> Brought:
    named = {column for row in rows for column in row} - {"domain"}
    return Brought(tuple(sorted(named)))


def _rows(rows: Mapping[int, Mapping[str, Any]]) -> sql.Composable:
    """The rows as `resolve.fold` reads them: with the columns of `import_stage`."""
    data = [
        {"row_no": at, "domain_derived": False}
        | {f"company_{column}": value for column, value in row.items()}
        for at, row in rows.items()
    ]
    # The statement binds values of its own, for which a per cent sign stands.
    text = json.dumps(data).replace("%", "%%")
    return sql.SQL("select * from jsonb_populate_recordset(null::import_stage, {}::jsonb)").format(
        sql.Literal(text)
    )


def _refuse_taken(tx: Tx, now: Mapping[str, Any]) -> None:
    """One company has a domain, and one without a domain has a name."""
    values = {
        "workspace": tx.workspace_id, "company": now["id"], "domain": now["domain"],
        "key": now["name_key"],
    }  # fmt: skip
    taken: UUID | None = tx.value(_SQL["taken"], values)
    if taken:
        key = "domain" if now["domain"] else "name"
        raise Problem(
            "conflict", f"Another company has the {key} “{now[key]}”.", key,
            existing_id=ids.show("comp", taken),
        )  # fmt: skip
