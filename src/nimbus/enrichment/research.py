"""How far completing a contact from outside sources is, for its tab Research (S0-20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nimbus.contacts.panels import Panel, TabOffer
from nimbus.db.door import Tx
from nimbus.enrichment.personalization import STATUSES, find
from nimbus.enrichment.provider import FRESH_FOR
from nimbus.enrichment.read import answered

TAB = TabOffer("Research", "research")

# By what the contact says; what is old is told as stale (S0-74).
WORDS = {
    "never_attempted": ("Never attempted", "grey"),
    "in_progress": ("In progress", "blue"),
    "completed": ("Completed", "green"),
    "failed": ("Failed", "red"),
    "stale": ("Stale", "amber"),
}
# Of the statuses of personalization.
TONES = {"none": "grey", "queued": "blue", "ready": "green", "failed": "red"}


@dataclass(frozen=True, slots=True)
class Enrichment:
    """`sources` are the providers that have answered, with when."""

    label: str
    tone: str
    is_stale: bool
    at: datetime | None
    sources: list[tuple[str, datetime]]


def enrichment(tx: Tx, row: Mapping[str, Any]) -> Enrichment:
    """Of a row of the contact. Answers tell that it was asked for, whatever the contact says."""
    sources = [(one.provider, one.fetched_at) for one in answered(tx, row["email_key"])]
    times = [at for at in (row["enriched_at"], *(at for _, at in sources)) if at]
    at = max(times, default=None)
    state = row["enrichment_status"]
    if state == "never_attempted" and at:
        state = "completed"
    if state == "completed" and at and tx.now - at > FRESH_FOR:
        state = "stale"
    label, tone = WORDS.get(state, (state.replace("_", " ").capitalize(), "grey"))
    return Enrichment(label, tone, state == "stale", at, sources)


def shown(tx: Tx, row: Mapping[str, Any]) -> dict[str, Any]:
    """What `enrichment/found.html` shows of a contact."""
    return {
        "enrichment": enrichment(tx, row), "found": find(tx, row["id"]), "statuses": STATUSES,
        "tones": TONES,
    }  # fmt: skip


def printed(tx: Tx, row: Mapping[str, Any]) -> Panel:
    """The same for the page for paper."""
    return Panel("enrichment/printed.html", shown(tx, row))
