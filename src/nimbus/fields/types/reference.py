"""A pointer to another thing of the product, such as an owner: read-only here, an id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from typeid import TypeID

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short


@dataclass(frozen=True, slots=True)
class Reference(Cell):
    key: str = "reference"
    sql: str = "uuid"
    kind: str = "reference"

    def parse(self, raw: str) -> UUID | None:
        """Reads a plain UUID and any TypeID (`cont_…`)."""
        text = clean(raw)
        if is_blank(text):
            return None
        try:
            return UUID(str(TypeID.from_string(text).uuid)) if "_" in text else UUID(text)
        except Exception:
            raise Invalid(f"{short(text)} is not an id.") from None

    def parse_json(self, value: Any) -> UUID | None:
        if isinstance(value, UUID):
            return value
        parsed: UUID | None = Cell.parse_json(self, value)
        return parsed

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "examples": ["user_01h455vb4pex5vsknk084sn02q"]}


REFERENCE = Reference()
