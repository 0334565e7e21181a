"""A value that gets another name, or goes: every room rewrites its own rows and stored filters.

Contacts are many and are rewritten apart (contacts/writing/values.py); what is installed here are
the few things that name values, such as rules and segments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nimbus.db.door import Tx
from nimbus.operations.operation import Operation


@dataclass(frozen=True, slots=True)
class Renamed:
    """`old` of a field is called `new` from now on; without `new` it is gone, and without `old` the
    field itself is gone with all its values.

    `field` is the field's ref (`tags`, or the id of a custom field); `several` says that a contact
    has several of its values at once.
    """

    field: str
    old: str | None
    new: str | None
    several: bool


Rewriter = Callable[[Tx, Operation, Renamed], None]

_rewriters: list[Rewriter] = []


def install(rewriters: Iterable[Rewriter]) -> None:
    """The rooms that name values; `rooms` installs them at start."""
    _rewriters[:] = rewriters


def rewrite(tx: Tx, operation: Operation, renamed: Renamed) -> None:
    """Have every room rewrite what it keeps, in this transaction; each change is logged (G-31)."""
    for rewriter in _rewriters:
        rewriter(tx, operation, renamed)
