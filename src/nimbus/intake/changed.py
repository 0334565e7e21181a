"""Which fields of a contact an operation has changed, by the log (D-19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nimbus.db.door import Tx
from nimbus.fields import Catalogue
from nimbus.operations import Operation


def changed_fields(
    tx: Tx, operation: Operation, row: Mapping[str, Any], catalogue: Catalogue
) -> list[str]:
    """The paths of the fields of a contact and of its company, in the catalogue's order. `row` has
    the `id` and the `company_id` of the contact; of one that is new none has changed."""
    differences = tx.rows(
        "select thing, before, after from change where workspace_id = %s and operation_id = %s "
        "and thing_id = any (%s) and kind = 'updated'",
        [tx.workspace_id, operation.id, [row["id"], row["company_id"]]],
    )
    columns = {(one["thing"], name) for one in differences for name in one["after"]}
    columns |= {("custom", name) for one in differences for name in _custom(one)}
    return [".".join(field.path) for field in catalogue if (field.thing, field.column) in columns]


def _custom(difference: Mapping[str, Any]) -> Iterator[str]:
    before, after = (difference[when].get("custom") or {} for when in ("before", "after"))
    return (key for key in {**before, **after} if before.get(key) != after.get(key))
