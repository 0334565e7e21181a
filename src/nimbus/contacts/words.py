"""Values of fields in the words of a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any

from nimbus.fields import Field
from nimbus.web.words import day


def value_words(field: Field, value: Any, names: Mapping[str, str]) -> str | None:
    """A stored value, or one that comes from JSON, as text; None when there is none. `names` has
    the people and clients that a reference may mean."""
    if value is None or value == "" or value == []:
        return None
    labels = getattr(field.type, "labels", {})
    match field.type.kind:
        case "choice":
            return str(labels.get(value, value))
        case "choices":
            return ", ".join(value)
        case "boolean":
            return "Yes" if value else "No"
        case "date":
            return day(date.fromisoformat(value) if isinstance(value, str) else value, UTC)
        case "datetime":
            # In the zone in which it is written in the form, and in which its days are asked for.
            moment = field.type.parse_json(value)
            return f"{day(moment, UTC)}, {moment:%H:%M} UTC"
        case "number":
            return f"{value:,}"
        case "reference":
            return names.get(str(value), "someone who is gone")
        case _:
            return str(value)


def day_heading(of: date, today: date) -> str:
    """Today, yesterday, or the date."""
    return {0: "Today", 1: "Yesterday"}.get((today - of).days, day(of, UTC))
