"""How a field is asked for on a page: by its type, never by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nimbus.fields.field import Field
from nimbus.web.parts import Option

Kind = Literal["text", "textarea", "number", "date", "select", "checks", "words"]


@dataclass(frozen=True, slots=True)
class Control:
    """`select` is one of the options, of which the first is none; `checks` are several of them;
    `words` are several texts with commas. `min`, `max`, `step` and `maxlength` are those of the
    input."""

    kind: Kind
    options: tuple[Option, ...] = ()
    min: Any = None
    max: Any = None
    step: str | None = None
    maxlength: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A field on one line of a form; `type` is that of `ui.field`, `limits` are attributes of the
    input."""

    name: str
    label: str
    type: str
    help: str
    options: tuple[Option, ...]
    limits: Mapping[str, Any]


NOTHING = Option("", "—")


def control(field: Field) -> Control:
    """A reference is a select whose options the caller knows."""
    labels = getattr(field.type, "labels", None) or {option: option for option in field.options}
    options = tuple(Option(value, label) for value, label in labels.items())
    schema = field.type.schema()
    match field.type.kind:
        case "boolean":
            return Control("select", (NOTHING, Option("true", "Yes"), Option("false", "No")))
        case "choices":
            return Control("checks", options) if options else Control("words")
        case "choice" if options:
            return Control("select", (NOTHING, *options))
        case "reference":
            return Control("select", (NOTHING,))
        case "number":
            step = "1" if field.type.sql == "integer" else "any"
            least, most = schema.get("minimum"), schema.get("maximum")
            return Control("number", min=least, max=most, step=step)
        case "date":
            return Control("date")
        case _:
            kind: Kind = "textarea" if getattr(field.type, "lines", False) else "text"
            return Control(kind, maxlength=schema.get("maxLength"))


def line(name: str, label: str, field: Field, help: str = "") -> Line:
    """As a form that adds something asks for a field: several values are typed with commas."""
    asked = control(field)
    if asked.kind in ("checks", "words"):
        return Line(name, label, "text", "Several with commas", (), {})
    limits = {"min": asked.min, "max": asked.max, "step": asked.step, "maxlength": asked.maxlength}
    return Line(name, label, asked.kind, help, asked.options, limits)
