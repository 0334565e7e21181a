"""The warning before an import that claims consent (S2-19)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from nimbus.fields.choices import CONSENT_STATUS
from nimbus.fields.field import Invalid

_LAW = (
    "“Opted in” without a person's consent violates CASL and the GDPR. If you cannot prove it for "
    "each of them, use the consent type “Imported” and verify before enrolling anyone."
)


def warning_for(defaults: Mapping[str, Any], mapped: Collection[str]) -> str | None:
    """What to tell the importing person, None when nothing claims consent.

    `defaults` are the values for unmapped fields by key (S2-18), `mapped` the keys of the fields
    that columns are mapped to.
    """
    if _opts_in(defaults.get("consent_status")):
        return f"Every new contact without a consent status is set to “Opted in”. {_LAW}"
    if "consent_status" in mapped:
        return f"A column sets the consent status, so this file can set “Opted in”. {_LAW}"
    return None


def _opts_in(value: Any) -> bool:
    try:
        return bool(CONSENT_STATUS.parse_json(value) == "opted_in")
    except Invalid:
        return False
