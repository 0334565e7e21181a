"""Reads one record whose quoting is broken, so that it costs no other record anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from nimbus.imports.reader.dialect import Dialect

Reading = tuple[list[str], int]
FARTHEST = 50


def mend(lines: list[str], start: int, dialect: Dialect) -> tuple[list[str], int, str | None]:
    """The cells of the record that starts at `lines[start]`, the index after it, what was done.

    Four readings are tried in turn and the first with as many cells as the header has wins:
    quotes inside a quoted cell are text; a quote that does not close its cell is text; the first
    again, over several lines; quoting off. If none fits, the second (push-back).
    """
    line = lines[start].rstrip("\r\n")
    stray = _read(line, dialect, lenient=False)
    readings: list[Callable[[], Reading]] = [
        lambda: (_read(line, dialect, lenient=True)[0], 1),
        lambda: (stray[0], 1),
        lambda: _over_lines(lines[start : start + FARTHEST], dialect),
        lambda: (line.split(dialect.delimiter), 1),
    ]
    for reading in readings:
        cells, used = reading()
        if len(cells) == dialect.width:
            return cells, start + used, "a stray quote was read as text"
    return stray[0], start + 1, None


def _over_lines(lines: list[str], dialect: Dialect) -> Reading:
    text = "".join(lines)
    cells, end = _read(text, dialect, lenient=True)
    used = 0
    while end > 0 and used < len(lines):
        end -= len(lines[used])
        used += 1
    return cells, max(used, 1)


def _read(text: str, dialect: Dialect, *, lenient: bool) -> Reading:
    """The cells up to the first line end outside quotes, and where that is."""
    patterns = _patterns(dialect.delimiter, dialect.quotechar, dialect.escapechar)
    cells, position = [], 0
    while True:
        found = None
        if patterns.opening.match(text, position):
            if lenient:
                found = patterns.quoted(text, position, patterns.lenient)
                # What closes no quote here closes none further on: to look again from every cell
                # would take the square of the time.
                lenient = found is not None
            found = found or patterns.quoted(text, position, patterns.strict)
        value, position = found or patterns.bare(text, position)
        cells.append(value)
        if position >= len(text) or text[position] in "\r\n":
            return cells, position
        position += 1


class Patterns:
    """The shapes of a cell. Possessive, so that a long broken cell takes linear time."""

    def __init__(self, delimiter: str, quote: str, escape: str | None) -> None:
        d, q = re.escape(delimiter), re.escape(quote)
        escaped = f"{re.escape(escape)}.|" if escape else ""
        ends = rf" *+(?=[{d}\r\n]|\Z)"
        apart = "" if delimiter == " " else " *+"
        self.opening = re.compile(rf"{apart}{q}")
        self.strict = re.compile(rf"{apart}{q}((?:{escaped}{q}{q}|[^{q}])*+){q}{ends}", re.S)
        self.lenient = re.compile(
            rf"{apart}{q}((?:{escaped}{q}{q}|[^{q}]|{q}(?!{ends}))*+){q}{ends}", re.S
        )
        self.plain = re.compile(rf"[^{d}\r\n]*+")
        self.quote = quote
        self.escaped = re.compile(rf"{re.escape(escape)}(.)", re.S) if escape else None

    def quoted(self, text: str, position: int, pattern: re.Pattern[str]) -> tuple[str, int] | None:
        found = pattern.match(text, position)
        if found is None:
            return None
        value = found[1].replace(self.quote * 2, self.quote)
        return (self.escaped.sub(r"\1", value) if self.escaped else value), found.end()

    def bare(self, text: str, position: int) -> tuple[str, int]:
        found = self.plain.match(text, position)
        assert found is not None  # noqa: S101 -- the pattern matches the empty string
        return found[0], found.end()


@lru_cache(maxsize=64)
def _patterns(delimiter: str, quote: str, escape: str | None) -> Patterns:
    return Patterns(delimiter, quote, escape)
