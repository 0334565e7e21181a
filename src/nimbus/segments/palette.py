"""Segments in the command palette, by name."""

from __future__ import annotations

from nimbus.segments import read
from nimbus.segments.pages import KINDS, address
from nimbus.web.palette import MOST, Found, Source, says
from nimbus.web.route import Ask


def find(ask: Ask, words: str) -> list[Found]:
    """Where nothing is typed those changed last."""
    known = sorted(read.segments(ask.tx).values(), key=lambda one: one.updated_at, reverse=True)
    found = [one for one in known if says(words, one.name)][: MOST if words else MOST // 2]
    return [Found(one.name, address(one), "layers", KINDS[one.kind]) for one in found]


SEGMENTS = Source("Segments", "segments:read", find)
