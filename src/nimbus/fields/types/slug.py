"""A word of an open list, such as a seniority: known ones are recognised, others kept as slugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank

_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Slug(Cell):
    """`normal` turns any words into a slug; `labels` are the slugs to offer (S3-06)."""

    key: str
    normal: Callable[[str], str | None]
    labels: Mapping[str, str]
    sql: str = "text"
    kind: str = "choice"

    def parse(self, raw: str) -> str | None:
        if raw in self.labels:
            return raw
        text = clean(raw)
        if is_blank(text):
            return None
        if len(text) > _LIMIT:
            raise Invalid(f"At most {_LIMIT} characters fit.")
        return self.normal(text)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "maxLength": _LIMIT, "examples": list(self.labels)}
