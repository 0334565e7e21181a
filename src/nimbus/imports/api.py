"""Imports for programs: bring a file, watch it, answer for its mapping, read what became of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import File, Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from starlette.responses import Response

from nimbus import files
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.imports import downloads, kept, mapping, shapes
from nimbus.imports.cancel import cancel
from nimbus.imports.create import proposal
from nimbus.imports.find import find, recent, rows
from nimbus.imports.import_job import ImportJob, ImportOptions
from nimbus.imports.pause import pause
from nimbus.imports.reasons import around
from nimbus.imports.resume import answer, dialect_of, header_of, resume
from nimbus.imports.rollback import last_undo, roll_back, undo_roll_back
from nimbus.imports.shown import shown, shown_row
from nimbus.imports.steering import steered
from nimbus.imports.upload import (
    Upload,
    bring,
    delimiter_of,
    read_defaults,
    read_given,
    try_out,
)
from nimbus.intake.stages import BEHAVIORS, IN_TRASH
from nimbus.jobs.lease import worker_is_alive
from nimbus.operations.kept_page import kept_page
from nimbus.operations.shapes import KeptPage
from nimbus.operations.undo_job import latest
from nimbus.problems import Problem
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import Meta
from nimbus.web.route import ApiRouter, Ask, json_response
from nimbus.web.values import FromPage, an_id

router = ApiRouter("/api/v1/imports", "imports")

Outcome = Literal["imported", "updated", "skipped", "suppressed", "errored"]
Size = Annotated[int, Query(ge=1, le=500)]
Status = Annotated[Outcome | None, Query(description="Only rows of this outcome.")]
# A multipart form of text fields; JSON stands in them as text.
Text = Annotated[str, Form()]
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The file."}
}


class Mapping(BaseModel):
    """Which column goes to which field: by header, or a list of columns; null leaves one out."""

    model_config = ConfigDict(extra="forbid")

    mapping: Annotated[
        dict[str, Any] | list[dict[str, Any]],
        Field(examples=[{"E-Mail": "email", "Job": {"field": "title", "only_if_blank": True}}]),
    ]


class Resumption(BaseModel):
    model_config = ConfigDict(extra="forbid")

    enrich: Annotated[
        StrictBool | None, Field(description="false goes on without enrichment (S1-56).")
    ] = None


@router.at(
    "POST", "/", scope="imports:write", answers=shapes.ShownImport, status=202,
    responses={200: {"model": shapes.ShownPreview, "description": "The preview."}},
)  # fmt: skip
def create_import(
    ask: Ask,
    file: Annotated[UploadFile, File(description="A table with a header row (S1-05).")],
    field_mapping_id: Annotated[
        str, Form(), an_id("fm", "A saved mapping, `fm_…`.", blank=True)
    ] = "",
    mapping: Annotated[str, Form(description='JSON: {"E-Mail": "email", "Notes": null}.')] = "",
    client_id: Annotated[
        str, Form(), an_id("client", "Required in agency mode (D-14).", blank=True)
    ] = "",
    dedup_behavior: Annotated[str, Form(json_schema_extra={"enum": list(BEHAVIORS)})] = "update",
    in_trash: Annotated[str, Form(json_schema_extra={"enum": list(IN_TRASH)})] = "skip",
    defaults: Annotated[str, Form(description="JSON of field keys and values (S2-18).")] = "",
    encoding: Annotated[str, Form(max_length=40, description="Found out when left out.")] = "",
    delimiter: Annotated[str, Form(max_length=10, description="Found out when left out.")] = "",
    enrich: Annotated[bool, Form(description="Ask the providers for more (S1-33).")] = False,
    force_refresh: Annotated[bool, Form(description="Also where the cache knows.")] = False,
    preview: Annotated[bool, Form(description="Try 100 rows, write nothing (S1-71).")] = False,
) -> shapes.ShownImport | Response:
    """Import a file. Without a mapping that is given, saved or sure it waits for one (S1-15)."""
    options = ImportOptions(
        dedup_behavior, in_trash, read_defaults(defaults), encoding.strip() or None,
        delimiter_of(delimiter), enrich, force_refresh,
    )  # fmt: skip
    client = ids.read("client", client_id, "client_id") if client_id else None
    upload = Upload(file, options, read_given(mapping, field_mapping_id), client)
    if preview:
        return json_response(try_out(ask, upload), 200)
    return _shown(ask, bring(ask, upload, "api"))


@router.at("GET", "/", scope="imports:read", answers=shapes.ImportPage)
def list_imports(ask: Ask, cursor: FromPage = None, page_size: Size = 50) -> shapes.ImportPage:
    """Every import, newest first."""
    seal = _seal(ask, "imports")
    at = seal.open(cursor) if cursor else None
    found = recent(ask.tx, page_size + 1, at.id if at else None)
    page, more = found[:page_size], len(found) > page_size
    total: int = ask.tx.value(
        "select count(*) from import_job where workspace_id = %s", [ask.tx.workspace_id]
    )
    following = seal.close(Cursor(page[-1].id, None, 0)) if more else None
    fields, undone = catalogue(ask.tx), latest(ask.tx, [one.id for one in page])
    worker = worker_is_alive(ask.tx)
    data = [shown(one, fields, worker, undone.get(one.id)) for one in page]
    return shapes.ImportPage(data, Meta(following, more, total, True))


@router.at("GET", "/{id}/", scope="imports:read", answers=shapes.ShownImport)
def read_import(ask: Ask, id: str) -> shapes.ShownImport:
    """One import: where it is, how fast, its counters, and what it waits for (S1-52, S1-57)."""
    return _shown(ask, _find(ask, id))


@router.at("PUT", "/{id}/mapping/", scope="imports:write", answers=shapes.ShownImport)
def map_import(ask: Ask, id: str, given: Mapping) -> shapes.ShownImport:
    """Answer an import in `awaiting_mapping`; it starts, and the mapping is saved (S1-15)."""
    found = _steered(ask, id)
    settled = mapping.read(given.mapping, header_of(found), catalogue(ask.tx))
    answer(ask.tx, ask.who, "api", found, settled)
    return _shown(ask, find(ask.tx, found.id))


@router.at("POST", "/{id}/pause/", scope="imports:write", answers=shapes.ShownImport)
def pause_import(ask: Ask, id: str) -> shapes.ShownImport:
    """Stop where it stands until it is resumed. An import that runs pauses with the batch that is
    being written. Pausing it again changes nothing."""
    found = _steered(ask, id)
    with steered(ask.tx, ask.who, "api", "pause", found.id):
        pause(ask.tx, found.id, ask.who.name)
    return _shown(ask, find(ask.tx, found.id))


@router.at("POST", "/{id}/resume/", scope="imports:write", answers=shapes.ShownImport)
def resume_import(ask: Ask, id: str, given: Resumption | None = None) -> shapes.ShownImport:
    """Go on from the stage where it paused, without re-upload (S1-56)."""
    found = _steered(ask, id)
    with steered(ask.tx, ask.who, "api", "resume", found.id):
        resume(ask.tx, found.id, given.enrich if given else None)
    return _shown(ask, find(ask.tx, found.id))


@router.at("POST", "/{id}/cancel/", scope="imports:write", answers=shapes.ShownImport)
def cancel_import(ask: Ask, id: str) -> shapes.ShownImport:
    """End it before its end. An import that runs ends with the batch that is being written; the
    contacts and companies written by then stay, and `message` says how many. Rows that it did not
    come to are `skipped` for the reason `cancelled`."""
    found = _steered(ask, id)
    with steered(ask.tx, ask.who, "api", "cancel", found.id):
        cancel(ask.tx, found.id)
    return _shown(ask, find(ask.tx, found.id))


@router.at("POST", "/{id}/rollback/", scope="imports:write", answers=shapes.ShownImport, status=202)
def rollback_import(ask: Ask, id: str) -> shapes.ShownImport:
    """Take the whole import back. Contacts that it created go to the trash, those that it updated
    have their values back field by field, and what it claimed is released; what was changed since
    is kept and listed. An import that runs is to be cancelled first; one that is paused ends with
    its rollback. `rollback` of the import says how far it is."""
    return _shown(ask, roll_back(ask.tx, ask.who, "api", _steered(ask, id).id))


@router.at(
    "POST", "/{id}/rollback/undo/", scope="imports:write", answers=shapes.ShownImport, status=202
)
def undo_rollback(ask: Ask, id: str) -> shapes.ShownImport:
    """Take a rollback back that has come to its end: everything is again as the import left it, but
    for what was changed since, which is kept and listed."""
    return _shown(ask, undo_roll_back(ask.tx, ask.who, "api", _steered(ask, id).id))


@router.at("GET", "/{id}/kept/", scope="imports:read", answers=KeptPage)
def list_kept(ask: Ask, id: str, cursor: FromPage = None, page_size: Size = 50) -> KeptPage:
    """What the rollback, or the undoing of it, whichever was last, left as it is, and why."""
    last = last_undo(ask.tx, _find(ask, id))
    return kept_page(ask, last.id if last else None, page_size, cursor)


@router.at("GET", "/{id}/kept.csv", scope="imports:read", responses=_CSV)
def download_kept(ask: Ask, id: str) -> Response:
    """The same as a file."""
    return kept.answer(ask, _find(ask, id))


@router.at("GET", "/{id}/rows/", scope="imports:read", answers=shapes.RowPage)
def list_import_rows(
    ask: Ask, id: str, status: Status = None, cursor: FromPage = None, page_size: Size = 50
) -> shapes.RowPage:
    """What became of each row, in the order of the file (G-03)."""
    found = _find(ask, id)
    seal = _seal(ask, f"rows of {found.id} {status}")
    after = seal.open(cursor).value if cursor else 0
    seen = rows(ask.tx, found.id, status, int(after or 0), page_size + 1)
    page, more = seen[:page_size], len(seen) > page_size
    total = getattr(found, status) if status else found.decided
    told = around(ask.tx, page, found.id)
    data = [shapes.ShownRow(**shown_row(row, told)) for row in page]
    following = seal.close(Cursor(found.id, page[-1].row_no, 0)) if more else None
    return shapes.RowPage(data, Meta(following, more, total, True))


@router.at("GET", "/{id}/errors.csv", scope="imports:read", responses=_CSV)
def download_errors(ask: Ask, id: str) -> Response:
    """The refused rows as they stand in the file, with what is wrong with each (S1-58)."""
    return downloads.answer(ask, _find(ask, id), "errored")


@router.at("GET", "/{id}/rows.csv", scope="imports:read", responses=_CSV)
def download_rows(ask: Ask, id: str, status: Status = None) -> Response:
    """The rows of one outcome, or all of them, with what became of each (F-10)."""
    return downloads.answer(ask, _find(ask, id), status)


def _find(ask: Ask, id: str) -> ImportJob:
    return find(ask.tx, ids.read("imp", id))


def _steered(ask: Ask, id: str) -> ImportJob:
    """The import, for somebody who changes its course. Raises Problem(forbidden) for a key that is
    limited to another client than the import's."""
    found = _find(ask, id)
    if ask.who.client_id not in (None, found.client_id):
        raise Problem("forbidden", "This key is limited to another client than this import's.")
    return found


def _shown(ask: Ask, found: ImportJob) -> shapes.ShownImport:
    fields = catalogue(ask.tx)
    proposed = None
    if found.status == "awaiting_mapping":
        path = files.path_of(ask.instance.files, ask.tx.workspace_id, found.file_id)
        proposed = proposal(path, dialect_of(found), fields)
    return shown(found, fields, worker_is_alive(ask.tx), last_undo(ask.tx, found), proposed)


def _seal(ask: Ask, of: str) -> Seal:
    return Seal(ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id} {of}")
