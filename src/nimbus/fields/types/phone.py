"""A phone number as typed; its E.164 form is derived beside it (`derive.e164`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short

_LIMIT = 64
# A spreadsheet marks text by an apostrophe, a link starts with its scheme.
_LEADING = re.compile(r"(?:'|tel:|\s)+", re.IGNORECASE)
_SPREADSHEET = re.compile(r"\+?\d[.,]\d+E\+?\d+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phone(Cell):
    key: str = "phone"
    sql: str = "text"
    kind: str = "text"

    def parse(self, raw: str) -> str | None:
        text = _without_marks(clean(raw))
        if text.endswith(".0") and text[:-2].lstrip("+").isdigit():
            text = text[:-2]  # A spreadsheet had taken the number for a decimal.
        if is_blank(text):
            return None
        if len(text) > _LIMIT:
            raise Invalid(f"A phone number has at most {_LIMIT} characters.")
        if _SPREADSHEET.match(text):
            raise Invalid(f"{short(text)} was shortened by a spreadsheet; export it as text.")
        if not any(c.isdigit() for c in text):
            raise Invalid(f"{short(text)} is not a phone number: it has no digit.")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "maxLength": _LIMIT}


def _without_marks(text: str) -> str:
    marks = _LEADING.match(text)
    return text[marks.end() :] if marks else text


PHONE = Phone()
