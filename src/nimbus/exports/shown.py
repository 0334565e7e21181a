"""Exports as the API and the pages show them."""

from __future__ import annotations

from starlette.responses import FileResponse, Response

from nimbus import files
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.exports.columns import columns
from nimbus.exports.columns import header as named
from nimbus.exports.export import MEDIA, Export
from nimbus.exports.shapes import Manifest, ShownExport
from nimbus.fields import Field
from nimbus.fields.read import catalogue
from nimbus.problems import Problem
from nimbus.web.route import Ask


def shown(tx: Tx, export: Export) -> ShownExport:
    return ShownExport(
        id=export.shown_id,
        status=export.status,
        format=export.format,
        columns=[field.key for field in _fields(tx, export)],
        words=export.words,
        name=export.name,
        selected=export.selected,
        done=export.done,
        rows=export.rows,
        size=export.size,
        message=export.message,
        job_id=ids.show("job", export.job_id),
        made_by=export.made_by,
        created_at=export.created_at,
        expires_at=export.expires_at,
    )


def manifest(tx: Tx, export: Export) -> Manifest:
    """Raises Problem(conflict) while there is no file."""
    if export.rows is None or export.size is None or export.sha256 is None:
        raise _unfinished(export)
    header = export.header or named(columns(_fields(tx, export), catalogue(tx)), export.format)
    return Manifest(
        file=export.name,
        format=export.format,
        columns=header,
        rows=export.rows,
        selected=export.selected,
        filter=export.words,
        size=export.size,
        sha256=export.sha256.hex(),
        made_by=export.made_by,
        made_at=export.created_at,
    )


def download(ask: Ask, export: Export) -> Response:
    """The file. Raises Problem(conflict) while there is none."""
    path = files.path_of(ask.instance.files, ask.tx.workspace_id, export.file_id)
    if export.size is None or not path.exists():
        raise _unfinished(export)
    return FileResponse(path, media_type=MEDIA[export.format], filename=export.name)


def _unfinished(export: Export) -> Problem:
    return Problem(
        "conflict", f"This export is {export.status}: there is a file once it is done.",
        status=export.status,
    )  # fmt: skip


def _fields(tx: Tx, export: Export) -> list[Field]:
    """Those that are still there."""
    known = catalogue(tx)
    refs = {field.ref: field for field in known}
    return [refs[ref] for ref in export.columns if ref in refs]
