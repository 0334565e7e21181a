"""Editing in place: the form of a field, and what the page shows once it is saved (S0-24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends
from starlette.responses import RedirectResponse, Response

from nimbus.accounts.client import clients, workspace
from nimbus.accounts.read import people
from nimbus.companies import edit as companies
from nimbus.companies import read as company_read
from nimbus.contacts import about
from nimbus.contacts.activity import changed_beside
from nimbus.contacts.editing import conflict
from nimbus.contacts.editing.save import REGISTRYS, Affects, company_of, save
from nimbus.contacts.form import EditForm, Sent, asked, form_of, held, sent
from nimbus.contacts.listing import columns_kept
from nimbus.contacts.listing import parts as list_parts
from nimbus.contacts.listing.asked import HERE
from nimbus.contacts.listing.cells import Cells
from nimbus.contacts.pages import address, beside, details
from nimbus.contacts.read import one
from nimbus.contacts.tags import kept as tag_kept
from nimbus.contacts.tags import tags
from nimbus.contacts.writing.one import state_of
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.operations import Operation
from nimbus.operations.pages import undo_href
from nimbus.operations.read import history
from nimbus.problems import Problem, not_found
from nimbus.web import is_part, render, toast
from nimbus.web.parts import Option
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)

Row = Mapping[str, Any]
Given = Annotated[Sent, Depends(sent)]

# Where on a page a form may stand: beside a label, without one, in a row, in a history.
PLACES = ("details", "side", "empty", "row", "back")


@router.at("GET", "/{id}/fields/{field}", scope="contacts:write", scope_or="consent:write")
def edit_form_page(ask: Ask, id: str, field: str, at: str = "") -> Response:
    """To htmx the form alone, else a page of its own."""
    row, form = found(ask, id, field)
    if row["is_deleted"]:
        raise Problem("in_trash", "The contact is in the trash. Restore it before you change it.")
    return _form(ask, row, form, Sent(held(form, row), at=at))


@router.at("POST", "/{id}/fields/{field}", scope="contacts:write", scope_or="consent:write")
def save_edit_form(ask: Ask, id: str, field: str, given: Given) -> Response:
    """The page as it is now; or the form again, with what is wrong, or with what to decide."""
    row, form = found(ask, id, field)
    try:
        operation = save(ask.tx, ask.instance, ask.who, row, form, given)
    except Affects as many:
        return _form(ask, row, form, given, affected=many.contacts)
    except Problem as problem:
        if problem.status >= 500 or problem.code in ("forbidden", "rate_limited"):
            raise
        return _form(ask, row, form, given, problem)
    now = one(ask.tx, row["id"])
    assert now  # noqa: S101 - it was saved just now
    return saved(ask, now, form, operation, given.at)


def found(ask: Ask, id: str, field: str) -> tuple[Row, EditForm]:
    """The contact and the form of a field. Raises Problem: not_found; forbidden."""
    row = one(ask.tx, ids.read("cont", id))
    if row is None:
        raise ids.missing("cont")
    form = form_of(catalogue(ask.tx), field)
    if form is None:
        raise not_found("field")
    if not form.of_consent:
        ask.who.need("contacts:write")
    return row, form


def saved(ask: Ask, row: Row, form: EditForm, operation: Operation | None, at: str) -> Response:
    """To htmx every piece of the page that may show something else now; else the whole page."""
    # Whoever may record a consent alone may take back that alone.
    may_undo = form.of_consent or ask.who.may("contacts:write")
    undo = undo_href(operation.id) if operation and may_undo else None
    if not ask.request.headers.get("hx-request"):
        done = f"?edited={ids.show('op', operation.id)}" if operation else ""
        return RedirectResponse(f"{address(row)}{done}", 303)
    toast(
        ask.request,
        words(ask, form, row, operation) if operation else "Nothing was different",
        undo,
    )
    if at == "row":
        # The list that the row stands in says which columns it has.
        asked = urlsplit(ask.request.headers.get("hx-current-url", "")).query
        shown, rows = columns_kept.shown_by(ask, dict(parse_qsl(asked)).get("view")), [dict(row)]
        columns_kept.fill(ask, shown, rows)
        told = list_parts.words(columns_kept.people(ask, shown), ask.tx.now)
        tones, may_edit = tag_kept.colours(ask.tx, row["tags"]), ask.who.may("contacts:write")
        cells = Cells(shown, told, tones, may_edit=may_edit)
        return render(ask.request, "contacts/edited_row.html", row=rows[0], cells=cells)
    context = {**beside(ask, row), **details(ask, row)}
    return render(ask.request, "contacts/edited.html", **context)


def words(ask: Ask, form: EditForm, row: Row, operation: Operation) -> str:
    """What was done, and what has changed with it, for the message."""
    if form.of_company:
        return f"{form.label} of {row['company_name'] or row['company_domain']} was changed"
    entries, columns = history(ask.tx, row["id"], 10), {one.column for one in form.fields}
    others = changed_beside(entries, operation.id, columns, catalogue(ask.tx))
    were = "were" if form.key == "tags" else "was"
    done = f"{form.label} of {row['full_name'] or row['email']} {were} changed"
    return f"{done}, and with it {', '.join(others)}" if others else done


def _form(
    ask: Ask, row: Row, form: EditForm, given: Sent, problem: Problem | None = None,
    affected: int = 0,
) -> Response:  # fmt: skip
    company = companies.state(ask.tx, company_of(row)) if form.of_company else None
    tag = company.tag if company else state_of(ask.tx, row).tag
    choices = conflict.choices(form, problem, about.names(ask.tx)) if problem else []
    is_stale = problem is not None and problem.code == "precondition_failed"
    errors = {} if choices or not problem else form.errors(problem)
    values = {key: _typed(kept) for key, kept in {**held(form, row), **given.values}.items()}
    everybody = _people(ask) if any(f.type.kind == "reference" for f in form.fields) else []
    context = {
        "form": form, "here": address(row), "name": row["full_name"] or row["email"],
        "contact": row, "at": given.at if given.at in PLACES else "page",
        # What was seen stays what was seen, until somebody is told what is there now.
        "tag": tag if given.seen is None or is_stale else given.seen,
        "asked": asked(form, values, errors, everybody),
        "choices": choices, "affected": affected, "problem": problem,
        "told": None if choices or errors else problem,
        "suggested": tags.suggested(ask.tx) if form.key == "tags" else [],
        "shared": company_read.people(ask.tx, row["company_id"]) if company else 0,
        "clients": _clients(ask) if form.key == "email" and not row["client_id"] else [],
        "client_id": given.client_id,
        "may_force": bool(problem and problem.code in REGISTRYS and ask.who.may("admin:gdpr")),
    }  # fmt: skip
    template = "edit_form" if is_part(ask.request) else "edit"
    status = problem.status if problem else 200
    return render(ask.request, f"contacts/{template}.html", status, **context)


def _typed(values: Sequence[str]) -> list[str]:
    return [value for value in values if value.strip()]


def _people(ask: Ask) -> list[Option]:
    return [Option(ids.show("user", one.user_id), one.name) for one in people(ask.tx)]


def _clients(ask: Ask) -> list[Option]:
    """Whom a new email may be claimed for, where there are several (D-14)."""
    if not workspace(ask.tx).agency:
        return []
    return [Option("", "Choose a client"), *(Option(c.shown_id, c.name) for c in clients(ask.tx))]
