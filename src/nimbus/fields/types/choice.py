"""One of a few values that the product knows: a slug with its label and its other names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, fold, is_blank, short


@dataclass(frozen=True, slots=True)
class Choice(Cell):
    """`labels` maps each slug to its label, in order; `synonyms` maps other words to slugs."""

    key: str
    labels: Mapping[str, str]
    synonyms: Mapping[str, str] = field(default_factory=dict)
    sql: str = "text"
    kind: str = "choice"
    _words: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = {fold(label): slug for slug, label in self.labels.items()}
        words |= {fold(slug): slug for slug in self.labels}
        words |= {fold(word): slug for word, slug in self.synonyms.items()}
        object.__setattr__(self, "_words", words)

    def parse(self, raw: str) -> str | None:
        if raw in self.labels:
            return raw
        text = clean(raw)
        if found := self._words.get(fold(text)):
            return found
        if is_blank(text):
            return None
        allowed = ", ".join(self.labels)
        raise Invalid(f"{short(text)} is not one of the allowed values: {allowed}.")

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "enum": [*self.labels, None]}
