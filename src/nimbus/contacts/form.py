"""The forms in which people edit a contact in place: one field, or few that belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request

from nimbus.consent import STAY_WITH_CONSENT
from nimbus.contacts.writing.incoming import OF_CONSENT
from nimbus.fields import Catalogue, Field
from nimbus.fields.control import Control, control
from nimbus.problems import Problem
from nimbus.web.parts import Option

# Fields that are asked for together, by the key of their form.
TOGETHER = {
    "name": ("Name", ("first_name", "last_name")),
    "consent": ("Consent", ("consent_status", *STAY_WITH_CONSENT)),
}
# To which company the contact belongs, which is another matter than what the company is like.
MOVE = "company"
VALUE = "v."


@dataclass(frozen=True, slots=True)
class EditForm:
    """`key` is its address; `fields` are all of the contact, or all of its company."""

    key: str
    label: str
    fields: tuple[Field, ...]

    @property
    def moves(self) -> bool:
        return self.key == MOVE

    @property
    def of_company(self) -> bool:
        return self.fields[0].thing == "company" and not self.moves

    @property
    def of_consent(self) -> bool:
        """Whether recording consent is enough to set it."""
        return all(one.thing == "contact" and one.column in OF_CONSENT for one in self.fields)

    def members(self, sent: Sent) -> dict[str, Any]:
        """What a program would send: the members of the contact, or those of the company."""
        found: dict[str, Any] = {}
        for one in self.fields:
            if one.key not in sent.values:
                continue
            value = _json(one, sent.values[one.key])
            if self.moves:
                found["company_domain"] = value
            elif one.thing == "custom":
                found.setdefault("custom_fields", {})[one.path[1]] = value
            else:
                found[one.path[-1]] = value
        return found

    def errors(self, problem: Problem) -> dict[str, str]:
        """What is wrong, by the keys of fields; empty where it is about none of them."""
        return {
            one.key: problem.message
            for one in self.fields
            if problem.field in (".".join(one.path), one.path[-1])
            or (self.moves and problem.field == "company_domain")
        }


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came: the values by the keys of fields, the state that was seen, the place on the
    page, and how many contacts it was said the change concerns."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    seen: str | None = None
    at: str = "details"
    confirmed: int = 0
    client_id: str | None = None


async def sent(request: Request) -> Sent:
    """Boxes that are not ticked do not come, so that each field also sends a blank."""
    form = await request.form()
    texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    values: dict[str, list[str]] = {}
    for name, value in texts:
        if name.startswith(VALUE):
            values.setdefault(name.removeprefix(VALUE), []).append(value)
    plain = dict(texts)
    confirmed = plain.get("confirmed", "")
    return Sent(
        values, plain.get("seen") or None, plain.get("at", "details"),
        int(confirmed) if confirmed.isascii() and confirmed.isdigit() else 0,
        plain.get("client_id") or None,
    )  # fmt: skip


def form_of(catalogue: Catalogue, key: str) -> EditForm | None:
    """The form at an address; None for what is no field or is not edited."""
    if key == MOVE:
        return EditForm(MOVE, "Company", (catalogue.get("company.domain"),))
    if key in TOGETHER:
        label, keys = TOGETHER[key]
        return EditForm(key, label, tuple(catalogue.get(one) for one in keys))
    found = catalogue.find(key)
    return EditForm(key, found.label, (found,)) if found and is_edited(found) else None


def is_edited(one: Field) -> bool:
    """Whether people may set the field by hand."""
    return one.editable and bool(one.column) and one.thing in ("contact", "company", "custom")


def key_of(one: Field) -> str:
    """The form that a field is edited in, where it stands among the others."""
    return "consent" if one.key in TOGETHER["consent"][1] else one.key


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a form with what stands in it: texts that its type reads."""

    field: Field
    control: Control
    values: Sequence[str]
    error: str | None = None

    @property
    def name(self) -> str:
        return VALUE + self.field.key

    @property
    def value(self) -> str:
        return next(iter(self.values), "")


def asked(
    form: EditForm, values: Mapping[str, Sequence[str]], errors: Mapping[str, str],
    people: Sequence[Option],
) -> list[Asked]:  # fmt: skip
    """The fields of a form, filled in. `people` are those who may own a contact."""
    return [
        Asked(one, _offering(control(one), one, values[one.key], people), values[one.key],
              errors.get(one.key))
        for one in form.fields
    ]  # fmt: skip


def held(form: EditForm, row: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the contact has: a row as the pages show it."""
    return {one.key: texts(one, raw(one, row)) for one in form.fields}


def raw(one: Field, row: Mapping[str, Any]) -> Any:
    """The stored value of a field in a row with the company's columns under `company_…`."""
    if one.thing == "custom":
        return row["custom"].get(one.column)
    return row[f"company_{one.column}" if one.thing == "company" else one.column]


def texts(one: Field, value: Any) -> list[str]:
    """A stored value, or one that comes from JSON, as a form has it."""
    if value in (None, "", []):
        return []
    if isinstance(value, list):
        return [str(each) for each in value]
    if one.type.kind == "reference":
        return [one.type.show(one.type.parse_json(value))]
    return [value if isinstance(value, str) else one.type.show(value)]


def _offering(
    found: Control, one: Field, values: Sequence[str], people: Sequence[Option]
) -> Control:
    """With the people a reference may mean; and what is there already can stay, whatever else is
    offered."""
    options = (*found.options, *people) if one.type.kind == "reference" else found.options
    if found.kind in ("select", "checks"):
        known = {option.value for option in options}
        options += tuple(Option(value, value) for value in values if value not in known)
    return replace(found, options=options)


def _json(one: Field, values: Sequence[str]) -> Any:
    """What was typed as a program would send it; None for a blank."""
    given = [value for value in values if value.strip()]
    if one.type.kind == "choices" and len(given) != 1:
        return given
    return given[-1] if given else None
