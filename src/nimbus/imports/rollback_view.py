"""What the page of an import says of its rollback: words, numbers, what was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.imports.import_job import ImportJob
from nimbus.imports.rollback import ROLLBACK
from nimbus.operations import kept as reading
from nimbus.operations.undo_job import Undo
from nimbus.problems import Problem
from nimbus.web import parts
from nimbus.web.words import number

SIZE = 50
KEPT = [
    parts.Column("Kept", "xl"), parts.Column("Why"), parts.Column("Changed", "m"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptLine:
    name: str
    href: str | None
    message: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptPage:
    """Lines, how many there are in all, and where the next page begins."""

    lines: list[KeptLine]
    total: int
    next: str | None


def kept(tx: Tx, undone: Undo, after: str) -> KeptPage:
    """A page of what was left as it is; `after` is `next` of the page before."""
    found = reading.page(tx, undone.id, _read(after), SIZE + 1)
    lines = [
        KeptLine(
            one.name,
            one.href,
            one.message,
            one.changed_at,
        )
        for one in found[:SIZE]
    ]
    last = found[SIZE - 1] if len(found) > SIZE else None
    following = f"{last.shown_id}.{last.reason}" if last else None
    return KeptPage(lines, reading.count(tx, undone.id), following)


def _read(after: str) -> tuple[UUID, str] | None:
    """An address that somebody mangled shows the first page."""
    shown, _, reason = after.partition(".")
    try:
        return ids.read("cont" if shown.startswith("cont_") else "comp", shown), reason
    except Problem:
        return None


def asks(found: ImportJob) -> str:
    """What rolling back will do, for the dialog that asks first."""
    created, changed = found.imported, found.updated - found.unchanged
    told = []
    if created:
        go = "contact that it created goes" if created == 1 else "contacts that it created go"
        told.append(f"{number(created)} {go} to the trash.")
    if changed:
        have = "contact that it updated has" if changed == 1 else "contacts that it updated have"
        told.append(f"{number(changed)} {have} the old values back.")
    told.append("Assignments that it made are released.")
    told.append("What was changed since is kept, and listed here.")
    return " ".join(told)


def title(undone: Undo) -> str:
    """The state of it in a few words."""
    is_rollback = undone.kind == ROLLBACK
    if undone.is_going:
        return "Rolling back" if is_rollback else "Undoing the rollback"
    if undone.is_done:
        return "Rolled back" if is_rollback else "The rollback was undone"
    return "The rollback stopped" if is_rollback else "Undoing the rollback stopped"


def figures(undone: Undo) -> list[tuple[str, int]]:
    """The numbers that are not zero, and always how many contacts were kept."""
    counts = undone.counts
    told = [
        ("Moved to the trash", counts.get("contact_trashed", 0)),
        ("Contacts set back", counts.get("contact_restored", 0)),
        ("Companies removed", counts.get("company_removed", 0)),
        ("Companies set back", counts.get("company_restored", 0)),
    ]
    return [*(one for one in told if one[1]), ("Contacts kept", counts.get("contact_kept", 0))]


def again_href(undone: Undo, href: str) -> str:
    """Where to go on with one that stopped."""
    return f"{href}/rollback" + ("" if undone.kind == ROLLBACK else "/undo")


def may_be_undone(undone: Undo) -> bool:
    return undone.kind == ROLLBACK and undone.is_done
