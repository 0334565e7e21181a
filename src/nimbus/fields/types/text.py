"""Free text, on one line or on many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, clean_lines, is_blank_text


@dataclass(frozen=True, slots=True)
class Text(Cell):
    key: str = "text"
    limit: int = 1_000
    lines: bool = False
    sql: str = "text"
    kind: str = "text"

    def parse(self, raw: str) -> str | None:
        text = clean_lines(raw) if self.lines else clean(raw)
        if is_blank_text(text):
            return None
        if len(text) > self.limit:
            raise Invalid(f"{len(text):,} characters are too many; at most {self.limit:,} fit.")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "maxLength": self.limit}


TEXT = Text()
LONG_TEXT = Text("long_text", limit=10_000, lines=True)
