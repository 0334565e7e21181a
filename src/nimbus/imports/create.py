"""A new import: the file kept, its dialect found, its mapping settled, its job queued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus import files
from nimbus.access.who import Who
from nimbus.accounts.client import Client
from nimbus.consent import warning_for
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.fields import Catalogue
from nimbus.fields.read import catalogue
from nimbus.imports import mapping, steering
from nimbus.imports.defaults import default_values
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob, ImportOptions
from nimbus.imports.mapping import ColumnMapping
from nimbus.imports.proposal.propose import Proposal, fingerprint, propose
from nimbus.imports.reader.read import first_rows
from nimbus.imports.reader.sniff import Dialect, sniff
from nimbus.imports.reader.workbook import as_text
from nimbus.imports.result_columns import RESULT_COLUMNS
from nimbus.imports.task import KIND, enqueue
from nimbus.jobs import job
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.problems import invalid

SAMPLE_ROWS = 100
# So many columns are named of those that are left out.
NAMED = 50


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with the file: a mapping as people write it, or the id of a saved one."""

    mapping: Any = None
    field_mapping_id: UUID | None = None


def create(
    tx: Tx, instance: Instance, who: Who, client: Client, source: BinaryIO, name: str,
    options: ImportOptions, given: Given, *, origin: str = "csv", through: str = "api",
    notes: Sequence[str] = (),
) -> ImportJob:  # fmt: skip
    """Keep the file, a workbook as CSV (F-06), and queue its import. Where no mapping is given,
    saved or sure, or the person is to confirm it, the import waits in `awaiting_mapping` (S1-15).
    `notes` are told with what was guessed about the file.

    Raises Problem for a file that is no table or has no header, and for options that do not fit;
    nothing is kept then.
    """
    default_values(options.defaults, catalogue(tx))
    most_bytes = instance.settings.upload_max_bytes
    with as_text(source, instance.settings.import_max_rows, most_bytes) as text:
        kept = files.store(tx, instance.files, text.file, name, "text/csv", most_bytes)
    path = files.path_of(instance.files, tx.workspace_id, kept.id)
    try:
        told = (*text.notes, *notes)
        return _make(tx, who, client, kept, path, told, options, given, origin, through)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _make(
    tx: Tx, who: Who, client: Client, kept: files.File, path: Path, notes: Sequence[str],
    options: ImportOptions, given: Given, origin: str, through: str,
) -> ImportJob:  # fmt: skip
    dialect = read_dialect(path, options, notes)
    settled = settle(tx, path, dialect, catalogue(tx), given, origin)
    import_id: UUID = tx.value("select uuidv7()")
    job_id = job.create(
        tx, who, KIND, f"Import {kept.name}", f"/imports/{ids.show('imp', import_id)}"
    )
    waits = settled is None or options.confirm
    tx.run(
        """
        insert into import_job
            (workspace_id, id, job_id, file_id, client_id, name, source, status, options, dialect,
             mapping, created_by, created_by_kind, created_by_id, created_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [tx.workspace_id, import_id, job_id, kept.id, client.id, kept.name, origin,
         "awaiting_mapping" if waits else "queued",
         Jsonb({**options.dump(), "through": through, "notes": notes}), Jsonb(asdict(dialect)),
         Jsonb(mapping.dump(settled)) if settled else None, who.name, who.kind, who.id, tx.now],
    )  # fmt: skip
    found = find(tx, import_id)
    operation = steering.begin(tx, who, through, "create", found)
    told: dict[str, object] = {"name": found.name, "source": origin, "status": found.status}
    log(tx, operation, "import", import_id, "created", None, told)
    if settled and not waits:
        start(tx, operation, found, settled)
    else:
        job.finish(tx, job_id, "paused", "Choose the columns to go on.")
    return find(tx, import_id)


def read_dialect(path: Path, options: ImportOptions, notes: Sequence[str] = ()) -> Dialect:
    """How the file is written; `notes` on how it came about go before what was guessed. Raises
    Problem when it has no header row (S1-05), and when it has nothing else, such as an export of an
    empty list, which would do nothing in all stages."""
    dialect = sniff(path, options.encoding, options.delimiter)
    if not dialect.has_header:
        raise invalid(
            f"Line {dialect.header_line:,} looks like a contact, not like a header. Add a first "
            "row with the names of the columns, such as Email, First name, Company.", "file",
        )  # fmt: skip
    if not first_rows(path, dialect, 1):
        raise invalid(
            f"There are no rows below the header on line {dialect.header_line:,}, so there is "
            "nothing to import. Export the list again and check that it has rows.", "file",
        )  # fmt: skip
    return replace(dialect, notes=(*notes, *dialect.notes))


def start(
    tx: Tx, operation: Operation, found: ImportJob, settled: list[ColumnMapping]
) -> None:  # fmt: skip
    """Save the mapping for the next file like this one, and let the import run (G-06)."""
    fields = catalogue(tx)
    mapping.check(settled, fields)
    assert found.dialect  # noqa: S101 - set when the import was made
    header = found.dialect["header"]
    saved = mapping.save(tx, operation, found.name, found.source, fingerprint(header), settled)
    targets = {fields.by_ref(c.field).key for c in settled if c.field}
    warning = warning_for(found.options.get("defaults", {}), targets)
    ignored = [c.header for c in settled if c.field is None and c.header not in RESULT_COLUMNS]
    # What was guessed about the file is for those too who never see the page of its columns.
    warnings = [*([warning] if warning else []), *found.dialect.get("notes", ())]
    if ignored:
        more = f" and {len(ignored) - NAMED:,} more" if len(ignored) > NAMED else ""
        warnings.append(f"Columns left out: {', '.join(ignored[:NAMED])}{more}.")
    tx.run(
        "update import_job set status = 'queued', mapping = %s, field_mapping_id = %s, "
        "warnings = %s where workspace_id = %s and id = %s",
        [Jsonb(mapping.dump(settled)), saved, Jsonb(warnings), tx.workspace_id, found.id],
    )
    log(tx, operation, "import", found.id, "updated", {"status": found.status, "mapping": None},
        {"status": "queued", "mapping": mapping.dump(settled)})  # fmt: skip
    enqueue(tx, found.id, found.job_id)


def settle(
    tx: Tx, path: Path, dialect: Dialect, fields: Catalogue, given: Given, origin: str
) -> list[ColumnMapping] | None:
    """The mapping given, else the one saved for such a file, else a sure proposal, else None."""
    header = list(dialect.header)
    if given.mapping is not None:
        return mapping.read(given.mapping, header, fields)
    if given.field_mapping_id is not None:
        return mapping.for_header(mapping.find(tx, given.field_mapping_id), header, fields)
    saved = mapping.saved(tx, origin, fingerprint(header))
    if saved is not None:
        return mapping.for_header(saved, header, fields)
    return confident(proposal(path, dialect, fields), fields)


def proposal(path: Path, dialect: Dialect, fields: Catalogue) -> Proposal:
    """What the columns probably are, from their headers and the first rows."""
    sample = [row.cells for row in first_rows(path, dialect, SAMPLE_ROWS)]
    return propose(list(dialect.header), sample, fields)


def confident(proposed: Proposal, fields: Catalogue) -> list[ColumnMapping] | None:
    """The proposal as a mapping when it knows which column is the email; else None."""
    found = from_proposal(proposed, fields)
    return found if any(column.field == "email" for column in found) else None


def from_proposal(proposed: Proposal, fields: Catalogue) -> list[ColumnMapping]:
    return [
        ColumnMapping(
            c.index, c.header, fields.get(c.field_key).ref if c.field_key else None, False,
            c.day_first,
        )
        for c in proposed.columns
    ]  # fmt: skip
