"""The whole of one contact on one page, to be put on paper (S0-15 … S0-22)."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from nimbus.contacts.pages import address, beside, details
from nimbus.contacts.panels import panels
from nimbus.contacts.read import one
from nimbus.contacts.words import day_heading
from nimbus.db import ids
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/contacts/{id}/print")


@router.at("GET", "", scope="contacts:read")
def print_page(ask: Ask, id: str) -> Response:
    """Who it is, every field, and what other rooms have to print; nothing that is to be pressed."""
    contact_id = ids.read("cont", id)
    row = one(ask.tx, contact_id)
    if row is None:
        raise ids.missing("cont")
    if row["id"] != contact_id:
        return RedirectResponse(f"{address(row)}/print", 303)
    context = {**beside(ask, row), **details(ask, row), "may_edit": False, "printed": True}
    return render(
        ask.request, "contacts/print.html", **context, day_heading=day_heading,
        sheets=panels(ask.tx, row, "print")["print"],
    )  # fmt: skip
