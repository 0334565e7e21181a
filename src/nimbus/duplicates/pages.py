"""Reviewing duplicates: one pair at a time, and the scan (S2-21, G-16)."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.db import ids
from nimbus.duplicates import auto, decide, read, scan
from nimbus.duplicates.pair import Pair
from nimbus.duplicates.read import Asked
from nimbus.duplicates.view import sides
from nimbus.jobs.lease import worker_is_alive
from nimbus.operations import undoing
from nimbus.operations.pages import undo_href
from nimbus.problems import Problem
from nimbus.web import fragment, render, toast
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/duplicates")
HERE = "/duplicates"
OPEN = Asked()
GOING = ("queued", "running")


@router.at("GET", "", scope="contacts:read")
def duplicates_page(ask: Ask, at: str = "", dismissed: str = "", merged: str = "") -> Response:
    """The next pair: the one with the highest score, or the one after those that were skipped.
    `at` is where that is, `dismissed` or `merged` the operation that has just decided about one."""
    _tell(ask, dismissed, "Not duplicates: they stay apart")
    _tell(ask, merged, "Merged: they are one contact now")
    page = read.page(ask.tx, OPEN, 1, _opened(ask, at))
    total = read.how_many(ask.tx, OPEN, None if at else page)
    pair = Pair(**page.rows[0]) if page.rows else None
    following = _seal(ask).close(page.next) if page.next else ""
    return _show(
        ask, pair, at=at, number=page.start + 1, total=total,
        skip=_href(at=following) if following else None,
    )  # fmt: skip


@router.at("GET", "/scan", scope="contacts:read")
def duplicates_scan(ask: Ask, beside: bool = False) -> Response:
    """How far the scan is, for htmx. At its end the page comes anew, but `beside` a pair, which
    somebody may be deciding about, that is only said."""
    context = _scan(ask)
    is_over = not context["is_scanning"]
    return fragment(
        ask.request, "duplicates/page.html", "scan", pair=beside, is_over=is_over,
        headers={"HX-Refresh": "true"} if is_over and not beside else {}, **context,
    )  # fmt: skip


@router.at("POST", "/scan", scope="contacts:write")
def scan_duplicates_form(ask: Ask) -> Response:
    """The second click of two finds it under way."""
    try:
        scan.start(ask.tx, ask.who)
    except Problem as problem:
        if problem.code != "conflict":
            raise
    return RedirectResponse(HERE, 303)


@router.at("POST", "/auto-merge", scope="settings:write")
def auto_merge_form(ask: Ask, on: Annotated[bool, Form()] = False) -> Response:
    auto.turn(ask.tx, ask.who, "web", on=on)
    return RedirectResponse(HERE, 303)


@router.at("GET", "/{id}", scope="contacts:read")
def duplicate_page(ask: Ask, id: str) -> Response:
    """One pair by its address, whatever was said of it."""
    pair = read.one(ask.tx, ids.read("dup", id))
    return _show(ask, pair, at="", number=None, total=None, skip=HERE)


@router.at("POST", "/{id}/dismiss", scope="contacts:write")
def dismiss_duplicate_form(ask: Ask, id: str, at: Annotated[str, Form()] = "") -> Response:
    operation = decide.dismiss(ask.tx, ask.who, ids.read("dup", id), "web").operation
    dismissed = ids.show("op", operation.id) if operation else ""
    return RedirectResponse(_href(at=at, dismissed=dismissed), 303)


@router.at("POST", "/{id}/reopen", scope="contacts:write")
def reopen_duplicate_form(ask: Ask, id: str) -> Response:
    pair = decide.reopen(ask.tx, ask.who, ids.read("dup", id), "web").pair
    return RedirectResponse(f"{HERE}/{pair.shown_id}", 303)


def _tell(ask: Ask, operation: str, words: str) -> None:
    """What the address says was done, as long as it is not undone."""
    if operation and undoing.find(ask.tx, ids.read("op", operation)).undone_by is None:
        toast(ask.request, words, undo_href(ids.read("op", operation)))


def _show(ask: Ask, pair: Pair | None, **context: Any) -> Response:
    return render(
        ask.request, "duplicates/page.html", pair=pair,
        sides=sides(ask.tx, pair.one_id, pair.other_id) if pair else None, **context, **_scan(ask),
    )  # fmt: skip


def _scan(ask: Ask) -> dict[str, Any]:
    last = scan.latest(ask.tx)
    is_scanning = last is not None and last.status in GOING
    return {
        "last": last, "is_scanning": is_scanning, "auto_merge": auto.is_on(ask.tx),
        "no_worker": is_scanning and not worker_is_alive(ask.tx),
    }  # fmt: skip


def _opened(ask: Ask, at: str) -> Cursor | None:
    """Where the next pair is; an address that somebody mangled begins at the first."""
    try:
        return _seal(ask).open(at) if at else None
    except Problem:
        return None


def _seal(ask: Ask) -> Seal:
    return OPEN.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)


def _href(**asked: str) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{HERE}?{query}" if query else HERE
