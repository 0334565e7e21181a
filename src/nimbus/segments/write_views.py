"""Making, changing and deleting saved views; each is logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.contacts.listing.columns import find
from nimbus.contacts.paging import CREATED_DESC, sort_of
from nimbus.contacts.search import words
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.read import catalogue
from nimbus.fields.types.cell import clean
from nimbus.filters import dump, parse
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.problems import Problem, invalid
from nimbus.segments.read_views import all_views
from nimbus.segments.saved_view import MAX_COLUMNS, MAX_NAME, MAX_VIEWS, SavedView

_SQL = beside(__file__, "write_views.sql")

THING = "saved_view"


@dataclass(frozen=True, slots=True)
class ListState:
    """What people decide about a view; columns are keys of fields, widths are by their refs."""

    name: str
    is_shared: bool = False
    filter: Any = None
    search: str = ""
    sort: str = CREATED_DESC.key
    columns: Sequence[str] = ()
    widths: Mapping[str, str] = field(default_factory=dict)


def create_view(tx: Tx, who: Who, given: ListState, *, through: str) -> SavedView:
    """Raises Problem that names the member."""
    refuse_full(len(all_views(tx)))
    view = SavedView(
        id=tx.value("select uuidv7()"), owner_id=who.id, created_by=who.name,
        created_at=tx.now, updated_at=tx.now, **_checked(tx, {
            "name": given.name, "is_shared": given.is_shared, "filter": given.filter,
            "search": given.search, "sort": given.sort, "columns": given.columns,
            "widths": dict(given.widths),
        }),
    )  # fmt: skip
    _put(tx, who, "saved_view.create", through, view)
    return view


def refuse_full(there: int) -> None:
    """Raises Problem(conflict) where there cannot be one more."""
    if there >= MAX_VIEWS:
        raise Problem("conflict", f"There are {MAX_VIEWS:,} saved views, the most there can be.")


def change_view(
    tx: Tx, who: Who, view: SavedView, given: Mapping[str, Any], *, through: str
) -> SavedView:
    """With the members of `given`, those of `ListState`, in the place of its own; it was read to be
    changed. Raises Problem as `create_view` does, and Problem(forbidden) when somebody else's would
    not be shared any more."""
    checked = _checked(tx, given)
    if not checked.get("is_shared", True) and not view.is_own(who):
        raise Problem(
            "forbidden", f"Only {view.created_by}, who made this view, can stop sharing it."
        )
    new = replace(view, **checked)
    if new != view:
        new = replace(new, updated_at=tx.now)
        _put(tx, who, "saved_view.change", through, new, view)
    return new


def delete_view(tx: Tx, who: Who, view: SavedView, *, through: str) -> Operation:
    """Undoing the operation brings it back under its own id."""
    operation = operations.start(
        tx, who, "saved_view.delete", through, subject=THING, subject_id=view.id, why=_why(view)
    )
    tx.run(_SQL["delete"], {"workspace": tx.workspace_id, "id": view.id})
    made = {
        "owner_id": str(view.owner_id) if view.owner_id else None, "created_by": view.created_by,
        "created_at": view.created_at.isoformat(),
    }  # fmt: skip
    log(tx, operation, THING, view.id, "deleted", {**_logged(view), **made}, None)
    return operation


def _checked(tx: Tx, given: Mapping[str, Any]) -> dict[str, Any]:
    """The members as they are stored."""
    checked = dict(given)
    if "name" in given:
        checked["name"] = clean(given["name"])
        if not checked["name"] or len(checked["name"]) > MAX_NAME:
            raise invalid(f"A name of at most {MAX_NAME} characters is needed.", "name")
    if given.get("filter") is not None:
        checked["filter"] = dump(parse(given["filter"], catalogue(tx)))
    if "search" in given:
        checked["search"] = clean(given["search"])
        words(checked["search"])  # Refuses too many.
    if "sort" in given:
        checked["sort"] = sort_of(given["sort"]).key
    if "columns" in given:
        checked["columns"] = _refs(tx, given["columns"])
    return checked


def _refs(tx: Tx, keys: Sequence[str]) -> tuple[str, ...]:
    if len(keys) > MAX_COLUMNS:
        raise invalid(f"A list has at most {MAX_COLUMNS} columns.", "columns")
    refs = [find(catalogue(tx), key, f"columns[{at}]").ref for at, key in enumerate(keys)]
    for at, ref in enumerate(refs):
        if ref in refs[:at]:
            raise invalid("This column is there already.", f"columns[{at}]")
    return tuple(refs)


def _put(
    tx: Tx, who: Who, kind: str, through: str, view: SavedView, was: SavedView | None = None
) -> None:
    operation = operations.start(
        tx, who, kind, through, subject=THING, subject_id=view.id, why=_why(view)
    )
    now = _logged(view)
    tx.run(
        _SQL["put"],
        {"workspace": tx.workspace_id, "id": view.id, "owner": view.owner_id,
         "by": view.created_by, "created": view.created_at, "updated": view.updated_at, **now,
         "widths": Jsonb(view.widths),
         "filter": Jsonb(view.filter) if view.filter is not None else None},
    )  # fmt: skip
    if was is None:
        log(tx, operation, THING, view.id, "created", None, now)
        return
    before = _logged(was)
    differing = [key for key in now if now[key] != before[key]]
    log(tx, operation, THING, view.id, "updated",
        {key: before[key] for key in differing}, {key: now[key] for key in differing})  # fmt: skip


def _why(view: SavedView) -> str | None:
    """Its name, which everybody reads in the log, unless it is for its maker alone."""
    return view.name if view.is_shared else None


def _logged(view: SavedView) -> dict[str, Any]:
    return {
        "name": view.name, "is_shared": view.is_shared, "filter": view.filter,
        "search": view.search, "sort": view.sort, "columns": list(view.columns),
        "widths": view.widths,
    }  # fmt: skip
