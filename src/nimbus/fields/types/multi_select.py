"""Several of the options that a workspace has set up for a custom field (S0-36)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean
from nimbus.fields.types.dropdown import find_option
from nimbus.fields.types.text_list import texts


@dataclass(frozen=True, slots=True)
class MultiSelect(Cell):
    options: tuple[str, ...]
    key: str = "multi_select"
    sql: str = "text[]"
    kind: str = "choices"

    def parse(self, raw: str) -> list[str] | None:
        return self._read(re.split(r"[;|]", clean(raw)))

    def parse_json(self, value: Any) -> list[str] | None:
        if isinstance(value, list | tuple):
            return self._read(texts(value))
        parsed: list[str] | None = Cell.parse_json(self, value)
        return parsed

    def show(self, value: list[str] | None) -> str:
        return "; ".join(value or ())

    def schema(self) -> dict[str, Any]:
        entry = {"type": "string", "enum": list(self.options)}
        return {"type": ["array", "null"], "items": entry, "uniqueItems": True}

    def _read(self, pieces: list[str]) -> list[str] | None:
        found = (find_option(p, self.options) for piece in pieces for p in self._pieces(piece))
        return list(dict.fromkeys(option for option in found if option)) or None

    def _pieces(self, piece: str) -> list[str]:
        """An option may itself contain a comma, so the whole piece is tried first."""
        text = clean(piece)
        try:
            find_option(text, self.options)
        except Invalid:
            return [clean(part) for part in text.split(",")]
        return [text]
