"""Searching with a filter of any shape: `POST /api/v1/contacts/search/` (S3-37 … S3-39)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from nimbus.contacts.api import ContactPage, contact_page
from nimbus.contacts.expand import IN_LISTS
from nimbus.contacts.paging import MOST_COLUMNS, sort_by
from nimbus.contacts.read import ContactList, Shown
from nimbus.fields import Catalogue
from nimbus.fields.read import catalogue
from nimbus.filters import Filter, parse, parse_list
from nimbus.filters.parse import MAX_LEAVES
from nimbus.filters.shapes import FilterTree
from nimbus.problems import invalid
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import WHOLE

router = ApiRouter("/api/v1/contacts", "contacts")

SHOWN: dict[bool | None, Shown] = {None: "all", False: "live", True: "deleted"}


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SortField(_Given):
    field: str = Field(examples=["lead_score"])
    direction: Literal["asc", "desc"] = "asc"


class ContactSearch(_Given):
    """`filters` joined by `filters_logic`, or one `filter`; without either, everybody."""

    filters: Annotated[list[FilterTree], Field(max_length=MAX_LEAVES)] = []
    filters_logic: Literal["AND", "OR", "and", "or"] = "AND"
    filter: FilterTree | None = None
    search: Annotated[
        str, Field(max_length=200, description="Words of name, email, title, phone or company.")
    ] = ""
    sort: Annotated[
        list[SortField],
        Field(max_length=MOST_COLUMNS, description="Blanks last; the newest first when left out."),
    ] = []
    page_size: Annotated[int, Field(ge=1, le=500, strict=True), WHOLE] = 50
    cursor: str | None = Field(None, min_length=1, description="`next_cursor` of the page before.")
    is_deleted: StrictBool | None = Field(
        None,
        description="Deleted contacts are found too unless this is false; when true they "
        "alone, without those who were merged.",
    )
    expand: Annotated[
        list[Literal["company", "owner", "client"]],
        Field(max_length=len(IN_LISTS), description="What to tell in `expanded`."),
    ] = []


@router.at("POST", "/search/", scope="contacts:read", answers=ContactPage)
def search_contacts(ask: Ask, body: ContactSearch) -> dict[str, Any]:
    """Contacts that a filter of any shape finds, in any order; a page at a time, like the list.
    It changes nothing."""
    fields = catalogue(ask.tx)
    asked = ContactList(
        _filter(body, fields),
        body.search,
        SHOWN[body.is_deleted],
        sort_by([(by.field, by.direction == "desc") for by in body.sort], fields),
    )
    return contact_page(ask, asked, body.page_size, body.cursor, ",".join(body.expand))


def _filter(body: ContactSearch, fields: Catalogue) -> Filter | None:
    if body.filter is None:
        return parse_list(body.filters, body.filters_logic, fields) if body.filters else None
    if body.filters:
        raise invalid("Send “filters” or “filter”, not both.", "filter")
    return parse(body.filter, fields)
