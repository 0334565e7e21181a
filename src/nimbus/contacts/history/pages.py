"""The history of one field, and the way back to what it was (F-21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from nimbus.companies import edit as companies
from nimbus.contacts import about
from nimbus.contacts.activity import link, source_words
from nimbus.contacts.form import key_of, raw, texts
from nimbus.contacts.history.history import FieldHistory, Past, history_of
from nimbus.contacts.listing.asked import HERE
from nimbus.contacts.pages import address
from nimbus.contacts.read import one
from nimbus.contacts.words import value_words
from nimbus.contacts.writing.derived import WORDS
from nimbus.contacts.writing.one import state_of
from nimbus.db import ids
from nimbus.fields import Field
from nimbus.fields.read import catalogue
from nimbus.problems import Problem, not_found
from nimbus.web import render
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)
Row = Mapping[str, Any]
SIZE = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A change in words; `back` is what a form sends to have it as it was before, None where it is
    so already or nobody may."""

    past: Past
    words: str | None
    before: str | None
    by: str
    link: tuple[str, str] | None
    back: Sequence[str] | None

    @property
    def icon(self) -> str:
        if self.past.subject == "import":
            return "file-up"
        return "plus" if self.past.kind == "created" else "pencil"


@router.at("GET", "/{id}/fields/{field}/history", scope="contacts:read")
def field_history_page(ask: Ask, id: str, field: str, cursor: str = "") -> Response:
    """To htmx a dialog, else a page of its own."""
    row = one(ask.tx, ids.read("cont", id))
    if row is None:
        raise ids.missing("cont")
    try:
        found = history_of(catalogue(ask.tx), field)
    except Problem:
        raise not_found("field") from None
    here = address(row)
    seal = Seal(
        ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id}:lines:{row['id']}:{found.ref}"
    )
    before = seal.open(cursor).id if cursor else None
    history = FieldHistory(ask.tx, found, row)
    changes = history.page(before, SIZE + 1)
    page = changes[:SIZE]
    more = seal.close(Cursor(page[-1].id, None, 0)) if len(changes) > SIZE else None
    may = ask.who.may("contacts:write") and not row["is_deleted"]
    return render(
        ask.request, "contacts/history.html", field=found, here=here,
        name=row["full_name"] or row["email"], edit=key_of(found), tag=_tag(ask, found, row),
        lines=_lines(ask, history, page, may),
        more=f"{here}/fields/{found.key}/history?cursor={more}" if more else None,
    )  # fmt: skip


def _lines(ask: Ask, history: FieldHistory, page: Sequence[Past], may: bool) -> list[Line]:
    field, names, known = history.field, about.names(ask.tx), catalogue(ask.tx)
    present = texts(field, raw(field, history.row))
    told = []
    for past in page:
        before, source = texts(field, past.was), link(past)
        back = before if may and past.kind == "updated" and before != present else None
        if past.kind == "updated" or past.now is not None:
            words, was = (value_words(field, value, names) for value in (past.now, past.was))
            by = "from import" if source else source_words(past)
            if history.is_derived(past, known):
                by = f"{WORDS[field.column]}, {by}"
            told.append(Line(past, words, was, by, source, back))
    return told


def _tag(ask: Ask, field: Field, row: Row) -> str:
    """The state that whoever puts something back has seen."""
    if field.thing == "company" and row["company_id"]:
        return companies.state(ask.tx, row["company_id"]).tag
    return state_of(ask.tx, row).tag
