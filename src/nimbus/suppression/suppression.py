"""Who must not be contacted: on which layer, and why (S1-42 … S1-45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# The layers in the order in which they are asked (S1-42).
LAYERS = {
    "workspace": "This workspace",
    "domain": "Domain",
    "platform": "Platform",
}

# Why an email is on the workspace's list (S1-43).
REASONS = {
    "opt_out": "Opt-out",
    "hard_bounce": "Hard bounce",
    "spam_complaint": "Spam complaint",
    "unsubscribe": "Unsubscribe",
    "manual": "Manual",
    "compliance": "Compliance",
}

# A whole domain is mostly held back for what the company is (S1-44).
DOMAIN_REASONS = {
    "competitor": "Competitor",
    "customer": "Customer",
    "industry": "Agreed industry",
    **REASONS,
}

# Somebody's own will, or the law: such an entry leaves a list only with a stated reason, and a
# weaker reason never takes the place of one of these (G-02).
PROTECTED = frozenset({"opt_out", "unsubscribe", "spam_complaint", "compliance"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of one of the workspace's two lists; `name` is the email or the domain."""

    id: UUID
    name: str
    reason: str
    source: str | None
    note: str | None
    created_by: str
    created_at: datetime

    @property
    def protected(self) -> bool:
        return self.reason in PROTECTED

    @property
    def label(self) -> str:
        return DOMAIN_REASONS[self.reason]


@dataclass(frozen=True, slots=True)
class Suppression:
    """What holds an email back on one layer. `entry` is the line behind it; the platform's lines
    belong to the operator, so that of them only the reason is known here (S1-45)."""

    layer: str
    reason: str
    entry: Entry | None = None

    @property
    def label(self) -> str:
        return DOMAIN_REASONS.get(self.reason, self.reason)


def parents(domain: str) -> list[str]:
    """The domain and every one above it, nearest first: `mail.acme.com`, `acme.com`."""
    labels = domain.split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]
