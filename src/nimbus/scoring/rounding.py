"""Rounding parts so that what is shown still adds up (S0-19, D-30)."""

from __future__ import annotations

from collections.abc import Sequence


def rounded_parts(parts: Sequence[int], whole: int) -> list[int]:
    """Parts counted in fractions, `whole` of which are one, as whole numbers that add up to their
    sum rounded half up: those with the largest remainders are rounded up, the first of equal ones.
    """
    found = [part // whole for part in parts]
    missing = (sum(parts) + whole // 2) // whole - sum(found)
    largest = sorted(range(len(parts)), key=lambda at: -(parts[at] % whole))
    for at in largest[:missing]:
        found[at] += 1
    return found
