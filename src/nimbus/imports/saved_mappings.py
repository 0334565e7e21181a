"""Saved mappings as people keep them: which there are, changing one, and deleting one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.accounts.client import refuse_limited
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.types.cell import clean
from nimbus.imports.rollback import REDO, ROLLBACK
from nimbus.operations import Operation, undo, undo_whole
from nimbus.operations.operation import log
from nimbus.operations.things import Column, Shown
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.problems import invalid, not_found

_SQL = beside(__file__, "saved_mappings.sql")

RENAME, CHANGE = "field_mapping.rename", "field_mapping.change"
DELETE = "field_mapping.delete"
MAX_NAME = 200
WHAT = "A field mapping"
COLUMNS = Columns()
_IMPORTS = ("import", ROLLBACK, REDO)


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """`used_at` is when it was saved last, as each import does that goes by it; `imports` are how
    many did."""

    id: UUID
    name: str
    source: str
    columns: list[dict[str, Any]]
    created_at: datetime
    used_at: datetime
    imports: int

    @property
    def shown_id(self) -> str:
        return ids.show("fm", self.id)

    @property
    def mapped(self) -> int:
        """How many of its columns go to a field."""
        return sum(1 for column in self.columns if column["field"])


def every(tx: Tx, after: UUID | None, limit: int) -> list[SavedMapping]:
    """Those saved last first, from the one after `after`."""
    values = {"workspace": tx.workspace_id, "after": after, "limit": limit, "id": None}
    return tx.all(SavedMapping, _SQL["saved"], values)


def one(tx: Tx, mapping_id: UUID) -> SavedMapping:
    """Raises Problem(not_found)."""
    values = {"workspace": tx.workspace_id, "after": None, "limit": 1, "id": mapping_id}
    found = tx.one(SavedMapping, _SQL["saved"], values)
    if found is None:
        raise not_found("field mapping")
    return found


def change(
    tx: Tx, who: Who, mapping: SavedMapping, through: str, *, name: str | None = None,
    columns: list[dict[str, Any]] | None = None,
) -> Operation | None:  # fmt: skip
    """Another name, or other fields for its columns, which are as `mapping.dump` has them; None
    where it says so already. Raises Problem that names `name`."""
    refuse_limited(who, WHAT)
    # What somebody else does at the same moment is done by then, and stays.
    now = tx.row(
        "select name, columns from field_mapping where workspace_id = %s and id = %s for update",
        [tx.workspace_id, mapping.id],
    )
    if now is None:
        raise not_found("field mapping")
    wanted: dict[str, Any] = {}
    if name is not None and (read := _read_name(name)) != now["name"]:
        wanted["name"] = read
    if columns is not None and columns != now["columns"]:
        wanted["columns"] = columns
    if not wanted:
        return None
    operation = operations.start(
        tx, who, CHANGE if "columns" in wanted else RENAME, through, subject="field_mapping",
        subject_id=mapping.id, why=wanted.get("name", now["name"]),
    )  # fmt: skip
    after = now | wanted
    tx.run(
        "update field_mapping set name = %s, columns = %s where workspace_id = %s and id = %s",
        [after["name"], Jsonb(after["columns"]), tx.workspace_id, mapping.id],
    )
    before = {column: now[column] for column in wanted}
    log(tx, operation, "field_mapping", mapping.id, "updated", before, wanted)
    return operation


def _read_name(given: str) -> str:
    read = clean(given)
    if not read or len(read) > MAX_NAME:
        raise invalid(f"A name of at most {MAX_NAME} characters is needed.", "name")
    return read


def delete(tx: Tx, who: Who, mapping: SavedMapping, through: str) -> Operation:
    """The next file with these headers is mapped by its column names again."""
    refuse_limited(who, WHAT)
    operation = operations.start(
        tx, who, DELETE, through, subject="field_mapping", subject_id=mapping.id, why=mapping.name
    )
    tx.run(
        _SQL["delete"],
        {"workspace": tx.workspace_id, "id": mapping.id, "operation": operation.id},
    )
    return operation


def _restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """What an import saved on its way stays when the import is rolled back."""
    if undoing.kind in _IMPORTS:
        return {}
    again = undo_whole.put_back(tx, undoing, "field_mapping")
    # Another was saved for these columns meanwhile.
    undo_whole.not_put_back(tx, "field_mapping", "mapping_taken")
    undo.aim(tx, "field_mapping", COLUMNS)
    changed = undo.write(tx, undoing, "field_mapping", "field_mapping", touched=False)
    # Undoing the undo of a deletion deletes again.
    removed = undo_whole.unmake(tx, undoing, "field_mapping", undo_whole.made(tx, "field_mapping"))
    return {"field_mapping_restored": again + len(changed), "field_mapping_removed": removed}


def _labels(tx: Tx, mapping_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    rows = tx.rows(
        "select id, name from field_mapping where workspace_id = %s and id = any (%s)",
        [tx.workspace_id, list(mapping_ids)],
    )
    return {row["id"]: row["name"] for row in rows}


def _columns(tx: Tx, names: Iterable[str]) -> list[Column]:
    known = set(names)
    return [Column(name, name.capitalize()) for name in ("name", "columns") if name in known]


def href(mapping_id: UUID) -> str:
    return f"/settings/mappings/{ids.show('fm', mapping_id)}"


STEP = Step("field_mapping", COLUMNS, partial(undo_whole.lock, thing="field_mapping"), _restore)
SHOWN = {"field_mapping": Shown("fm", "field mapping", _labels, _columns, href)}
