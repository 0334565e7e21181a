"""The first step of an import: which file, and in agency mode for which client (S2-18, D-14)."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Form, UploadFile
from starlette.responses import RedirectResponse, Response

from nimbus.accounts.client import clients, workspace
from nimbus.db import ids
from nimbus.imports import views
from nimbus.imports.create import Given
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportOptions
from nimbus.imports.reader.workbook import is_installed
from nimbus.imports.upload import Upload, again, bring
from nimbus.problems import Problem, invalid
from nimbus.web import parts, render
from nimbus.web.route import Ask, PageRouter

router = PageRouter()


@router.at("GET", "/contacts/import", scope="imports:write")
def upload_page(ask: Ask) -> Response:
    """The first step: which file, and in agency mode for which client (D-14)."""
    return _page(ask)


@router.at("POST", "/contacts/import", scope="imports:write")
def upload_form(
    ask: Ask,
    file: Annotated[UploadFile | None, File()] = None,
    client_id: Annotated[str, Form()] = "",
) -> Response:
    if file is None or not file.filename:
        return _page(ask, invalid("Choose a file first.", "file"))
    try:
        client = ids.read("client", client_id, "client_id") if client_id else None
        made = bring(ask, Upload(file, ImportOptions(confirm=True), Given(), client), "web")
    except Problem as problem:
        if problem.status >= 500:
            raise
        return _page(ask, problem, client_id)
    target = f"{views.href(made)}/map"
    if ask.request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


@router.at("POST", "/imports/{id}/again", scope="imports:write")
def again_form(ask: Ask, id: str) -> Response:
    """The same file once more, from the step at which its columns are mapped (S1-59)."""
    made = again(ask, find(ask.tx, ids.read("imp", id)), "web")
    return RedirectResponse(f"{views.href(made)}/map", 303)


def _page(ask: Ask, problem: Problem | None = None, client_id: str = "") -> Response:
    everyone = clients(ask.tx) if workspace(ask.tx).agency else []
    return render(
        ask.request, "imports/new.html", problem.status if problem else 200, problem=problem,
        clients=[parts.Option("", "Choose a client"),
                 *(parts.Option(one.shown_id, one.name) for one in everyone)] if everyone else [],
        client_id=client_id, limit=ask.instance.settings.upload_max_bytes,
        most_rows=ask.instance.settings.import_max_rows, workbooks=is_installed(),
    )  # fmt: skip
