"""Going on with an import that waits: for its mapping, or paused at a stage (S1-15, S1-56)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus import files
from nimbus.access.who import Who
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.fields.read import catalogue
from nimbus.imports import mapping, steering
from nimbus.imports.create import read_dialect, start
from nimbus.imports.defaults import default_values
from nimbus.imports.find import find, locked
from nimbus.imports.import_job import ImportJob, ImportOptions
from nimbus.imports.mapping import ColumnMapping
from nimbus.imports.proposal.propose import fingerprint
from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.task import enqueue
from nimbus.problems import Problem


def answer(
    tx: Tx, who: Who, through: str, found: ImportJob, settled: Sequence[ColumnMapping]
) -> None:  # fmt: skip
    """The mapping that the import waited for; it starts. Raises Problem(conflict) for one that
    waits no more, so that the second click starts nothing twice."""
    found = _waiting(tx, found.id)
    start(tx, steering.begin(tx, who, through, "start", found), found, list(settled))


def draft(
    tx: Tx, found: ImportJob, settled: Sequence[ColumnMapping], options: ImportOptions
) -> None:
    """Keep what has been decided so far; nothing is lost when the page is left (G-06)."""
    _waiting(tx, found.id)
    default_values(options.defaults, catalogue(tx))
    tx.run(
        "update import_job set mapping = %s, options = options || %s "
        "where workspace_id = %s and id = %s",
        [Jsonb(mapping.dump(settled)), Jsonb(options.dump()), tx.workspace_id, found.id],
    )


def reread(tx: Tx, instance: Instance, found: ImportJob, options: ImportOptions) -> None:
    """Read the file as somebody says it is written; the columns are proposed anew when they
    changed. Raises Problem when it cannot be read so."""
    _waiting(tx, found.id)
    path = files.path_of(instance.files, tx.workspace_id, found.file_id)
    dialect = read_dialect(path, options, found.options.get("notes", ()))
    kept = found.mapping if dialect.header == header_of(found) else None
    tx.run(
        "update import_job set dialect = %s, mapping = %s, options = options || %s "
        "where workspace_id = %s and id = %s",
        [Jsonb(asdict(dialect)), Jsonb(kept) if kept else None, Jsonb(options.dump()),
         tx.workspace_id, found.id],
    )  # fmt: skip


def resume(tx: Tx, import_id: UUID, enrich: bool | None = None) -> ImportJob:
    """Go on from the stage where the import paused, without re-upload (S1-56); `enrich=False` goes
    on without enrichment. Raises Problem(conflict) when it is not paused."""
    found = locked(tx, import_id)
    if found.pause_asked and found.status != "paused":
        raise Problem(
            "conflict", "This import pauses once its batch is done. Resume it when it is paused."
        )
    if found.status != "paused":
        status = found.status.replace("_", " ")
        raise Problem("conflict", f"This import is {status}, so it cannot be resumed.")
    options: dict[str, Any] = {} if enrich is None else {"enrich": enrich}
    tx.run(
        "update import_job set status = 'queued', message = null, pause_asked = null, "
        "options = options || %s "
        "where workspace_id = %s and id = %s",
        [Jsonb(options), tx.workspace_id, import_id],
    )
    enqueue(tx, import_id, found.job_id)
    return find(tx, import_id)


def options_of(found: ImportJob) -> ImportOptions:
    known = {key: found.options[key] for key in ImportOptions.__slots__ if key in found.options}
    return replace(ImportOptions(), **known)


def dialect_of(found: ImportJob) -> Dialect:
    stored = dict(found.dialect or {})
    for name in ("header", "notes"):
        stored[name] = tuple(stored.get(name, ()))
    return Dialect(**stored)


def header_of(found: ImportJob) -> tuple[str, ...]:
    return dialect_of(found).header


def is_as_last_time(tx: Tx, found: ImportJob) -> bool:
    """Whether its mapping is the one of the last file of its kind (G-06)."""
    header = header_of(found)
    saved = mapping.saved(tx, found.source, fingerprint(header))
    if saved is None:
        return False
    return mapping.dump(mapping.for_header(saved, header, catalogue(tx))) == found.mapping


def _waiting(tx: Tx, import_id: UUID) -> ImportJob:
    found = locked(tx, import_id)
    if found.status != "awaiting_mapping":
        raise Problem(
            "conflict",
            "The mapping of this import is settled: it has "
            f"{'been started' if found.status != 'cancelled' else 'been cancelled'} already. "
            "To import the file in another way, upload it again.",
        )
    return found
