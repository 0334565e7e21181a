"""An import from the command line: written like the API does, followed on its progress row."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Rollback
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from nimbus import files
from nimbus.access.who import Who, system
from nimbus.accounts.client import Client, client_for, workspace
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.fields.read import catalogue
from nimbus.imports import mapping
from nimbus.imports.create import Given, create, proposal
from nimbus.imports.find import find
from nimbus.imports.import_job import OUTCOMES, STATIONS, ImportJob, ImportOptions
from nimbus.imports.preview import preview
from nimbus.imports.proposal.propose import Proposal
from nimbus.imports.reader.delimiter import delimiter_of
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.resume import dialect_of
from nimbus.imports.stages.run import run
from nimbus.jobs import LostJob
from nimbus.jobs.lease import worker_is_alive

# `nimbus import` ends with these (design §8).
COMPLETE, FAILED, WAITING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks for."""

    file: Path
    workspace_id: UUID
    client_id: UUID | None = None
    mapping: Any = None
    options: ImportOptions = field(default_factory=ImportOptions)


@dataclass(frozen=True, slots=True)
class Answer:
    """The exit code, and what is printed as JSON."""

    code: int
    data: dict[str, Any]


def import_file(instance: Instance, order: Order, console: Console) -> Answer:
    """Import the file and wait for its end. Works itself when no worker's heartbeat is fresh.

    Ctrl-C leaves the job to the next worker. Raises Problem when the file or the options are not
    accepted.
    """
    order = _plain(order)
    who = system(order.workspace_id, "nimbus import")
    with instance.door.workspace(order.workspace_id) as tx, open(order.file, "rb") as source:
        workspace(tx)
        client = client_for(tx, who, order.client_id)
        made = create(
            tx, instance, who, client, source, order.file.name, order.options,
            Given(order.mapping), through="cli",
        )  # fmt: skip
    if made.status == "awaiting_mapping":
        return _waiting(instance, order, made)
    try:
        done = _follow(instance, order.workspace_id, made.id, console)
    except KeyboardInterrupt:
        console.print(
            f"Left to the next worker: {ids.show('imp', made.id)} goes on with nimbus serve or "
            "nimbus work."
        )
        raise
    return Answer(_code(done), summary(done))


def _follow(instance: Instance, workspace_id: UUID, import_id: UUID, console: Console) -> ImportJob:
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[counts]}"),
        TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal,
    ) as shown:  # fmt: skip
        bar = shown.add_task("queued", total=None, counts="")
        while True:
            found, alive = _look(instance, workspace_id, import_id)
            _show(shown, bar, found)
            if found.is_over or found.status in ("paused", "awaiting_mapping"):
                return found
            if alive:
                time.sleep(0.25)
                continue
            try:
                run(instance, workspace_id, import_id)
            except LostJob:
                time.sleep(0.5)


def _look(instance: Instance, workspace_id: UUID, import_id: UUID) -> tuple[ImportJob, bool]:
    with instance.door.workspace(workspace_id) as tx:
        return find(tx, import_id), worker_is_alive(tx)


def _show(shown: Progress, bar: TaskID, found: ImportJob) -> None:
    known = found.stages.get(found.status, {})
    station = STATIONS.index(found.status) if found.status in STATIONS else len(STATIONS) - 1
    shown.update(
        bar,
        description=f"{found.status} ({station + 1}/{len(STATIONS)})",
        completed=known.get("done", 0),
        total=known.get("total"),
        counts=f"{found.decided:,} of {found.total:,} rows decided",
    )


def preview_file(instance: Instance, order: Order) -> Answer:
    """What the first 100 rows would become (S1-71). The import is made, tried and taken back, as
    by the API."""
    order = _plain(order)
    who = system(order.workspace_id, "nimbus import")
    answer: Answer | None = None
    with (
        instance.door.workspace(order.workspace_id) as tx, open(order.file, "rb") as source,
        tx.connection.transaction(),
    ):  # fmt: skip
        workspace(tx)
        client = client_for(tx, who, order.client_id)
        made = create(
            tx, instance, who, client, source, order.file.name,
            replace(order.options, confirm=True), Given(order.mapping), through="cli",
        )  # fmt: skip
        path = files.path_of(instance.files, order.workspace_id, made.file_id)
        try:
            answer = _tried(tx, instance, who, client, path, made, order.options)
        finally:
            path.unlink(missing_ok=True)
        raise Rollback
    assert answer  # noqa: S101 - mypy takes no notice of Rollback
    return answer


