"""A time zone by its IANA name, read from the spellings of other systems too (S3-05)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short

_NOT_ZONES = frozenset({"localtime", "posixrules", "Factory"})
_SHORT = {
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "mdt": "America/Denver",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "edt": "America/New_York",
    "cest": "Europe/Berlin",
    "mez": "Europe/Berlin",
    "bst": "Europe/London",
    "z": "UTC",
}


@dataclass(frozen=True, slots=True)
class TimeZone(Cell):
    key: str = "time_zone"
    sql: str = "text"
    kind: str = "choice"

    def parse(self, raw: str) -> str | None:
        return _read(raw)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "examples": ["Europe/Berlin"]}


@lru_cache(maxsize=2**12)
def _read(raw: str) -> str | None:
    text = clean(raw)
    if is_blank(text):
        return None
    # Salesforce writes "(GMT+01:00) Central European Time (Europe/Berlin)", HubSpot
    # "europe_slash_berlin".
    inner = re.search(r"\(([A-Za-z_]+/[A-Za-z_/+-]+)\)", text)
    name = (inner[1] if inner else text).lower().replace("_slash_", "/")
    zones = _zones()
    if zone := zones.get(name) or zones.get(name.replace(" ", "_")):
        return zone
    raise Invalid(f"{short(text)} is not a time zone; write it like Europe/Berlin.")


@cache
def _zones() -> dict[str, str]:
    known = {zone.lower(): zone for zone in available_timezones() - _NOT_ZONES}
    windows = {name.lower(): zone for name, zone in get_global("windows_zone_mapping").items()}
    return windows | _SHORT | known


TIME_ZONE = TimeZone()
