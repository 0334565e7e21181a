"""One of the options that a workspace has set up for a custom field (S0-36)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short


@dataclass(frozen=True, slots=True)
class Dropdown(Cell):
    options: tuple[str, ...]
    key: str = "dropdown"
    sql: str = "text"
    kind: str = "choice"

    def parse(self, raw: str) -> str | None:
        text = clean(raw)
        return find_option(text, self.options) if text else None

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "enum": [*self.options, None]}


def find_option(text: str, options: tuple[str, ...]) -> str | None:
    """The option as set up, whatever its case in the cell; None for words that mean nothing."""
    low = text.casefold()
    for option in options:
        if option.casefold() == low:
            return option
    if is_blank(text):
        return None
    allowed = ", ".join(options[:20]) + (", …" if len(options) > 20 else "")
    raise Invalid(f"{short(text)} is not one of the options: {allowed}.")
