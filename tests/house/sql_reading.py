"""How the rules read SQL: what of a statement stands where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from nimbus.db.roles import CLOSED

_TABLE = re.compile(r"\bcreate\s+(unlogged\s+)?table\s+(if\s+not\s+exists\s+)?(\w+)\s*\(")
Find = Callable[[str], Iterator[int]]


def says(pattern: str) -> Find:
    """Anything that the pattern matches is a violation."""
    compiled = re.compile(pattern)

    def find(code: str) -> Iterator[int]:
        yield from (found.start() for found in compiled.finditer(code))

    return find


def top(code: str) -> str:
    """The text in the same places, without what stands in parentheses."""
    depth, kept = 0, []
    for letter in code:
        depth -= letter == ")"
        kept.append(letter if depth <= 0 or letter == "\n" else " ")
        depth += letter == "("
    return "".join(kept)


def reach(code: str, start: int) -> str:
    """From `start` to where its statement ends: the parenthesis around it, or a semicolon."""
    depth = 0
    for at in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth < 0 or (code[at] == ";" and depth == 0):
            return code[start:at]
    return code[start:]


def items(listed: str) -> Iterator[tuple[int, str]]:
    """The parts of a list between its outer commas, each with its place."""
    start = 0
    for at, letter in enumerate(top(listed) + ","):
        if letter == ",":
            yield start + len(listed[start:at]) - len(listed[start:at].lstrip()), listed[start:at]
            start = at + 1


def tables(code: str) -> Iterator[tuple[str, int, str]]:
    """Name, place and inner text of each table that is made."""
    for found in _TABLE.finditer(code):
        yield found[3], found.end(), reach(code, found.end())


def is_tenant(name: str, inner: str) -> bool:
    return name not in CLOSED and bool(re.search(r"\bworkspace_id\s+uuid\b", inner))
