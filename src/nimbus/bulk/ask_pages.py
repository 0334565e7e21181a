"""Bulk actions from the list, for people: the dialog that asks what and to how many, and doing it
(G-20, F-41)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.bulk import write
from nimbus.bulk.bulk import Bulk
from nimbus.contacts.listing.asked import HERE, asked_by
from nimbus.contacts.read import ContactList
from nimbus.db import ids
from nimbus.exports.export import Format
from nimbus.exports.write import HREF as EXPORTS
from nimbus.exports.write import export_selection
from nimbus.fields.read import catalogue
from nimbus.operations.bulk import Action, action, people
from nimbus.problems import Problem, invalid
from nimbus.segments.selection import freeze
from nimbus.web import is_part, render, toast
from nimbus.web.route import Ask, PageRouter
from nimbus.web.strict import unkept

router = PageRouter("/bulk")


async def form_of(request: Request) -> FormData:
    """The form as it came: which fields it has depends on the action."""
    return await request.form()


Given = Annotated[FormData, Depends(form_of)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows that somebody has ticked, or with `everybody` all that the list's address finds."""

    rows: list[str]
    everybody: bool
    query: str

    @classmethod
    def of(cls, form: FormData) -> Chosen:
        rows = [one for one in form.getlist("id") if isinstance(one, str)]
        return cls(rows, bool(form.get("all")), _text(form, "query"))

    def contacts(self, ask: Ask) -> ContactList | Sequence[UUID]:
        """Raises Problem when nobody is chosen, or the address cannot be read."""
        if self.everybody:
            return asked_by(parse_qsl(self.query), catalogue(ask.tx))
        if not self.rows:
            raise invalid("Tick the contacts that you mean first.")
        return [ids.read("cont", one, "id") for one in self.rows]


@router.at("POST", "/export/ask", scope="exports:write")
def export_dialog(ask: Ask, form: Given) -> Response:
    count = write.count(ask.tx, write.Wanted("export", {}, Chosen.of(form).contacts(ask)))
    return _export_dialog(ask, form, count)


@router.at("POST", "/export", scope="exports:write")
def export_form(ask: Ask, form: Given) -> Response:
    """Write exactly the number that was confirmed into a file, which waits on the page of exports,
    or ask again with the new one."""
    chosen, expected = Chosen.of(form).contacts(ask), _expected(form)
    try:
        columns = _some(_columns(form))
        selection = freeze(ask.tx, ask.who, chosen, expected)
        made = export_selection(
            ask.tx, ask.instance, ask.who, selection, columns, _format(form), "web"
        )
    except Problem as problem:
        return _export_dialog(ask, form, problem.more.get("count", expected), problem)
    if not ask.request.headers.get("hx-request"):
        return RedirectResponse(EXPORTS, 303)
    words = f"{made.name} is ready" if made.is_over else f"{made.name} is being written"
    toast(ask.request, words, link=EXPORTS)
    return render(ask.request, "bulk/done.html")


@router.at("POST", "/{key}/ask", scope="contacts:read")
def bulk_dialog(ask: Ask, key: str, form: Given) -> Response:
    """The dialog with the options of an action, and the number that it is about."""
    known = action(key)
    ask.who.need(known.scope)
    chosen = Chosen.of(form)
    contacts = chosen.contacts(ask)
    count = write.count(ask.tx, write.Wanted(key, {}, contacts))
    return _dialog(
        ask, known, chosen, count, _texts(known, form), must_type=_must_type(known, contacts)
    )


@router.at("POST", "/{key}", scope="contacts:read")
def begin_bulk_form(ask: Ask, key: str, form: Given) -> Response:
    """Do it to exactly the number that was confirmed, or ask again with the new one."""
    known, chosen, count = action(key), Chosen.of(form), _expected(form)
    ask.who.need(known.scope)
    given = _texts(known, form)
    contacts = chosen.contacts(ask)
    must_type = _must_type(known, contacts)
    try:
        if must_type and _text(form, "typed").replace(",", "") != str(count):
            raise invalid(f"Type {count:,} to confirm.", "typed")
        wanted = write.Wanted(key, _options(known, form), contacts, count)
        bulk = write.begin(ask.tx, ask.who, "web", wanted)
    except Problem as problem:
        found: int = problem.more.get("count", count)
        return _dialog(ask, known, chosen, found, given, problem, must_type=must_type)
    if not ask.request.headers.get("hx-request"):
        return RedirectResponse(bulk.href if bulk.job_id else HERE, 303)
    _tell(ask, bulk)
    return render(ask.request, "bulk/done.html", headers={"HX-Trigger": "changed"})


