"""Cells that a spreadsheet would take for a formula: guarded on their way out, freed on the way in.

A spreadsheet works out what begins with one of `SIGNS`, so that a name typed into a form could run
on the machine of whoever opens an export (F-44). The usual guard is an apostrophe before it. Text
that has apostrophes before such a sign already gets one more, so that what was guarded is known
again, exactly: `freed(guarded(text)) == text` for every text.
"""

from __future__ import annotations

SIGNS = frozenset("=+-@\t\r")
GUARD = "'"


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet works out."""
    return GUARD + text if _begins(text) else text


def freed(cell: str) -> str:
    """The text of a cell, guarded or not."""
    return cell[1:] if cell[:1] == GUARD and _begins(cell) else cell


def _begins(text: str) -> bool:
    return text.lstrip(GUARD)[:1] in SIGNS
