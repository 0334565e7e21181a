"""Values for fields that no column is mapped to, such as a source or a consent status (S2-18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nimbus.fields import Catalogue, Invalid
from nimbus.problems import Problem, invalid


def default_values(defaults: Mapping[str, str], catalogue: Catalogue) -> dict[str, Any]:
    """The values by field key. Raises Problem naming the field that is unknown or unreadable."""
    found: dict[str, Any] = {}
    for key, raw in defaults.items():
        field = catalogue.get(key, f"defaults.{key}")
        if not field.importable or key in ("email", "location", "full_name"):
            raise invalid(f"{field.label} cannot have a default.", f"defaults.{key}")
        try:
            value = field.type.parse(raw)
        except Invalid as wrong:
            raise invalid(f"{field.label}: {wrong}", f"defaults.{key}") from wrong
        if value is not None:
            found[key] = value
    return found


def that_fit(defaults: Mapping[str, str], catalogue: Catalogue) -> tuple[dict[str, str], list[str]]:
    """Those that `default_values` takes, and a sentence on each of the others, such as one for a
    field that was deleted since."""
    kept, notes = {}, []
    for key, raw in defaults.items():
        try:
            default_values({key: raw}, catalogue)
        except Problem as problem:
            notes.append(f"The default “{raw}” for {key} was left out. {problem.message}")
        else:
            kept[key] = raw
    return kept, notes
