"""A page of what an undo left as it is, for the APIs that list it."""

from __future__ import annotations

from uuid import UUID

from nimbus.operations import kept
from nimbus.operations.kept import Kept
from nimbus.operations.shapes import KeptPage, ShownKept
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.paging import Meta
from nimbus.web.route import Ask


def kept_page(ask: Ask, undo_id: UUID | None, size: int, cursor: str | None) -> KeptPage:
    """In the order of ids; empty where there was no undo."""
    if undo_id is None:
        return KeptPage([], Meta(None, False, 0, True))
    seal = Seal(ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id} kept by {undo_id}")
    at = seal.open(cursor) if cursor else None
    seen = kept.page(ask.tx, undo_id, (at.id, str(at.value)) if at else None, size + 1)
    page, more = seen[:size], len(seen) > size
    start = (at.start if at else 0) + len(page)
    following = seal.close(Cursor(page[-1].thing_id, page[-1].reason, start)) if more else None
    data = [_shown(one) for one in page]
    return KeptPage(data, Meta(following, more, kept.count(ask.tx, undo_id), True))


def _shown(one: Kept) -> ShownKept:
    return ShownKept(
        one.thing, one.shown_id, one.label, one.reason, one.message,
        [field.key for field in one.fields], one.changed_by, one.changed_at,
    )  # fmt: skip
