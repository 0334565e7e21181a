"""The order in which people see a workspace's own fields."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.accounts.client import refuse_limited
from nimbus.db.door import Tx
from nimbus.fields.read import forget
from nimbus.fields.write import fields_to_change
from nimbus.operations import Operation
from nimbus.operations.operation import log


def put_in_order(tx: Tx, who: Who, wanted: Sequence[UUID], *, through: str = "web") -> None:
    """Fields that are not named, such as one that was added since, come last; ids of no field are
    passed over. Raises Problem(forbidden) for a key that is limited to one client."""
    refuse_limited(who, "A field")
    before = [field.id for field in fields_to_change(tx)]
    named = [id for id in dict.fromkeys(wanted) if id in before]
    after = [*named, *(id for id in before if id not in named)]
    if after != before:
        write_order(tx, operations.start(tx, who, "field.order", through), before, after)


def write_order(
    tx: Tx, operation: Operation, before: Sequence[UUID], after: Sequence[UUID]
) -> None:
    """Each that has another place is logged."""
    tx.run(
        "update custom_field f set position = n.position - 1 "
        "from unnest(%s::uuid[]) with ordinality as n (id, position) "
        "where f.workspace_id = %s and f.id = n.id",
        [list(after), tx.workspace_id],
    )
    for place, id in enumerate(after):
        if before[place] != id:
            log(tx, operation, "custom_field", id, "updated",
                {"position": before.index(id)}, {"position": place})  # fmt: skip
    forget(tx)
