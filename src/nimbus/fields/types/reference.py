"""A pointer to another thing of the product, such as an owner: read-only here, an id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.db import ids
from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short
from nimbus.problems import Problem


@dataclass(frozen=True, slots=True)
class Reference(Cell):
    """Ids of one kind, shown as they leave: `comp_…`."""

    prefix: ids.Prefix
    key: str = "reference"
    sql: str = "uuid"
    kind: str = "reference"

    def parse(self, raw: str) -> UUID | None:
        """Reads a plain UUID and a TypeID (`comp_…`)."""
        text = clean(raw)
        if is_blank(text):
            return None
        try:
            return ids.read(self.prefix, text) if "_" in text else UUID(text)
        except (Problem, ValueError):
            raise Invalid(f"{short(text)} is not the id of {ids.a(self.prefix)}.") from None

    def parse_json(self, value: Any) -> UUID | None:
        if isinstance(value, UUID):
            return value
        parsed: UUID | None = Cell.parse_json(self, value)
        return parsed

    def show(self, value: UUID | None) -> str:
        return "" if value is None else ids.show(self.prefix, value)

    def schema(self) -> dict[str, Any]:
        example = f"{self.prefix}_01h455vb4pex5vsknk084sn02q"
        return {"type": ["string", "null"], "examples": [example]}
