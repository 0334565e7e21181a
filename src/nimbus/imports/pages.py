"""Looking at imports: the history, one import live, its report, its files (S1-52 … S1-63)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Form, Query
from starlette.responses import RedirectResponse, Response

from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.imports import downloads, history, kept, rollback_view, sample, shown_rows, views
from nimbus.imports.cancel import cancel
from nimbus.imports.find import find, recent
from nimbus.imports.import_job import RUNNING, ImportJob
from nimbus.imports.pause import pause
from nimbus.imports.progress import stations
from nimbus.imports.resume import resume
from nimbus.imports.rollback import last_undo, may_be_rolled_back, roll_back, undo_roll_back
from nimbus.imports.steering import steered
from nimbus.jobs.lease import worker_is_alive
from nimbus.problems import Problem
from nimbus.web import charts, fragment, is_part, render
from nimbus.web.render import zone_of
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/imports")

# `repeated` are those of the skipped that repeat an email of the file.
Outcome = Literal[
    "", "imported", "updated", "unchanged", "skipped", "repeated", "suppressed", "errored"
]
Status = Literal["imported", "updated", "skipped", "suppressed", "errored"]
Row = Annotated[int, Query(ge=0, le=2_000_000_000)]
Text = Annotated[str, Query(max_length=200)]
KeptAfter = Annotated[str, Query(max_length=80)]
SIZE = 50


@router.at("GET", "", scope="imports:read")
def imports_page(
    ask: Ask, q: Text = "", state: Text = "", since: Text = "", until: Text = "", before: str = ""
) -> Response:
    """Every import, newest first, or those that are asked for (S1-52)."""
    asked = history.Asked(zone_of(ask.request), q, state, since, until)
    place = ids.read("imp", before) if before else None
    found = recent(ask.tx, SIZE + 1, place, asked.sought)
    page = found[:SIZE]
    is_running = any(one.status in RUNNING for one in page)
    return render(
        ask.request, "imports/list.html", imports=page, columns=views.HISTORY, views=views,
        older=asked.href(ids.show("imp", page[-1].id)) if len(found) > SIZE else None,
        before=before, asked=asked, states=history.OPTIONS, here=asked.href(before),
        is_running=is_running, no_worker=is_running and not worker_is_alive(ask.tx),
    )  # fmt: skip


@router.at("GET", "/sample.csv", scope="imports:read")
def sample_file(ask: Ask) -> Response:
    """25 invented people to try an import with."""
    headers = {"Content-Disposition": f'attachment; filename="{sample.NAME}"'}
    return Response(sample.FILE.read_bytes(), media_type="text/csv; charset=utf-8", headers=headers)


@router.at("POST", "/sample", scope="imports:write")
def import_sample_form(ask: Ask) -> Response:
    """Import them as they are, and look on."""
    return RedirectResponse(views.href(sample.bring(ask.tx, ask.instance, ask.who)), 303)


@router.at("GET", "/{id}", scope="imports:read")
def import_page(
    ask: Ask, id: str, outcome: Outcome = "", after: Row = 0, before: Row = 0,
    kept_after: KeptAfter = "",
) -> Response:  # fmt: skip
    """One import: while it runs its stations and counters, then its report."""
    found = _find(ask, id)
    context = _live(ask, found)
    undone = context["undone"]
    context["kept"] = rollback_view.kept(ask.tx, undone, kept_after) if undone else None
    if found.status in ("complete", "rolled_back"):
        repeats = outcome == "repeated"
        shown = "skipped" if repeats else outcome or views.first_outcome(found)
        context |= {
            "outcome": shown, "tabs": views.tabs(found, shown), "columns": views.ROWS,
            "page": shown_rows.ledger(ask.tx, found, shown, after, before, repeats=repeats),
            "repeats": repeats,
            "read_as": views.read_as(found, catalogue(ask.tx)), "took": views.took(found),
        }  # fmt: skip
    return render(ask.request, "imports/import.html", **context)


@router.at("GET", "/{id}/live", scope="imports:read")
def import_live(ask: Ask, id: str) -> Response:
    """The part of the page that changes every second, for htmx; at the end the page comes anew."""
    found = _find(ask, id)
    context = _live(ask, found)
    headers = {} if context["is_running"] else {"HX-Refresh": "true"}
    return fragment(ask.request, "imports/import.html", "live", headers=headers, **context)


@router.at("GET", "/{id}/scores", scope="imports:read")
def import_scores(ask: Ask, id: str) -> Response:
    """Tiers and scores of the contacts, after the page: half a million are counted in a second."""
    found = _find(ask, id)
    judged = shown_rows.judged(ask.tx, found.id)
    if is_part(ask.request):
        return fragment(ask.request, "imports/scores.html", "scores", found=found, judged=judged,
                        views=views)  # fmt: skip
    return render(ask.request, "imports/scores.html", found=found, judged=judged, views=views)


@router.at("POST", "/{id}/resume", scope="imports:write")
def resume_form(ask: Ask, id: str, enrich: Annotated[str, Form()] = "") -> Response:
    """Go on where it paused; with enrich=no without enrichment (S1-56). The second click of two
    finds it going on already."""
    import_id = ids.read("imp", id)
    try:
        with steered(ask.tx, ask.who, "web", "resume", import_id):
            resume(ask.tx, import_id, False if enrich == "no" else None)
    except Problem as problem:
        if problem.code != "conflict":
            raise
    return RedirectResponse(f"/imports/{id}", 303)


@router.at("POST", "/{id}/pause", scope="imports:write")
def pause_form(ask: Ask, id: str) -> Response:
    """Stop with the batch that is being written. One that has ended meanwhile is shown."""
    import_id = ids.read("imp", id)
    try:
        with steered(ask.tx, ask.who, "web", "pause", import_id):
            pause(ask.tx, import_id, ask.who.name)
    except Problem as problem:
        if problem.code != "conflict":
            raise
    return RedirectResponse(f"/imports/{id}", 303)


@router.at("POST", "/{id}/cancel", scope="imports:write")
def cancel_form(ask: Ask, id: str) -> Response:
    """End it before its end; what it has written stays. One that has ended meanwhile is shown."""
    import_id = ids.read("imp", id)
    try:
        with steered(ask.tx, ask.who, "web", "cancel", import_id):
            cancel(ask.tx, import_id)
    except Problem as problem:
        if problem.code != "conflict":
            raise
    return RedirectResponse(f"/imports/{id}", 303)


@router.at("POST", "/{id}/rollback", scope="imports:write")
def rollback_form(ask: Ask, id: str) -> Response:
    """Take the whole import back, or go on with that after an error. The second click of two finds
    it under way."""
    return _steer(ask, id, roll_back)


@router.at("POST", "/{id}/rollback/undo", scope="imports:write")
def undo_rollback_form(ask: Ask, id: str) -> Response:
    return _steer(ask, id, undo_roll_back)


def _steer(ask: Ask, id: str, what: Callable[[Tx, Who, str, UUID], ImportJob]) -> Response:
    import_id = ids.read("imp", id)
    try:
        what(ask.tx, ask.who, "web", import_id)
    except Problem as problem:
        if problem.code != "conflict":
            raise
    return RedirectResponse(f"/imports/{id}", 303)


@router.at("GET", "/{id}/kept.csv", scope="imports:read")
def kept_file(ask: Ask, id: str) -> Response:
    return kept.answer(ask, _find(ask, id), spreadsheet=True)


@router.at("GET", "/{id}/errors.csv", scope="imports:read")
def errors_file(ask: Ask, id: str) -> Response:
    return downloads.answer(ask, _find(ask, id), "errored", spreadsheet=True)


@router.at("GET", "/{id}/rows.csv", scope="imports:read")
def rows_file(ask: Ask, id: str, status: Status | None = None) -> Response:
    return downloads.answer(ask, _find(ask, id), status, spreadsheet=True)


def _find(ask: Ask, id: str) -> ImportJob:
    return find(ask.tx, ids.read("imp", id))


def _live(ask: Ask, found: ImportJob) -> dict[str, Any]:
    undone = last_undo(ask.tx, found)
    is_running = found.status in RUNNING or bool(undone and undone.is_going)
    may_write = ask.who.may("imports:write")
    may_stop = may_write and not found.cancel_asked
    return {
        "undone": undone, "rollback": rollback_view,
        "may_roll_back": may_write and may_be_rolled_back(ask.tx, found),
        "found": found, "views": views, "stations": stations(found), "pace": views.pace(found),
        "bars": charts.outcomes(views.counts(found)), "is_running": is_running,
        "no_worker": is_running and not worker_is_alive(ask.tx),
        "may_cancel": may_stop and not found.is_over,
        "may_pause": may_stop and found.status in RUNNING and not found.pause_asked,
    }  # fmt: skip
