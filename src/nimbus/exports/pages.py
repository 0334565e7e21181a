"""Exports for people: a list with progress, downloads and manifests (S0-66)."""

from __future__ import annotations

import json
from dataclasses import asdict

from starlette.responses import RedirectResponse, Response

from nimbus.db import ids
from nimbus.exports.export import KEPT
from nimbus.exports.read import find, recent
from nimbus.exports.shown import download, manifest
from nimbus.exports.write import HREF, cancel
from nimbus.jobs.lease import worker_is_alive
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HREF)


@router.at("GET", "", scope="exports:write")
def exports_page(ask: Ask) -> Response:
    found = recent(ask.tx)
    is_running = any(one.is_going for one in found)
    return render(
        ask.request, "exports/exports.html", exports=found, is_running=is_running, days=KEPT.days,
        no_worker=is_running and not worker_is_alive(ask.tx),
    )  # fmt: skip


@router.at("GET", "/{id}/file", scope="exports:write")
def export_file(ask: Ask, id: str) -> Response:
    return download(ask, find(ask.tx, ids.read("exp", id)))


@router.at("GET", "/{id}/manifest", scope="exports:write")
def export_manifest(ask: Ask, id: str) -> Response:
    found = find(ask.tx, ids.read("exp", id))
    text = json.dumps(asdict(manifest(ask.tx, found)), indent=2, default=str, ensure_ascii=False)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}.manifest.json"'}
    return Response(text + "\n", media_type="application/json", headers=headers)


@router.at("POST", "/{id}/cancel", scope="exports:write")
def cancel_export_form(ask: Ask, id: str) -> Response:
    cancel(ask.tx, ids.read("exp", id))
    return RedirectResponse(HREF, 303)
