"""Sets that a contact is in, each named by its id: segments, imports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.db import ids
from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank
from nimbus.problems import Problem


def _unnamed(id: UUID) -> str | None:
    return None


def _any(id: UUID) -> bool:
    return True


def _none() -> Mapping[UUID, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Membership(Cell):
    """Values are the ids of sets; `name` answers what people call one, `known` whether it is there
    to be asked for, `listed` are those that people are let choose from."""

    prefix: ids.Prefix
    name: Callable[[UUID], str | None] = _unnamed
    known: Callable[[UUID], bool] = _any
    listed: Callable[[], Mapping[UUID, str]] = _none
    key: str = "membership"
    sql: str = "uuid"
    kind: str = "membership"

    def parse(self, raw: str) -> UUID | None:
        text = clean(raw)
        if is_blank(text):
            return None
        try:
            return ids.read(self.prefix, text, "value")
        except Problem:
            what = ids.a(self.prefix)
            raise Invalid(f"The id of {what} is needed, such as {self.prefix}_01h4….") from None

    def parse_json(self, value: Any) -> UUID | None:
        parsed: UUID | None = Cell.parse_json(self, value)
        return parsed

    def show(self, value: UUID | None) -> str:
        return "" if value is None else ids.show(self.prefix, value)

    def words(self, value: UUID) -> str:
        """The set as people call it, else its id."""
        name = self.name(value)
        return f"“{name}”" if name else self.show(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": [f"{self.prefix}_01h455vb4pex5vsknk084sn02q"]}
