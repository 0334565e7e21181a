"""Duplicates for programs: `/api/v1/duplicates/` (S2-20, S2-21, G-16)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from nimbus.contacts.contact import shown as shown_contact
from nimbus.contacts.read import led_on, these
from nimbus.db import ids
from nimbus.duplicates import auto, decide, read, scan
from nimbus.duplicates.compare import Verdict
from nimbus.duplicates.pair import Pair, State
from nimbus.duplicates.shapes import AutoMerge, LastScan, PairPage, ShownPair, WholePair, shown
from nimbus.fields.read import catalogue
from nimbus.jobs import job
from nimbus.jobs.api import ShownJob
from nimbus.jobs.api import shown as shown_job
from nimbus.web.paging import meta
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import FromPage, an_id

router = ApiRouter("/api/v1/duplicates", "Duplicates")


@router.at("GET", "/", scope="contacts:read", answers=PairPage)
def list_duplicates(
    ask: Ask,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: FromPage = None,
    state: State = "open",
    verdict: Annotated[Verdict | None, Query(description="Only pairs of this verdict.")] = None,
    min_score: Annotated[float | None, Query(ge=0, le=1_000, description="In bits.")] = None,
    contact_id: Annotated[str | None, an_id("cont", "Pairs of this contact.")] = None,
) -> dict[str, Any]:
    """Pairs of contacts who may be one person, the highest score first. Those of which one is in
    the trash or merged are left out."""
    contact = None
    if contact_id is not None:
        (contact,) = led_on(ask.tx, [ids.read("cont", contact_id, "contact_id")])
    asked = read.Asked(state, verdict, min_score, contact)
    seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    page = read.page(ask.tx, asked, page_size, seal.open(cursor) if cursor else None)
    return {
        "data": [shown(Pair(**row)) for row in page.rows],
        "meta": meta(page, seal, read.how_many(ask.tx, asked, page)),
    }


@router.at("GET", "/scan/", scope="contacts:read", answers=LastScan)
def read_duplicate_scan(ask: Ask) -> dict[str, Any]:
    """How far the scan of the whole workspace is, or what came of the last one."""
    last = scan.latest(ask.tx)
    return {"scan": shown_job(last) if last else None}


@router.at("POST", "/scan/", scope="contacts:write", answers=ShownJob, status=202)
def scan_duplicates(ask: Ask) -> dict[str, Any]:
    """Look through the whole workspace. Whoever is new or changed is looked for by itself; this is
    for what was there before. 409 while a scan is under way."""
    found = job.find(ask.tx, scan.start(ask.tx, ask.who))
    assert found  # noqa: S101 - just made
    return shown_job(found)


@router.at("GET", "/auto-merge/", scope="contacts:read", answers=AutoMerge)
def read_auto_merge(ask: Ask) -> dict[str, bool]:
    """Whether pairs that are certain are merged without anybody looking."""
    return {"auto_merge": auto.is_on(ask.tx)}


@router.at("POST", "/auto-merge/", scope="settings:write", answers=AutoMerge)
def set_auto_merge(ask: Ask, given: AutoMerge) -> dict[str, bool]:
    """Have pairs that are certain merged from now on, those that wait too, or not any more. Each
    is a merge like any other, and can be undone for seven days."""
    auto.turn(ask.tx, ask.who, "api", on=given.auto_merge)
    return {"auto_merge": auto.is_on(ask.tx)}


@router.at("GET", "/{id}/", scope="contacts:read", answers=WholePair)
def get_duplicate(ask: Ask, id: str) -> dict[str, Any]:
    """A pair with both contacts whole."""
    return _whole(ask, read.one(ask.tx, ids.read("dup", id)))


@router.at("POST", "/{id}/dismiss/", scope="contacts:write", answers=ShownPair)
def dismiss_duplicate(ask: Ask, id: str) -> dict[str, Any]:
    """Not duplicates: the pair is not proposed again until one of the fields that spoke for it
    changes in either contact."""
    return shown(decide.dismiss(ask.tx, ask.who, ids.read("dup", id), "api").pair)


@router.at("POST", "/{id}/reopen/", scope="contacts:write", answers=ShownPair)
def reopen_duplicate(ask: Ask, id: str) -> dict[str, Any]:
    """Propose a dismissed pair again."""
    return shown(decide.reopen(ask.tx, ask.who, ids.read("dup", id), "api").pair)


def _whole(ask: Ask, pair: Pair) -> dict[str, Any]:
    both = these(ask.tx, (pair.one_id, pair.other_id))
    fields = catalogue(ask.tx)
    contacts = [shown_contact(both[id], fields) for id in (pair.one_id, pair.other_id)]
    return {**shown(pair), "contacts": contacts}
