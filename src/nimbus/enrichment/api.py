"""Personalization for programs: what they found out about one person (D-26)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from nimbus.engagement.read import contact
from nimbus.enrichment import shapes
from nimbus.enrichment.personalization import NAME, find, put, remove
from nimbus.operations.since import refuse_stale, tag_of
from nimbus.web.etag import NEVER, IfMatch, IfNoneMatch, tagged
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/contacts/{id}/personalization", "contacts")


@router.at("GET", "/", scope="contacts:read", answers=shapes.Personalization)
def read_personalization(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """How far the research about a contact is, and its lines; of `status` `none` where nobody has
    begun."""
    row = contact(ask.tx, id)
    return _tagged(ask, row, if_none_match)


@router.at("PUT", "/", scope="contacts:write", answers=shapes.Personalization)
def replace_personalization(
    ask: Ask, id: str, body: shapes.GivenPersonalization, if_match: IfMatch = None
) -> Response:
    """Say how far it is, with the lines that came of it. What was there before is in the log, and
    comes back by undoing the operation."""
    row = contact(ask.tx, id)
    _refuse_stale(ask, row, if_match)
    put(ask.tx, ask.who, row["id"], body.model_dump(), "api")
    return _tagged(ask, row)


@router.at("DELETE", "/", scope="contacts:write", status=204)
def delete_personalization(ask: Ask, id: str, if_match: IfMatch = None) -> Response:
    row = contact(ask.tx, id)
    _refuse_stale(ask, row, if_match)
    remove(ask.tx, ask.who, row["id"], "api")
    return Response(status_code=204)


def _tagged(ask: Ask, row: dict[str, Any], if_none_match: str | None = None) -> Response:
    found = find(ask.tx, row["id"])
    shown = shapes.shown(row["id"], found)
    return tagged(shown, tag_of(ask.tx, found["id"] if found else NEVER, shown), if_none_match)


def _refuse_stale(ask: Ask, row: dict[str, Any], if_match: str | None) -> None:
    found = find(ask.tx, row["id"])
    refuse_stale(ask.tx, if_match, found["id"] if found else NEVER, NAME)
