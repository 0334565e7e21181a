"""A list from a file and into one: upload, what came of each line, and the list as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import File, Form, UploadFile
from starlette.responses import RedirectResponse, Response, StreamingResponse

from nimbus.db import ids
from nimbus.db.door import Door
from nimbus.fields.formula import guarded
from nimbus.jobs.lease import worker_is_alive
from nimbus.problems import Problem, invalid
from nimbus.suppression import file_run, read
from nimbus.suppression.forms import undo_href
from nimbus.suppression.lists import LISTS, Listing
from nimbus.suppression.pages import Key, Search, Since, href, options, sought_by
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/suppression")
Text = Annotated[str, Form()]
CHUNK = 2_000
# Spreadsheets take a file for UTF-8 only by its mark (decision 0032).
MARK = "\ufeff"
LONGEST_NAME = 200


@router.at("GET", "/{key}/list.csv", scope="suppression:read")
def suppression_file(
    ask: Ask, key: Key, q: Search = "", reason: str = "", source: Search = "", since: Since = "",
) -> Response:  # fmt: skip
    """The lines that the page shows, newest first. Each chunk is a transaction of its own: who
    reads slowly holds none."""
    listing = LISTS[key]
    sought = sought_by(ask, listing, q, reason, source, since)
    text = _written(ask.instance.door, ask.tx.workspace_id, listing, sought)
    name = f"suppressed {listing.key} {ask.tx.now:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.at("GET", "/{key}/file", scope="suppression:write")
def upload_suppressions_page(ask: Ask, key: Key) -> Response:
    return _form(ask, LISTS[key], {"reason": "manual", "note": ""})


@router.at("POST", "/{key}/file", scope="suppression:write")
def upload_suppressions_form(
    ask: Ask, key: Key, file: Annotated[UploadFile | None, File()] = None, reason: Text = "",
    note: Text = "",
) -> Response:  # fmt: skip
    """Uploaded twice, the second time finds everything there already."""
    listing, given = LISTS[key], {"reason": reason, "note": note}
    if file is None or not file.filename:
        return _form(ask, listing, given, invalid("Choose a file first.", "file"))
    try:
        # A handler may run again after a deadlock, and then reads the file from its start again.
        file.file.seek(0)
        with ask.tx.part():
            found = file_run.bring(
                ask.tx, ask.instance, ask.who, listing, file.file, _name_of(file), reason=reason,
                note=note,
            )  # fmt: skip
    except Problem as problem:
        if problem.status >= 500:
            raise
        return _form(ask, listing, given, problem)
    if ask.request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": found.href})
    return RedirectResponse(found.href, 303)


@router.at("GET", "/{key}/file/{id}", scope="suppression:read")
def suppressions_of_file_page(ask: Ask, key: Key, id: str) -> Response:
    """How far it is, what came of its lines, and the lines that could not be read."""
    found = file_run.find(ask.tx, ids.read("lf", id))
    if found.listing != key:
        return RedirectResponse(found.href, 303)
    listing = LISTS[key]
    return render(
        ask.request, "suppression/file.html", listing=listing, found=found,
        list_href=href(listing), added_href=href(listing, source=found.name[:100]),
        undo=undo_href(listing, found.operation_id) if found.may_be_undone(ask.tx.now) else None,
        most=file_run.MOST_ERRORS,
        reason=listing.reasons[found.reason],
        no_worker=found.is_going and not worker_is_alive(ask.tx),
    )  # fmt: skip


def _form(
    ask: Ask, listing: Listing, given: dict[str, str], problem: Problem | None = None
) -> Response:
    return render(
        ask.request, "suppression/upload.html", problem.status if problem else 200,
        listing=listing, given=given, problem=problem, reasons=options(listing),
        list_href=href(listing), most=file_run.MOST_LINES,
        limit=ask.instance.settings.upload_max_bytes,
    )  # fmt: skip


def _name_of(file: UploadFile) -> str:
    """The file's own name without folders and signs that do not print."""
    last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, last)).strip()[:LONGEST_NAME] or "list.csv"


def _written(door: Door, workspace: UUID, listing: Listing, sought: read.Sought) -> Iterator[str]:
    yield MARK + _rows([[listing.noun, "reason", "source", "note", "added_by", "added_at"]])
    before, more = None, True
    while more:
        with door.workspace(workspace) as tx:
            page = read.page(tx, listing, sought, CHUNK, before=before)
        yield _rows([
            [one.name, one.reason, one.source or "", one.note or "", one.created_by,
             one.created_at.isoformat()]
            for one in page.entries
        ])  # fmt: skip
        more, before = page.has_older, page.entries[-1].id if page.entries else None


def _rows(table: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in table)
    return text.getvalue()
