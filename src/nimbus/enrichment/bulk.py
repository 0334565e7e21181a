"""Completing many contacts from outside sources (S0-68): refused while there is nobody to ask."""

from __future__ import annotations

from nimbus.operations.bulk import refused

ENRICH = refused(
    "enrich", "Enrich", "sparkles", "contacts:write",
    "There is no provider to ask: this version of Nimbus comes with none yet. Nothing was changed.",
)  # fmt: skip
