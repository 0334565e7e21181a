"""Several short texts in one cell, parted by semicolon, comma or bar."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short, told

PARTING = re.compile(r"[;,|]")
_LIMIT = 100


@dataclass(frozen=True, slots=True)
class TextList(Cell):
    """`normal` joins the words of an entry; entries equal but for case are kept once, in order."""

    key: str = "text_list"
    normal: Callable[[list[str]], str] = " ".join
    sql: str = "text[]"
    kind: str = "choices"

    def parse(self, raw: str) -> list[str] | None:
        return self._read(PARTING.split(clean(raw)))

    def parse_json(self, value: Any) -> list[str] | None:
        if isinstance(value, list | tuple):
            return self._read([piece for entry in texts(value) for piece in PARTING.split(entry)])
        parsed: list[str] | None = Cell.parse_json(self, value)
        return parsed

    def show(self, value: list[str] | None) -> str:
        return "; ".join(value or ())

    def schema(self) -> dict[str, Any]:
        entry = {"type": "string", "maxLength": _LIMIT}
        return {"type": ["array", "null"], "items": entry, "uniqueItems": True}

    def _read(self, pieces: list[str]) -> list[str] | None:
        entries: dict[str, str] = {}
        for piece in pieces:
            entry = self.normal(clean(piece).split())
            if is_blank(entry):
                continue
            if len(entry) > _LIMIT:
                raise Invalid(f"{short(entry)} is too long; at most {_LIMIT} characters fit.")
            entries.setdefault(entry.casefold(), entry)
        return list(entries.values()) or None


def texts(value: list[Any] | tuple[Any, ...]) -> list[str]:
    """The strings of a JSON array; anything else in it is refused."""
    for entry in value:
        if not isinstance(entry, str):
            raise Invalid(f"Send a list of texts; {told(entry)} is none.")
    return list(value)


TEXT_LIST = TextList()
