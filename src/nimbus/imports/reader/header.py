"""Where the header of a file stands, if it has one, and what its columns are called (S1-05)."""

from __future__ import annotations

import re
import unicodedata

_SEARCHED = 40
_LONGEST = 400
_EMAIL = re.compile(r"\s*[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+\s*\Z")
_VALUE = re.compile(
    r"\s*(?:(?!(?:19|20)\d\d\s*\Z)[-+(]?[$€£]?\s?\d[\d\s.,:/()%-]*|https?://\S+|\d{4}-\d\d-\d\d.*)\Z",
    re.IGNORECASE,
)


def find_header(rows: list[list[str]]) -> tuple[int, bool]:
    """The index of the header among the first rows, and whether it is one.

    Titles, dates of export and blank rows above a header fill few of its columns. When nothing
    looks like a header, the index is that of the first row of data.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:_SEARCHED]]
    fullest = sorted(filled)[int(0.9 * (len(filled) - 1))]
    first = next(i for i, count in enumerate(filled) if 2 * count > fullest)
    if is_header(rows[first]):
        return first + _is_over_another(rows[first : first + 3]), True
    for i in range(first + 1, min(first + 10, len(filled))):
        if filled[first] < filled[i] >= 0.8 * fullest and is_header(rows[i]):
            return i, True
    return first, False


def _is_over_another(rows: list[list[str]]) -> bool:
    """Whether a row has the titles of groups of columns, whose names stand below: of a header of
    two lines, with every title as often as its group has columns."""
    if len(rows) < 3:
        return False
    titles, names = ([c.strip().casefold() for c in row if c.strip()] for row in rows[:2])
    return (
        2 * len(set(titles)) <= len(titles) <= len(names) == len(set(names))
        and is_header(rows[1])
        and any(map(_is_email, rows[2]))
    )


def is_header(row: list[str]) -> bool:
    """Names of columns are no addresses, and mostly no numbers, links or dates; years may be."""
    cells = [cell for cell in row if cell.strip()]
    values = sum(bool(_VALUE.match(cell)) for cell in cells)
    return not any(map(_is_email, cells)) and 3 * values < max(len(cells), 1)


def _is_email(cell: str) -> bool:
    return len(cell) <= _LONGEST and _EMAIL.match(cell) is not None


def name_columns(names: list[str]) -> tuple[str, ...]:
    """One unique name per column: "Email (2)" for a repeated one, "Column 7" for a blank one. A
    name is cut where it is longer than any that a mapping could give."""
    taken: set[str] = set()
    unique: list[str] = []
    for number, raw in enumerate(names, start=1):
        name = " ".join(unicodedata.normalize("NFC", raw).split())[:_LONGEST] or f"Column {number}"
        choice, again = name, 2
        while choice.casefold() in taken:
            choice, again = f"{name} ({again})", again + 1
        taken.add(choice.casefold())
        unique.append(choice)
    return tuple(unique)


def numbered(width: int) -> tuple[str, ...]:
    """Names for the columns of a file without a header."""
    return tuple(f"Column {number}" for number in range(1, width + 1))
