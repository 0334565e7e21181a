"""What people and programs say of a company: read by its fields, ready for the columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nimbus.companies.fields import COMPANY_FIELDS
from nimbus.fields.derive import company_name_key
from nimbus.fields.field import Invalid
from nimbus.fields.nothing import said_nothing
from nimbus.problems import invalid


def read(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the members; null is a blank. Raises Problem that names the member."""
    found: dict[str, Any] = {}
    for name, raw in given.items():
        field = COMPANY_FIELDS.get(name, name)
        try:
            value = field.type.parse_json(raw)
        except Invalid as wrong:
            raise invalid(f"{field.label}: {wrong}", name) from None
        found[name] = (value or []) if name == "tech_stack" else value
    if "name" in found:
        found["name_key"] = (company_name_key(found["name"]) if found["name"] else None) or None
    return found


def warnings(given: Mapping[str, Any]) -> list[str]:
    """Which members say that there is nothing, as "NULL" does, and so clear what there was."""
    told = (said_nothing(COMPANY_FIELDS.get(name, name), name, raw) for name, raw in given.items())
    return [one for one in told if one]


def need_key(company: Mapping[str, Any]) -> None:
    """A company is found by its domain, else by its name. Raises Problem for one without both."""
    if not company.get("domain") and not company.get("name_key"):
        raise invalid("A company needs a domain or a name.", "name")
