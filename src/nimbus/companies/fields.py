"""The fields of a company by its own names, for the one filter language: `employee_count__gte`."""

from __future__ import annotations

from dataclasses import replace

from nimbus.fields import STANDARD, Catalogue
from nimbus.fields.field import Field

_DATED = ("created_at", "updated_at")


def _own(field: Field) -> Field:
    """As a column of the row itself, which a list of companies reads."""
    return replace(field, key=field.column, thing="contact")


COLUMNS = tuple(_own(field) for field in STANDARD if field.thing == "company")
COMPANY_FIELDS = Catalogue((*COLUMNS, *(_own(field) for field in STANDARD if field.key in _DATED)))