def _tried(
    tx: Tx, instance: Instance, who: Who, client: Client, path: Path, made: ImportJob,
    options: ImportOptions,
) -> Answer:  # fmt: skip
    dialect = dialect_of(made)
    if made.mapping is None:
        return Answer(WAITING, _proposed(proposal(path, dialect, catalogue(tx))))
    settled = mapping.load(made.mapping)
    report = preview(tx, instance, who, client, path, dialect, settled, options)
    rows = [
        {
            "row": row.row_no, "line": row.line, "email": row.email, "status": row.status,
            "reason": row.reason, "name": row.full_name, "company": row.company,
            "icp_tier": row.icp_tier, "lead_score": row.lead_score, "grade": row.grade,
        }
        for row in report.rows
    ]  # fmt: skip
    return Answer(
        COMPLETE,
        {"status": "preview", "total": len(rows), **report.counts, "rows": rows},
    )


def _plain(order: Order) -> Order:
    """With the delimiter as the sign that it is, as the API keeps it. Raises Problem."""
    delimiter = delimiter_of(order.options.delimiter)
    return replace(order, options=replace(order.options, delimiter=delimiter))


def _waiting(instance: Instance, order: Order, made: ImportJob) -> Answer:
    with instance.door.workspace(order.workspace_id) as tx:
        path = files.path_of(instance.files, order.workspace_id, made.file_id)
        assert made.dialect  # noqa: S101 - set when the import was made
        proposed = proposal(path, Dialect(**made.dialect), catalogue(tx))
    return Answer(WAITING, {**summary(made), **_proposed(proposed)})


def _proposed(proposed: Proposal) -> dict[str, Any]:
    return {
        "message": "No column could be recognised as the email. Say which one it is with --mapping "
        "FILE.json, such as {\"Contact address\": \"email\"}.",
        "proposal": [
            {"column": c.index, "header": c.header, "field": c.field_key, "samples": c.samples,
             "problems": c.problems}
            for c in proposed.columns
        ],
    }  # fmt: skip


def summary(found: ImportJob) -> dict[str, Any]:
    """The import as `nimbus import --json` prints it (design §8)."""
    return {
        "import_id": ids.show("imp", found.id),
        "status": found.status,
        "total": found.total,
        **{outcome: getattr(found, outcome) for outcome in OUTCOMES},
        "unchanged": found.unchanged,
        "repeated": found.repeated,
        "consent_protected": found.consent_protected,
        "seconds": found.seconds,
        "message": found.message,
        "warnings": found.warnings,
    }


def _code(found: ImportJob) -> int:
    if found.status == "complete":
        return COMPLETE
    return WAITING if found.status in ("paused", "awaiting_mapping") else FAILED


def say(console: Console, answer: Answer) -> None:
    """The answer for a person."""
    data = answer.data
    console.print(f"[bold]{data['status']}[/bold]" if "status" in data else "waiting")
    for name in ("total", *OUTCOMES):
        if name in data:
            console.print(f"  {name:<11}{data[name]:>10,}")
    for words in (data.get("message"), *data.get("warnings", [])):
        if words:
            console.print(words, markup=False)
    for column in data.get("proposal", []):
        console.print(f"  {column['header']:<28} → {column['field'] or '(left out)'}", markup=False)
    for row in data.get("rows", []):
        score = "" if row["lead_score"] is None else row["lead_score"]
        console.print(
            f"  {row['line']:>6}  {row['status']:<11}{row['email'] or '':<36}"
            f"{row['icp_tier'] or '':<3}{score:<5}{row['reason'] or ''}", markup=False,
        )  # fmt: skip


__all__ = ["Answer", "Order", "import_file", "preview_file", "say", "summary"]
