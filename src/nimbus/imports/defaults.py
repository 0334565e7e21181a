"""Values for fields that no column is mapped to, such as a source or a consent status (S2-18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nimbus.fields import Catalogue, Invalid
from nimbus.problems import invalid


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
