"""The one clock: rules take the time as a parameter that comes from here, so tests can travel, and
invented people can have a past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def now() -> datetime:
    """The current time, with its zone (UTC)."""
    return _shown()


@contextmanager
def turned(to: datetime) -> Iterator[None]:
    """Within, the clock goes on from that moment, for every thread of this process and for no
    other: the demo lives its past by it, before it serves."""
    global _shown
    begun, before = _real(), _shown
    _shown = lambda: to + (_real() - begun)  # noqa: E731
    try:
        yield
    finally:
        _shown = before


def _real() -> datetime:
    return datetime.now(UTC)


_shown: Callable[[], datetime] = _real
