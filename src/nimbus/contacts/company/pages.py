"""The page of one company: its fields, edited where they stand, and its people (S0-07, S0-26)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends
from starlette.responses import RedirectResponse, Response

from nimbus.companies import edit, read
from nimbus.companies.pages import HERE
from nimbus.companies.pages import address as address_of
from nimbus.contacts import about
from nimbus.contacts.company.delete import delete, name_of
from nimbus.contacts.editing import conflict
from nimbus.contacts.editing.save import Affects, save_company
from nimbus.contacts.form import EditForm, Sent, asked, form_of, held, sent
from nimbus.contacts.listing.asked import href
from nimbus.contacts.listing.parts import place, total
from nimbus.contacts.pages import address as contact_address
from nimbus.contacts.read import ContactList, Reading
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.filters import parse
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.operations.references import Thing, references
from nimbus.problems import Problem, not_found
from nimbus.web import is_part, render, toast
from nimbus.web.cursor import Cursor
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)

Row = Mapping[str, Any]
Given = Annotated[Sent, Depends(sent)]
SIZE = 25


@router.at("GET", "/{id}", scope="companies:read")
def company_page(
    ask: Ask, id: str, added: str = "", edited: str = "", cursor: str = ""
) -> Response:
    """A page of its people. `added` and `edited` are the operation of the form that has made or
    changed it."""
    ask.who.need("contacts:read")
    state = edit.state(ask.tx, ids.read("comp", id))
    row, fields = _prefixed(state.row), catalogue(ask.tx)
    if edited and made_by(ask.tx, ask.who, operation := ids.read("op", edited)):
        toast(ask.request, f"{_name(row)} was changed", undo_href(operation))
    if added and made_by(ask.tx, ask.who, ids.read("op", added)):
        toast(ask.request, f"{_name(row)} was added")
    theirs = ContactList(
        parse({"field": "company.id", "op": "eq", "value": id}, fields), shown="live"
    )
    seal = theirs.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
    reading, here = Reading(ask.tx, theirs), address_of(state.row["id"])
    page = reading.page(SIZE, seal.open(cursor) if cursor else None)
    count = reading.count(page)

    def at(other: Cursor | None) -> str | None:
        return f"{here}?{urlencode({'cursor': seal.close(other)})}#people" if other else None

    return render(
        ask.request, "contacts/company.html", company=state.row, name=_name(row),
        here=here, section=about.company_section(ask.tx, row, fields),
        may_edit=ask.who.may("contacts:write"), people=page.rows, address=contact_address,
        total=total(count), all_href=href(theirs), back=HERE, place=place(page, count),
        previous=at(page.previous), next=at(page.next),
    )  # fmt: skip


@router.at("GET", "/{id}/deletion", scope="contacts:write")
def company_deletion_page(ask: Ask, id: str) -> Response:
    """What uses the company, before it goes (S4-15)."""
    row = edit.state(ask.tx, ids.read("comp", id)).row
    return render(
        ask.request, "contacts/company_deletion.html", name=name_of(row),
        here=address_of(row["id"]), back=HERE,
        used=references(ask.tx, Thing("company", str(row["id"]))),
    )  # fmt: skip


@router.at("POST", "/{id}/deletion", scope="contacts:write")
def delete_company_form(ask: Ask, id: str) -> Response:
    """The page has listed what uses the company, so this is meant. To the list of companies."""
    gone = delete(ask.tx, ask.who, "web", ids.read("comp", id), force=True)
    told = {
        "deleted": ids.show("op", gone.operation.id), "name": name_of(gone.row),
        **({"job": "1"} if gone.job_id else {}),
    }  # fmt: skip
    return RedirectResponse(f"{HERE}?{urlencode(told)}", 303)


@router.at("GET", "/{id}/fields/{company_field}", scope="contacts:write")
def company_edit_form_page(ask: Ask, id: str, company_field: str) -> Response:
    """To htmx the form alone, else a page of its own."""
    state, form = _found(ask, id, company_field)
    row = _prefixed(state.row)
    return _form(ask, state, form, Sent(held(form, row)))


@router.at("POST", "/{id}/fields/{company_field}", scope="contacts:write")
def save_company_form(ask: Ask, id: str, company_field: str, given: Given) -> Response:
    """To the page as it is now; or the form again, with what is wrong or what to decide."""
    state, form = _found(ask, id, company_field)
    try:
        operation = save_company(ask.tx, ask.who, _prefixed(state.row), form, given)
    except Affects as many:
        return _form(ask, state, form, given, affected=many.contacts)
    except Problem as problem:
        if problem.status >= 500 or problem.code in ("forbidden", "rate_limited"):
            raise
        return _form(ask, state, form, given, problem)
    done = f"?{urlencode({'edited': ids.show('op', operation.id)})}" if operation else ""
    here = address_of(state.row["id"]) + done
    if ask.request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": here})
    return RedirectResponse(here, 303)


def _found(ask: Ask, id: str, field: str) -> tuple[edit.State, EditForm]:
    """The company and the form of a field of it. Raises Problem(not_found)."""
    state = edit.state(ask.tx, ids.read("comp", id))
    form = form_of(catalogue(ask.tx), field)
    if form is None or not form.of_company:
        raise not_found("field")
    return state, form


def _form(
    ask: Ask, state: edit.State, form: EditForm, given: Sent, problem: Problem | None = None,
    affected: int = 0,
) -> Response:  # fmt: skip
    row = _prefixed(state.row)
    choices = conflict.choices(form, problem, about.names(ask.tx)) if problem else []
    is_stale = problem is not None and problem.code == "precondition_failed"
    errors = {} if choices or not problem else form.errors(problem)
    values = {
        key: [value for value in kept if value.strip()]
        for key, kept in {**held(form, row), **given.values}.items()
    }
    context: dict[str, Any] = {
        "form": form, "here": address_of(state.row["id"]), "name": _name(row), "contact": row,
        "at": "details", "tag": state.tag if given.seen is None or is_stale else given.seen,
        "asked": asked(form, values, errors, []), "choices": choices, "affected": affected,
        "problem": problem, "told": None if choices or errors else problem, "suggested": [],
        "shared": read.people(ask.tx, state.row["id"]), "clients": [], "client_id": None,
        "may_force": False, "list_href": HERE, "list_name": "Companies",
    }  # fmt: skip
    template = "edit_form" if is_part(ask.request) else "edit"
    status = problem.status if problem else 200
    return render(ask.request, f"contacts/{template}.html", status, **context)


def _prefixed(company: Row) -> Row:
    """A company as the rows of contacts have theirs."""
    return {f"company_{column}": value for column, value in company.items()}


def _name(row: Row) -> str:
    name: str = row["company_name"] or row["company_domain"]
    return name
