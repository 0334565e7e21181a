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


def settled(parts: Sequence[int], by: Sequence[int], total: int) -> list[int]:
    """Parts that add up to `total`: what is missing, or too much, is shared out by the sizes in
    `by`, and what cannot be shared evenly goes to the first that has any."""
    sizes = [abs(size) for size in by]
    missing, whole = total - sum(parts), sum(sizes)
    if not whole:
        return list(parts)
    found = [part + missing * size // whole for part, size in zip(parts, sizes, strict=True)]
    found[next(at for at, size in enumerate(sizes) if size)] += total - sum(found)
    return found
