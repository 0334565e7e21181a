"""A person's name, or a part of one, as typed but for its white space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank_text

_LIMIT = 200


@dataclass(frozen=True, slots=True)
class PersonName(Cell):
    key: str = "person_name"
    sql: str = "text"
    kind: str = "text"

    def parse(self, raw: str) -> str | None:
        text = " ".join(clean(raw).split())
        # CRMs that insist on a last name are fed "-" or "."; "Null" is a real surname.
        if is_blank_text(text) or not any(c.isalnum() for c in text):
            return None
        if len(text) > _LIMIT:
            raise Invalid(f"A name has at most {_LIMIT} characters.")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "maxLength": _LIMIT}


PERSON_NAME = PersonName()
