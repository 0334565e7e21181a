"""The forms of notes on the timeline (S2-29)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.responses import Response

from nimbus.db import ids
from nimbus.engagement import noun
from nimbus.engagement.done import back
from nimbus.engagement.note import NOTE, change_note, create_note, remove_note
from nimbus.engagement.read import contact
from nimbus.web.route import Ask, PageRouter

router = PageRouter("")

LONGEST = 10_000
Body = Annotated[str, Form()]


@router.at("POST", "/contacts/{id}/timeline/notes", scope="engagement:write")
def add_note_form(ask: Ask, id: str, body: Body = "") -> Response:
    """A blank note is none."""
    row = contact(ask.tx, id)
    if text := _text(body):
        create_note(ask.tx, ask.who, row["id"], {"body": text}, "web")
    return back(ask, row["id"], "note-added")


@router.at("POST", "/notes/{id}", scope="engagement:write")
def change_note_form(ask: Ask, id: str, body: Body = "") -> Response:
    """A text that is blank changes nothing."""
    note_id = ids.read("note", id)
    about: UUID = noun.one(ask.tx, NOTE, note_id)["contact_id"]
    if text := _text(body):
        change_note(ask.tx, ask.who, note_id, {"body": text}, "web")
    return back(ask, about, "note-changed")


@router.at("POST", "/notes/{id}/removal", scope="engagement:write")
def remove_note_form(ask: Ask, id: str) -> Response:
    note_id = ids.read("note", id)
    about: UUID = noun.one(ask.tx, NOTE, note_id)["contact_id"]
    remove_note(ask.tx, ask.who, note_id, "web")
    return back(ask, about, "note-deleted")


def _text(body: str) -> str:
    return body.replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST]
