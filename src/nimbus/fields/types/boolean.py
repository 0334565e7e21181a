"""Yes or no, in the words and marks of several languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short

_YES_WORDS = """
yes y true t 1 1.0 on x ✓ ✔ ☑ checked opted-in ja j wahr oui o vrai si sí s sim verdadero
verdadeiro vero waar
"""
_NO_WORDS = """
no n false f 0 0.0 off ✗ ✘ ☐ unchecked opted-out nein falsch non faux não nao falso nee onwaar
"""
_YES = frozenset(_YES_WORDS.split())
_NO = frozenset(_NO_WORDS.split())


@dataclass(frozen=True, slots=True)
class Boolean(Cell):
    key: str = "boolean"
    sql: str = "boolean"
    kind: str = "boolean"

    def parse(self, raw: str) -> bool | None:
        word = clean(raw).lower()
        if word in _YES:
            return True
        if word in _NO:
            return False
        if is_blank(word):
            return None
        raise Invalid(f"{short(word)} is neither yes nor no.")

    def parse_json(self, value: Any) -> bool | None:
        if isinstance(value, bool):
            return value
        if isinstance(value, int) and value in (0, 1):
            return bool(value)
        parsed: bool | None = Cell.parse_json(self, value)
        return parsed

    def show(self, value: bool | None) -> str:
        return "" if value is None else "true" if value else "false"

    def schema(self) -> dict[str, Any]:
        return {"type": ["boolean", "null"]}


BOOLEAN = Boolean()
