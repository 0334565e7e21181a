"""The form that adds a company: its fields, by their own names (S0-07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from nimbus.companies.fields import COLUMNS
from nimbus.fields.control import control
from nimbus.fields.field import Field
from nimbus.web.parts import Option

HELP = {"name": "A company needs a name or a domain", "domain": "Such as acme.com"}


@dataclass(frozen=True, slots=True)
class Control:
    """A field of the form as `ui.field` has it; `limits` are attributes of the input."""

    name: str
    label: str
    type: str
    help: str
    options: tuple[Option, ...]
    limits: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed, by the names of fields; blanks are left out. `into` is whether a company that
    is here already may have it."""

    values: Mapping[str, str] = field(default_factory=dict)
    into: bool = False


async def filled(request: Request) -> Filled:
    """The form that came."""
    form = await request.form()
    typed = {one.key: str(form.get(one.key, "")).strip() for one in COLUMNS}
    return Filled({name: value for name, value in typed.items() if value}, "into" in form)


def controls() -> list[Control]:
    """Every field of a company, in the order of the catalogue; several values have commas."""
    found = []
    for one in COLUMNS:
        asked = control(one)
        is_several = asked.kind in ("checks", "words")
        limits = {"min": asked.min, "max": asked.max, "step": asked.step,
                  "maxlength": asked.maxlength}  # fmt: skip
        found.append(Control(
            one.key, _label(one), "text" if is_several else asked.kind,
            "Several with commas" if is_several else HELP.get(one.key, one.help),
            () if is_several else asked.options, limits,
        ))  # fmt: skip
    return found


def _label(one: Field) -> str:
    """Without what the whole form is about: “Website” of “Company website”."""
    rest = one.label.removeprefix("Company ")
    return rest[:1].upper() + rest[1:]
