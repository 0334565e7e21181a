"""A moment in time with its zone, kept and shown in UTC (S3-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short


@dataclass(frozen=True, slots=True)
class Moment(Cell):
    key: str = "datetime"
    sql: str = "timestamptz"
    kind: str = "datetime"

    def parse(self, raw: str) -> datetime | None:
        text = clean(raw)
        if is_blank(text):
            return None
        try:
            return _utc(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            raise Invalid(
                f"{short(text)} is not a time; write it like 2026-04-01T12:00:00Z."
            ) from None

    def parse_json(self, value: Any) -> datetime | None:
        if isinstance(value, datetime):
            return _utc(value)
        parsed: datetime | None = Cell.parse_json(self, value)
        return parsed

    def show(self, value: datetime | None) -> str:
        return "" if value is None else _utc(value).isoformat().replace("+00:00", "Z")

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "date-time"}


def _utc(value: datetime) -> datetime:
    """A time without a zone is taken for UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


MOMENT = Moment()
