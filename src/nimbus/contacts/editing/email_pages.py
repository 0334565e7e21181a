"""Putting a mistyped email right though another client holds the right one (S0-83)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.contacts.listing.asked import HERE
from nimbus.contacts.pages import address
from nimbus.contacts.read import one
from nimbus.contacts.writing import edit
from nimbus.db import ids
from nimbus.fields import Invalid
from nimbus.fields.types import EMAIL
from nimbus.problems import Problem, invalid
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)
Text = Annotated[str, Form()]


@router.at("GET", "/{id}/email", scope="admin:gdpr")
def correct_email_page(ask: Ask, id: str, email: str = "") -> Response:
    return _page(ask, id, email)


@router.at("POST", "/{id}/email", scope="admin:gdpr")
def correct_email_form(ask: Ask, id: str, email: Text = "", why: Text = "") -> Response:
    contact_id = ids.read("cont", id)
    changes = len(ask.tx.changes)
    try:
        with ask.tx.connection.transaction():
            editor = edit.Editor(ask.who, "web", ask.instance.secrets.key("email"))
            edited = edit.correct_email(ask.tx, editor, contact_id, *_read(email, why))
    except Problem as problem:
        if problem.status >= 500 or problem.code in ("forbidden", "not_found"):
            raise
        del ask.tx.changes[changes:]
        return _page(ask, id, email, why, problem)
    done = f"?edited={ids.show('op', edited.operation.id)}" if edited.operation else ""
    return RedirectResponse(f"{HERE}/{ids.show('cont', edited.contact_id)}{done}", 303)


def _read(email: str, why: str) -> tuple[str, str]:
    try:
        right = EMAIL.parse(email)
    except Invalid as wrong:
        raise invalid(str(wrong), "email") from None
    if right is None:
        raise invalid("Say what the right email is.", "email")
    if not why.strip():
        raise invalid("Say why: people who look later are to understand it.", "why")
    return right, why.strip()


def _page(ask: Ask, id: str, email: str, why: str = "", problem: Problem | None = None) -> Response:
    row = one(ask.tx, ids.read("cont", id))
    if row is None:
        raise ids.missing("cont")
    return render(
        ask.request, "contacts/email.html", problem.status if problem else 200, contact=row,
        here=address(row), name=row["full_name"] or row["email"], email=email, why=why,
        problem=problem,
    )  # fmt: skip
