"""The form that adds a company: its fields, by their own names (S0-07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request

from nimbus.companies.fields import COLUMNS
from nimbus.fields.control import Line, line
from nimbus.fields.field import Field

HELP = {"name": "A company needs a name or a domain", "domain": "Such as acme.com"}


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed, by the names of fields; blanks are left out. `into` is whether a company that
    is here already may have it."""

    values: Mapping[str, str] = field(default_factory=dict)
    into: bool = False


async def filled(request: Request) -> Filled:
    """The form that came."""
    form = await request.form()
    typed = {one.key: form.get(one.key) for one in COLUMNS}
    words = {name: value.strip() for name, value in typed.items() if isinstance(value, str)}
    return Filled({name: value for name, value in words.items() if value}, "into" in form)


def lines() -> list[Line]:
    """Every field of a company, in the order of the catalogue."""
    return [line(one.key, _label(one), one, HELP.get(one.key, one.help)) for one in COLUMNS]


def _label(one: Field) -> str:
    """Without what the whole form is about: “Website” of “Company website”."""
    rest = one.label.removeprefix("Company ")
    return rest[:1].upper() + rest[1:]
