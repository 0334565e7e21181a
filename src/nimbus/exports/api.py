"""Exports for programs (S0-66, G-23)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from nimbus.contacts.read import ContactList
from nimbus.db import ids
from nimbus.exports.read import find
from nimbus.exports.shapes import ExportRequest, Manifest, ShownExport
from nimbus.exports.shown import download, manifest, shown
from nimbus.exports.write import cancel, export_selection, refuse_strangers
from nimbus.fields.read import catalogue
from nimbus.filters import parse
from nimbus.problems import invalid
from nimbus.segments.selection import freeze
from nimbus.web.route import ApiRouter, Ask, json_response

router = ApiRouter("/api/v1/exports", "exports")

_TEXT = {"schema": {"type": "string"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": _TEXT, "application/x-ndjson": _TEXT}, "description": "The file."}
}


@router.at(
    "POST", "/", scope="exports:write", answers=ShownExport, status=202,
    responses={200: {"model": ShownExport, "description": "Few enough to be done already."}},
)  # fmt: skip
def create_export(ask: Ask, given: ExportRequest) -> Response:
    """Write contacts into a file, as they are found now; never those in the trash (D-12). Up to
    1,000 are done when this answers. With `expected_count`, 409 when these are others by now."""
    selection = freeze(ask.tx, ask.who, _chosen(ask, given), given.expected_count)
    made = export_selection(
        ask.tx, ask.instance, ask.who, selection, given.columns, given.format, "api"
    )
    return json_response(shown(ask.tx, made), 200 if made.is_over else 202)


@router.at("GET", "/{id}/", scope="exports:write", answers=ShownExport)
def read_export(ask: Ask, id: str) -> ShownExport:
    """How far it is."""
    return shown(ask.tx, find(ask.tx, ids.read("exp", id)))


@router.at("GET", "/{id}/file/", scope="exports:write", responses=_FILE)
def download_export(ask: Ask, id: str) -> Response:
    """The file; 409 while there is none."""
    return download(ask, find(ask.tx, ids.read("exp", id)))


@router.at("GET", "/{id}/manifest/", scope="exports:write", answers=Manifest)
def read_export_manifest(ask: Ask, id: str) -> Manifest:
    """What is in the file, with its digest; 409 while there is none."""
    return manifest(ask.tx, find(ask.tx, ids.read("exp", id)))


@router.at("POST", "/{id}/cancel/", scope="exports:write", answers=ShownExport)
def cancel_export(ask: Ask, id: str) -> ShownExport:
    """End one that is not over yet; nothing of its file is kept."""
    return shown(ask.tx, cancel(ask.tx, ids.read("exp", id)))


def _chosen(ask: Ask, given: ExportRequest) -> Any:
    if given.contact_ids is None:
        tree = parse(given.filter, catalogue(ask.tx)) if given.filter else None
        return ContactList(tree, given.search, "live")
    if given.filter is not None or given.search:
        raise invalid("Name contacts, or say by a filter which are meant, not both.", "contact_ids")
    named = [ids.read("cont", one, "contact_ids") for one in given.contact_ids]
    refuse_strangers(ask.tx, named)
    return named
