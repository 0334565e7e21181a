"""A pointer to another thing of the product, such as an owner: read-only here, an id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from typeid import TypeID

from nimbus.db import ids
from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short


@dataclass(frozen=True, slots=True)
class Reference(Cell):
    """With `prefix`, ids of that kind alone, shown as they leave: `comp_…`."""

    prefix: ids.Prefix | None = None
    key: str = "reference"
    sql: str = "uuid"
    kind: str = "reference"

    def parse(self, raw: str) -> UUID | None:
        """Reads a plain UUID and a TypeID (`cont_…`)."""
        text = clean(raw)
        if is_blank(text):
            return None
        try:
            if self.prefix and "_" in text:
                return ids.read(self.prefix, text)
            return UUID(str(TypeID.from_string(text).uuid)) if "_" in text else UUID(text)
        except Exception:
            what = f"the id of {ids.a(self.prefix)}" if self.prefix else "an id"
            raise Invalid(f"{short(text)} is not {what}.") from None

    def parse_json(self, value: Any) -> UUID | None:
        if isinstance(value, UUID):
            return value
        parsed: UUID | None = Cell.parse_json(self, value)
        return parsed

    def show(self, value: UUID | None) -> str:
        if value is None or self.prefix is None:
            return Cell.show(self, value)
        return ids.show(self.prefix, value)

    def schema(self) -> dict[str, Any]:
        example = f"{self.prefix or 'user'}_01h455vb4pex5vsknk084sn02q"
        return {"type": ["string", "null"], "examples": [example]}


REFERENCE = Reference()