def _export_dialog(
    ask: Ask, form: FormData, count: int, problem: Problem | None = None
) -> Response:  # fmt: skip
    known = catalogue(ask.tx)
    seen = [known.find(key) for key in _text(form, "shown").split(",") if key]
    shown = [one for one in seen if one and ((one.column and not one.related) or one.beside)]
    beside = [one for one in known if one.beside]
    fields = list({one.key: one for one in (*shown, *known.importable(), *beside)}.values())
    # From the list, the columns that one sees there, with whose they are.
    seen_keys = [one.key for one in shown]
    usual = [one.key for one in known.importable()]
    wanted = [*seen_keys, "first_name", "last_name"] if seen_keys else usual
    kept = _columns(form) if problem else _columns(form) or wanted
    ticked = [one.key for one in fields if one.key in kept]
    return _render(
        ask, "bulk/export.html", problem.status if problem else 200, chosen=Chosen.of(form),
        count=count, people=people(count), shown=shown, fields=fields, ticked=ticked,
        format=_format(form), problem=problem,
    )  # fmt: skip


def _columns(form: FormData) -> list[str]:
    return [one for one in form.getlist("columns") if isinstance(one, str)]


def _some(columns: list[str]) -> list[str]:
    """Whoever has let go of every box does not mean all of them, as a program does that names none.
    Raises Problem(validation_error)."""
    if not columns:
        raise invalid("Choose at least one field.", "columns")
    return columns


def _format(form: FormData) -> Format:
    return "jsonl" if form.get("format") == "jsonl" else "csv"


def _tell(ask: Ask, bulk: Bulk) -> None:
    if bulk.job_id:
        toast(ask.request, f"{bulk.label}: under way", tone="blue", link=bulk.href)
    elif bulk.done:
        toast(ask.request, f"{bulk.label}: {bulk.result}", bulk.undo_href,
              link=bulk.href if bulk.failed else None)  # fmt: skip
    else:
        toast(ask.request, f"Nothing had to be changed: {bulk.result}", tone="blue",
              link=bulk.href)  # fmt: skip


def _dialog(
    ask: Ask, known: Action, chosen: Chosen, count: int, given: Mapping[str, str],
    problem: Problem | None = None, *, must_type: bool,
) -> Response:  # fmt: skip
    at = problem.field.removeprefix("options.") if problem and problem.field else None
    names = {*known.options.model_fields, "typed"}
    wrong = dict.fromkeys(names) | ({at: problem.message} if problem and at in names else {})
    return _render(
        ask, "bulk/dialog.html", problem.status if problem else 200, known=known, chosen=chosen,
        count=count, people=people(count), given=given, wrong=wrong, again=f"/bulk/{known.key}/ask",
        problem=problem if problem and at not in names else None,
        must_type=must_type, **known.fill(ask.tx, given),
    )  # fmt: skip


def _render(ask: Ask, template: str, status: int = 200, **context: Any) -> Response:
    """To htmx the dialog, else a page around the same form."""
    frame = "bulk/alone.html" if is_part(ask.request) else "bulk/page.html"
    return render(ask.request, template, status, frame=frame, back=HERE, **context)


def _must_type(known: Action, contacts: ContactList | Sequence[UUID]) -> bool:
    """A deletion of everybody is confirmed by its number."""
    return known.is_danger and isinstance(contacts, ContactList) and not contacts.narrowed


def _expected(form: FormData) -> int:
    """The number that was confirmed; 0 for what can be the number of no list."""
    text = _text(form, "expected")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _text(form: FormData, name: str) -> str:
    found = form.get(name)
    return found.strip() if isinstance(found, str) else ""


def _texts(known: Action, form: FormData) -> dict[str, str]:
    return {name: _text(form, name) for name in known.options.model_fields}


def _options(known: Action, form: FormData) -> dict[str, Any]:
    """The options as the API has them: a list of one text is read as such, a tick is true, and what
    is left blank is null where it has no value of its own. Raises Problem that names the one which
    has what no column keeps."""
    options: dict[str, Any] = {}
    for name, field in known.options.model_fields.items():
        text = _text(form, name)
        if why := unkept(text):
            raise invalid(f"This {why}", f"options.{name}")
        if field.annotation is bool:
            options[name] = bool(text)
        elif get_origin(field.annotation) is list:
            options[name] = [one for one in text.split(",") if one.strip()]
        elif text or field.is_required():
            options[name] = text or None
    return options
