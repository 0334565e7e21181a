"""What segments and saved views use, and how they follow when a value gets another name (G-31,
G-33)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from nimbus.contacts.read import these
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.filters.rewrite import rewrite as rewrite_filters
from nimbus.filters.stored import names
from nimbus.operations import Operation
from nimbus.operations.references import Reference, Thing
from nimbus.operations.rename import Renamed
from nimbus.segments import read
from nimbus.segments.panel import holding
from nimbus.segments.read_views import all_views

_SQL = beside(__file__, "references.sql")


def references(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """The segments and views whose filters, or columns, name a thing; of a contact its lists and
    the segments that find it."""
    if thing.kind == "contact":
        yield from _lists(tx, UUID(thing.id))
        yield from _segments(tx, UUID(thing.id))
        return
    for segment in read.segments(tx).values():
        if segment.filter is not None and names(segment.filter, thing):
            yield Reference("segment", segment.shown_id, segment.name)
    private = 0
    for view in all_views(tx):
        column = thing.kind == "custom_field" and thing.id in view.columns
        if column or (view.filter is not None and names(view.filter, thing)):
            if view.is_shared:
                yield Reference("saved_view", view.shown_id, view.name)
            private += not view.is_shared
    if private:  # What people call their own views is for nobody else.
        words = f"{private:,} private view{'s' if private > 1 else ''}"
        yield Reference("saved_view", None, words, private)


def rewrite(tx: Tx, operation: Operation, renamed: Renamed) -> None:
    """Stored filters have the new name of a value; columns of a field that is gone go with it."""
    kept = {segment.id: segment.filter for segment in read.segments(tx).values()}
    if rewrite_filters(tx, operation, "segment", kept, renamed):
        read.forget(tx)
    views = {view.id: view.filter for view in all_views(tx)}
    rewrite_filters(tx, operation, "saved_view", views, renamed)
    if renamed.old is None:
        tx.run(
            _SQL["drop_column"],
            {"workspace": tx.workspace_id, "operation": operation.id, "field": renamed.field,
             "now": tx.now},
        )  # fmt: skip


def _lists(tx: Tx, contact_id: UUID) -> Iterator[Reference]:
    rows = tx.rows(_SQL["lists"], {"workspace": tx.workspace_id, "contact": contact_id})
    for row in rows:
        yield Reference("segment", ids.show("seg", row["id"]), row["name"])


def _segments(tx: Tx, contact_id: UUID) -> Iterator[Reference]:
    """None of somebody in the trash."""
    row = these(tx, [contact_id]).get(contact_id)
    if row is None or row["is_deleted"]:
        return
    for segment, _ in holding(tx, contact_id)[1]:
        if segment.kind == "dynamic":
            yield Reference("segment", segment.shown_id, segment.name)
