"""How often one credential may call: a bucket of calls that fills by itself, for reads and for
writes (D-24).

The buckets are those of one process and cost a read nothing: no row and no round trip. A
process that is started anew has full ones, and of several web processes each has its own.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock

# Buckets that are full again need not be remembered; they are thrown away so many at a time.
MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a call found: the size of the bucket, the calls left in it, the seconds until it is full
    again, and for a call that is refused the seconds until there is one."""

    limit: int
    remaining: int
    reset: int
    retry_after: int | None = None

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        told = {"limit": self.limit, "remaining": self.remaining, "reset": self.reset}
        return [(f"ratelimit-{name}".encode(), str(n).encode()) for name, n in told.items()]


@dataclass(frozen=True, slots=True)
class Buckets:
    """Of one kind of call: `rate` calls a second come in, and at most `size` are saved up."""

    rate: float
    size: int
    _full_at: dict[Hashable, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, whose: Hashable, now: float) -> Allowance:
        """One call, at a moment in seconds of a clock that never goes back."""
        with self._lock:
            return self._take(whose, now)

    def _take(self, whose: Hashable, now: float) -> Allowance:
        wait = max(self._full_at.get(whose, now) - now, 0.0)
        over = wait + 1 / self.rate - self.size / self.rate
        # Sums of many small parts: a call is not refused for a billionth of one.
        if over > 1e-9:
            return Allowance(self.size, 0, math.ceil(wait), math.ceil(over))
        wait += 1 / self.rate
        if len(self._full_at) >= MOST_BUCKETS:
            self._forget(now)
        self._full_at[whose] = now + wait
        left = self.size - math.ceil(wait * self.rate - 1e-6)
        return Allowance(self.size, max(left, 0), math.ceil(wait))

    def _forget(self, now: float) -> None:
        for whose in [one for one, at in self._full_at.items() if at <= now]:
            del self._full_at[whose]


@dataclass(frozen=True, slots=True)
class Limits:
    """The buckets of a process; None where calls are not limited."""

    reads: Buckets | None
    writes: Buckets | None

    @classmethod
    def of(cls, reads: float, writes: float, burst_seconds: int) -> Limits:
        """From calls per second, 0 for no limit, and the seconds whose calls can be saved up."""
        sized = [
            Buckets(rate, max(1, round(rate * burst_seconds))) if rate else None
            for rate in (reads, writes)
        ]
        return cls(*sized)
