"""Merging contacts by hand: from the review, from a contact's page, from a restoration that another
contact is in the way of (S2-21, S2-23, G-08)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.contacts.done import back
from nimbus.contacts.read import one
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.duplicates.merge import Wanted, merge
from nimbus.duplicates.merge_api import column_of
from nimbus.duplicates.partners import partners, search
from nimbus.duplicates.view import sides
from nimbus.fields.read import catalogue
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/duplicates")

# So many contacts are offered to choose from.
MOST = 20


async def choices_of(request: Request) -> dict[str, str]:
    """The chosen contacts by the names of the fields, without those chosen nowhere."""
    form = await request.form()
    return {
        name.removeprefix("choice."): value
        for name, value in form.items()
        if name.startswith("choice.") and isinstance(value, str)
    }


Choices = Annotated[dict[str, str], Depends(choices_of)]


@router.at("GET", "/compare", scope="contacts:read")
def compare_page(ask: Ask, a: str, b: str) -> Response:
    """Two contacts side by side, be one of them in the trash; one that was merged away as the one
    that it leads to, who is alone if that is the other."""
    one_id, other_id = (_present(ask.tx, id)["id"] for id in (a, b))
    if one_id == other_id:
        return RedirectResponse(f"/contacts/{ids.show('cont', one_id)}", 303)
    return render(ask.request, "duplicates/compare.html", sides=sides(ask.tx, one_id, other_id))


@router.at("GET", "/with/{id}", scope="contacts:read")
def partner_page(ask: Ask, id: str, q: str = "") -> Response:
    """With whom a contact is to be merged: the likely ones, or those that a search finds."""
    row = _present(ask.tx, id)
    asked = q.strip()
    return render(
        ask.request, "duplicates/partner.html", name=row["full_name"] or row["email"],
        here=ids.show("cont", row["id"]), asked=q,
        found=search(ask.tx, row, asked, MOST) if asked else [],
        likely=[] if asked else partners(ask.tx, row),
    )  # fmt: skip


@router.at("POST", "/merge", scope="contacts:write")
def merge_form(
    ask: Ask, choices: Choices, survivor: Annotated[str, Form()], source: Annotated[str, Form()],
    then: Annotated[str, Form()] = "", at: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """After a `review` on to the next pair, else to the page of the contact that lives on. What was
    sent twice finds one contact already."""
    one_id, other_id = (_present(ask.tx, id)["id"] for id in (survivor, source))
    wanted = Wanted(
        ids.read("cont", survivor), (ids.read("cont", source),), _chosen(ask, choices)
    )  # fmt: skip
    merged = merge(ask.tx, ask.who, "web", wanted) if one_id != other_id else None
    if then != "review":
        kept, done = (merged.kept, merged.operation) if merged else (one_id, None)
        return back(ask.request, kept, "merged", done)
    query = {"at": at, "merged": ids.show("op", merged.operation.id) if merged else ""}
    told = urlencode({name: value for name, value in query.items() if value})
    return RedirectResponse(f"/duplicates?{told}" if told else "/duplicates", 303)


def _present(tx: Tx, shown_id: str) -> Mapping[str, Any]:
    """The contact of an id, or to which that leads. Raises Problem(not_found)."""
    row = one(tx, ids.read("cont", shown_id))
    if row is None:
        raise ids.missing("cont")
    return row


def _chosen(ask: Ask, choices: Mapping[str, str]) -> dict[str, UUID]:
    fields = catalogue(ask.tx)
    return {
        column_of(name, fields, f"choice.{name}"): ids.read("cont", id, f"choice.{name}")
        for name, id in choices.items()
    }
