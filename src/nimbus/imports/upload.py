"""A file that comes in, by a form or by the API: imported, or only tried."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import UploadFile
from psycopg import Rollback

from nimbus import files
from nimbus.accounts.client import Client, client_for
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.imports import mapping
from nimbus.imports.create import Given, create
from nimbus.imports.defaults import that_fit
from nimbus.imports.import_job import ImportJob, ImportOptions
from nimbus.imports.preview import preview
from nimbus.imports.reader.delimiter import delimiter_of
from nimbus.imports.reasons import around
from nimbus.imports.resume import dialect_of, options_of
from nimbus.imports.shapes import ShownPreview
from nimbus.imports.shown import shown_preview
from nimbus.problems import Problem, invalid
from nimbus.web.route import Ask

__all__ = [
    "Upload", "again", "bring", "delimiter_of", "name_of", "read_defaults", "read_given",
    "read_json", "try_out",
]  # fmt: skip

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with how it is to be imported."""

    file: UploadFile
    options: ImportOptions
    given: Given
    client_id: UUID | None = None


def bring(ask: Ask, upload: Upload, through: str) -> ImportJob:
    """Make it an import. Raises Problem; nothing is kept then, even where the caller goes on."""
    client = client_for(ask.tx, ask.who, upload.client_id)
    with ask.tx.connection.transaction():
        return _create(ask, upload, client, through)


def again(ask: Ask, found: ImportJob, through: str) -> ImportJob:
    """The file of an import that is over, once more, for its columns to be decided anew (S1-59).
    A default that no longer fits the fields is left out, and the import says so: nobody could take
    it out before. Raises Problem(conflict) for one that is not over, and where the file is not kept
    any more."""
    if not found.is_over:
        status = found.status.replace("_", " ")
        raise Problem(
            "conflict",
            f"This import is {status}, so its file cannot be imported again yet. Wait until it is "
            "over, or cancel it first.",
        )
    path = files.path_of(ask.instance.files, ask.tx.workspace_id, found.file_id)
    client = client_for(ask.tx, ask.who, found.client_id)
    kept = options_of(found)
    defaults, notes = that_fit(kept.defaults, catalogue(ask.tx))
    options = replace(kept, defaults=defaults, confirm=True)
    try:
        source = path.open("rb")
    except FileNotFoundError:
        raise Problem("conflict", "The file is not kept any more. Upload it again.") from None
    with source, ask.tx.connection.transaction():
        return create(
            ask.tx, ask.instance, ask.who, client, source, found.name, options, Given(),
            origin=found.source, through=through, notes=notes,
        )  # fmt: skip


def try_out(ask: Ask, upload: Upload) -> ShownPreview:
    """What the first 100 rows would become (S1-71). The import is made, tried and taken back."""
    client = client_for(ask.tx, ask.who, upload.client_id)
    held = replace(upload, options=replace(upload.options, confirm=True))
    with ask.tx.connection.transaction():
        made = _create(ask, held, client, "api")
        path = files.path_of(ask.instance.files, ask.tx.workspace_id, made.file_id)
        try:
            if made.mapping is None:
                raise invalid(
                    "No column is surely the email. Say in mapping which one is, such as "
                    '{"Contact": "email"}.', "mapping",
                )  # fmt: skip
            report = preview(
                ask.tx, ask.instance, ask.who, client, path, dialect_of(made),
                mapping.load(made.mapping), upload.options,
            )  # fmt: skip
        finally:
            path.unlink(missing_ok=True)
        rows = around(ask.tx, report.rows)
        told = shown_preview(report, made.mapping, catalogue(ask.tx), rows)
        raise Rollback
    return told


def _create(ask: Ask, upload: Upload, client: Client, through: str) -> ImportJob:
    # The handler may run again after a deadlock, and then reads the file from its start again.
    upload.file.file.seek(0)
    return create(
        ask.tx, ask.instance, ask.who, client, upload.file.file, name_of(upload.file),
        upload.options, upload.given, through=through,
    )  # fmt: skip


def name_of(file: UploadFile) -> str:
    """The file's own name without folders and signs that do not print."""
    last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, last)).strip()[:LONGEST_NAME] or "contacts.csv"


def read_given(text: str, field_mapping_id: str) -> Given:
    """The mapping of a form: its JSON, or the id of a saved one."""
    if text.strip() and field_mapping_id:
        raise invalid("Give a mapping or the id of a saved one, not both.", "mapping")
    saved = ids.read("fm", field_mapping_id, "field_mapping_id") if field_mapping_id else None
    return Given(read_json(text, "mapping"), saved)


def read_defaults(text: str) -> dict[str, str]:
    """Raw values by field key, as ImportOptions keeps them (S2-18)."""
    data = read_json(text, "defaults")
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise invalid("defaults is an object of field keys and values.", "defaults")
    found = {}
    for key, value in data.items():
        if not isinstance(value, str | int | float):
            raise invalid("A default is a text, a number, true or false.", f"defaults.{key}")
        found[key] = value if isinstance(value, str) else json.dumps(value)
    return found


def read_json(text: str, field: str) -> Any:
    """None when blank. Raises Problem that names the form's field."""
    if not text.strip():
        return None
    try:
        data: Any = json.loads(text)
        again = json.dumps(data, ensure_ascii=False)
        again.encode()
    except (ValueError, RecursionError):
        raise invalid(f"{field} is not JSON.", field) from None
    # PostgreSQL keeps no NUL in a text, nor in JSON.
    if "\\u0000" in again:
        raise invalid(f"{field} has a NUL character; leave it out.", field)
    return data
