"""What an import may do to consent and status: make them stricter, never looser (G-02, S2-12).

    consent  opted_out  >  unknown, pending  >  opted_in
    status   unsubscribed  >  bounced  >  active, inactive

Opted out is a refusal; unknown and pending are no consent yet; opted in is one. A file may record
a refusal at any time, but it never turns a refusal, or the lack of consent, into consent on a
contact that is already here: that takes the scope `consent:write` and evidence. In the same way it
never makes an unsubscribed or bounced contact active again, and a bounce never hides that somebody
unsubscribed. Values of one rank replace each other freely. A new contact takes what the file says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString, NamedTuple


class Tightened(NamedTuple):
    """`protected` says that the incoming value was looser and has been left out; an import counts
    such rows as `consent_protected`."""

    result: str
    protected: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """The values of a column by strictness, the strictest highest."""

    ranks: Mapping[LiteralString, int]

    def tightened(self, current: str, incoming: str | None) -> Tightened:
        """What a contact that has `current` gets when a file says `incoming` (None: nothing)."""
        if incoming is None:
            return Tightened(current, False)
        protected = self.ranks[incoming] < self.ranks[current]
        return Tightened(current if protected else incoming, protected)

    def tightened_sql(self, current: LiteralString, incoming: LiteralString) -> LiteralString:
        """The same as an immutable expression over two columns, for set-based updates."""
        protected = self.protected_sql(current, incoming)
        return f"case when {protected} then {current} else coalesce({incoming}, {current}) end"

    def protected_sql(self, current: LiteralString, incoming: LiteralString) -> LiteralString:
        """Whether the incoming value is left out; never null."""
        looser = f"{self.rank_sql(incoming)} < {self.rank_sql(current)}"
        return f"coalesce({looser}, false)"

    def rank_sql(self, column: LiteralString) -> LiteralString:
        steps = [f"when '{value}' then {_DIGITS[rank]}" for value, rank in self.ranks.items()]
        return f"case {column} {' '.join(steps)} end"


_DIGITS: tuple[LiteralString, ...] = ("0", "1", "2")

CONSENT = Ladder({"opted_in": 0, "unknown": 1, "pending": 1, "opted_out": 2})
STATUS = Ladder({"active": 0, "inactive": 0, "bounced": 1, "unsubscribed": 2})

# These tell how the consent status came about: where it is protected, they stay with it, so that
# a refusal never stands beside the evidence of a consent.
STAY_WITH_CONSENT: tuple[LiteralString, ...] = (
    "consent_type",
    "consent_date",
    "consent_source",
    "gdpr_basis",
)
