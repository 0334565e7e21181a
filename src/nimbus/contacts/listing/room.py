"""What there is room for in the list: the columns beside an open peek, and the tags of a cell.

The server knows how wide the columns are (`w-…` in table.css and lists.css) and about how long
words are, so that nothing is measured, and nothing moves, in the browser.
"""

from __future__ import annotations

from collections.abc import Sequence

from nimbus.contacts.listing.columns import Column, Width

# Of a screen of 1280 px: the columns as they are there, and beside the peek, with what the box and
# the name leave for them.
_WIDTHS: dict[Width, int] = {"xs": 56, "s": 80, "m": 132, "l": 160, "xl": 228}
_BESIDE_PEEK: dict[Width, int] = {**_WIDTHS, "l": 140, "xl": 196}
_LEFT = 469
# Always visible, so they come first.
_ALWAYS = ("icp_tier", "lead_score")

MOST_TAGS = 3
# A cell has a margin at both sides, the last one of a row a wider one; a tag has one and an edge.
_CELL, _TAG, _GAP, _MORE = 36, 14, 4, 20
_NARROW, _BROAD = frozenset("fijlrt-_ .,:;'|!()[]/1"), frozenset("mwMW@%&")


def giving_way(shown: Sequence[Column]) -> set[str]:
    """The keys of the columns for which there is no room while the peek is open."""
    left, kept = _LEFT, set[str]()
    for one in sorted(shown, key=lambda column: column.key not in _ALWAYS):
        width = _BESIDE_PEEK[one.width]
        if width <= left or one.key in _ALWAYS:
            kept.add(one.key)
            left -= width
    return {one.key for one in shown} - kept


def fitting(tags: Sequence[str], width: Width) -> int:
    """How many of these tags, from the first, can be read whole in a column so wide; one at least,
    and three at most."""
    left, count = float(_WIDTHS[width] - _CELL), 0
    for tag in tags[:MOST_TAGS]:
        needed = _long(tag) + _TAG
        following = _GAP + _MORE if count + 1 < len(tags) else 0
        if count and needed + following > left:
            break
        left -= needed + _GAP
        count += 1
    return max(1, count)


def _long(words: str) -> float:
    """About how many pixels the words of a tag take."""
    return sum(4.5 if one in _NARROW else 10.5 if one in _BROAD else 7 for one in words)
