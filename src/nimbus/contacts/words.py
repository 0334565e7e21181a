"""Values of fields in the words of a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from nimbus.fields import Field


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
            return day_words(date.fromisoformat(value) if isinstance(value, str) else value)
        case "datetime":
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
            return f"{day_words(moment)}, {moment:%H:%M}"
        case "number":
            return f"{value:,}"
        case "reference":
            return names.get(str(value), "someone who is gone")
        case _:
            return str(value)


def day_words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def day_heading(day: date, today: date) -> str:
    """Today, yesterday, or the date."""
    return {0: "Today", 1: "Yesterday"}.get((today - day).days, day_words(day))
