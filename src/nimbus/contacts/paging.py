"""The orders in which contacts can be listed: those that an index serves, by their names (S3-22),
and any other by fields (S3-37)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nimbus.fields import Catalogue, Field, Related
from nimbus.filters.parse import field_by_key
from nimbus.problems import invalid
from nimbus.web.paging import By, Sort

CREATED_DESC = Sort(
    "created_desc", "Newest first", "created_at", True, True, nulls_first=True, blanks=False
)

SORTS = {
    sort.key: sort
    for sort in (
        CREATED_DESC,
        Sort("created_asc", "Oldest first", "created_at", blanks=False),
        Sort("updated_desc", "Changed last", "updated_at", True, nulls_first=True, blanks=False),
        Sort("lead_score_desc", "Highest score", "lead_score", descending=True),
        Sort("lead_score_asc", "Lowest score", "lead_score", id_descending=True, nulls_first=True),
        Sort("name_asc", "Name, A to Z", "full_name"),
        Sort("name_desc", "Name, Z to A", "full_name", True, True, nulls_first=True),
        Sort("email_asc", "Email, A to Z", "email", blanks=False),
        Sort("email_desc", "Email, Z to A", "email", True, True, nulls_first=True, blanks=False),
        Sort("icp_tier", "Tier, A first", "icp_tier"),
        Sort("icp_tier_desc", "Tier, D first", "icp_tier", True, True, nulls_first=True),
    )
}


def sort_of(key: str) -> Sort:
    """The order of that name. Raises Problem that names `sort` and the allowed ones."""
    if key not in SORTS:
        raise invalid(f"“{key[:40]}” is not an order. Allowed: {', '.join(SORTS)}.", "sort")
    return SORTS[key]


MOST_COLUMNS = 5
# Kinds whose values have an order that people would expect.
ORDERED = frozenset({"text", "choice", "number", "date", "datetime", "boolean"})


@dataclass(frozen=True, slots=True)
class FieldSort(Sort):
    """An order by fields of any kind; `made` are those that are no columns of the contact, under
    the names that the order has for them."""

    made: tuple[tuple[str, Field], ...] = ()


def sort_by(asked: Sequence[tuple[str, bool]], catalogue: Catalogue) -> Sort:
    """The order by fields, each with whether it is descending; the newest first when none is asked
    for (S3-37). Raises Problem that names the place, such as `sort[1].field`."""
    if not asked:
        return CREATED_DESC
    columns: list[By] = []
    made: list[tuple[str, Field]] = []
    fields: list[str] = []
    for at, (key, descending) in enumerate(asked):
        field = _sortable(key, catalogue, f"sort[{at}].field")
        name = field.column if field.thing == "contact" else f"by_{at}"
        if field.key in fields:
            raise invalid(f"{field.label} is there twice.", f"sort[{at}].field")
        fields.append(field.key)
        columns.append(By(name, descending))
        if field.thing != "contact":
            made.append((name, field))
    first, *then = columns
    if not then:
        for known in SORTS.values():  # These have an index.
            if (known.column, known.descending) == (first.column, first.descending):
                return known
    words = ",".join(f"{key}{'-' * descending}" for key, descending in asked)
    return FieldSort(words, "By fields", first.column, first.descending, first.descending,
                     then=tuple(then), made=tuple(made))  # fmt: skip


def _sortable(key: str, catalogue: Catalogue, path: str) -> Field:
    field = field_by_key(catalogue, key, path)
    if field.type.kind not in ORDERED or isinstance(field.related, Related):
        raise invalid(f"Nothing can be sorted by {field.label}.", path)
    return field
