"""The body of an edit, read by the catalogue: which fields change, and to what (S3-29, D-13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body
from pydantic import WithJsonSchema

from nimbus.contacts.contact import Contact
from nimbus.contacts.writing.merging import DEFAULTS
from nimbus.db import ids
from nimbus.fields import STANDARD, Catalogue, Field, Invalid, unknown_field
from nimbus.fields.nothing import said_nothing
from nimbus.problems import Problem, invalid

EDITABLE = {f.key: f for f in STANDARD if f.thing == "contact" and f.column and f.editable}
# Which company the contact belongs to; what the company is like is edited there.
COMPANY = ("company_domain", "company_id")
# What stands in place of nothing.
BLANKS: dict[str, Any] = {**DEFAULTS, "tags": []}
# No field holds more than half of it, and some take the square of the time to say so.
LONGEST = 20_000


def _member(field: Field) -> dict[str, Any]:
    """A blank text clears, as null does. A limit holds for what is left once white space, signs
    that do not print and repetitions are gone, which no schema can say."""
    schema = {name: told for name, told in field.type.schema().items() if name != "uniqueItems"}
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], ""]
    if "pattern" in schema:
        schema["pattern"] = f"^$|{schema['pattern']}"
    items = dict(schema.pop("items", {}))
    if most := items.pop("maxLength", None) or schema.pop("maxLength", None):
        schema["description"] = f"At most {most:,} characters{' each' if items else ''}."
    return {**schema, "items": items} if items else schema


SCHEMA: dict[str, Any] = {
    "title": "ContactPatch",
    "type": "object",
    "description": "Members that are left out stay as they are, null or a blank text clears; "
                   "`tags` are replaced.",
    "properties": {
        **{key: _member(one) for key, one in EDITABLE.items()},
        "email": {"type": "string", "format": "email"},
        "company_domain": {"type": ["string", "null"], "description": "Of the company to move to, "
                           "which is made where there is none."},
        "company_id": {"type": ["string", "null"], "description": "Likewise, by its id.",
                       "pattern": f"^{ids.pattern('comp')}$"},
        "owner_id": {"type": ["string", "null"], "description": "A person of the workspace.",
                     "pattern": f"^{ids.pattern('user')}$"},
        "client_id": {"type": "string", "description": "In agency mode, for whom a new email is "
                      "claimed of a contact that nobody holds.",
                      "pattern": f"^{ids.pattern('client')}$"},
        "custom_fields": {"type": "object", "description": "By name; null clears one.",
                          "additionalProperties": {
                              "type": ["string", "number", "boolean", "array", "null"]}},
    },
    "additionalProperties": False,
}  # fmt: skip
Given = Annotated[dict[str, Any], Body(), WithJsonSchema(SCHEMA)]


@dataclass(frozen=True, slots=True)
class Patch:
    """`columns` of the contact; `custom` values by the ids of their fields, None to clear one;
    `company` is the domain or the id of a company, None for no company any more, `moves` whether
    that was said at all. `warnings` tell what was dropped, or read as nothing."""

    columns: Mapping[str, Any]
    custom: Mapping[str, Any] = field(default_factory=dict)
    moves: bool = False
    company: str | UUID | None = None
    warnings: tuple[str, ...] = ()


def read_patch(given: Mapping[str, Any], catalogue: Catalogue, *, lenient: bool = False) -> Patch:
    """What a body asks for. With `lenient`, custom fields that are not there are dropped, and named
    in the warnings. Raises Problem that names the member."""
    columns: dict[str, Any] = {}
    blanked: list[str | None] = []
    for name, value in given.items():
        if name in EDITABLE:
            columns[name] = _value(EDITABLE[name], value, name)
            blanked.append(said_nothing(EDITABLE[name], name, value))
        elif name not in (*COMPANY, "custom_fields"):
            raise _not_editable(name)
    custom, warnings = _custom(given.get("custom_fields"), catalogue, lenient)
    if columns.get("email", "") is None:
        raise invalid("A contact has an email: send another one, or leave it out.", "email")
    named = [name for name in COMPANY if name in given]
    if len(named) > 1:
        raise invalid("Name the company by its domain or by its id, not by both.", "company_id")
    company = _company(named[0], given[named[0]], catalogue) if named else None
    if "company_domain" in named:
        domain = catalogue.get("company.domain")
        blanked.append(said_nothing(domain, "company_domain", given["company_domain"]))
    told = (*filter(None, blanked), *warnings)
    return Patch(columns, custom, bool(named), company, told)


def _value(of: Field, value: Any, at: str) -> Any:
    size = len(value) if isinstance(value, str | list) else 0
    if isinstance(value, list):
        size += sum(len(one) for one in value if isinstance(one, str))
    if size > LONGEST:
        raise invalid(f"{size:,} characters are too many; at most {LONGEST:,} are read.", at)
    if of.key == "owner_id" and isinstance(value, str):
        return ids.read("user", value, at)
    try:
        found = of.type.parse_json(value)
    except Invalid as wrong:
        raise invalid(str(wrong), at) from None
    return BLANKS.get(of.column) if found is None else found


def _custom(
    given: Any, catalogue: Catalogue, lenient: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    if given is None:
        return {}, ()
    if not isinstance(given, dict):
        raise invalid("Send an object: the values by the names of their fields.", "custom_fields")
    values: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in given.items():
        at = f"custom_fields.{name[:80]}"
        found = catalogue.find(f"custom.{name}")
        if found is not None:
            values[found.column] = _value(found, value, at)
            if lost := said_nothing(found, at, value):
                warnings.append(lost)
        elif lenient:
            warnings.append(f"There is no custom field “{name[:80]}”; its value was dropped.")
        else:
            raise unknown_field(name, (f.path[1] for f in catalogue.custom()), at)
    return values, tuple(warnings)


def _company(name: str, value: Any, catalogue: Catalogue) -> str | UUID | None:
    if name == "company_domain" or value is None:
        domain: str | None = _value(catalogue.get("company.domain"), value, name)
        return domain
    if not isinstance(value, str):
        raise invalid("Send the id of a company, such as comp_01h4….", name)
    return ids.read("comp", value, name)


def _not_editable(name: str) -> Problem:
    if name == "company":
        return invalid(
            "A company is edited at /api/v1/companies/; to move the contact to another one send "
            "company_domain or company_id.", name,
        )  # fmt: skip
    if name in Contact.__slots__:
        return invalid(f"{name} is kept by Nimbus and cannot be set.", name)
    return unknown_field(name, [*EDITABLE, *COMPANY, "custom_fields"])
