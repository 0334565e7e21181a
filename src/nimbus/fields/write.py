"""Making a workspace's own fields: from the settings, by the API, or for a column of an import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.fields.custom import (
    CustomField,
    check_custom_field,
    check_custom_field_limit,
    suggest_name,
)
from nimbus.fields.read import custom_fields, forget
from nimbus.fields.types.cell import clean
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.problems import Problem
from nimbus.settings import settings


@dataclass(frozen=True, slots=True)
class NewField:
    """What people decide about a field (S0-37). A blank name is made from the label."""

    label: str
    field_type: str
    name: str = ""
    options: Sequence[str] = ()
    fallback: str | None = None


def create(
    tx: Tx, who: Who, new: NewField, *, through: str = "web", limit: int | None = None,
    operation: Operation | None = None,
) -> CustomField:  # fmt: skip
    """A further field of the workspace, seen by everything from here on in this transaction.

    It adds a row to the definitions and touches no contact (G-31). `limit` is the most fields there
    may be, `operation` what the field is made for, such as an import (S1-25). Raises Problem that
    names the member of `new`, and Problem(conflict) when the name is taken.
    """
    existing = fields_to_change(tx)
    check_custom_field_limit(
        len(existing), settings().custom_fields_limit if limit is None else limit
    )
    field = _tidied(
        new,
        tx.value("select uuidv7()"),
        position=1 + max((f.position for f in existing), default=-1),
    )
    check_custom_field(field)
    if field.name in {other.name for other in existing}:
        raise Problem("conflict", f"There is a field called {field.name} already.", "name")
    operation = operation or operations.start(
        tx, who, "field.create", through, subject="custom_field", subject_id=field.id
    )
    field = replace(field, created_at=tx.now)
    _insert(tx, field)
    log(tx, operation, "custom_field", field.id, "created", None, decided(field))
    forget(tx)
    return field


def fields_to_change(tx: Tx) -> list[CustomField]:
    """The fields there are. Whoever else makes or changes one waits until this transaction is over,
    so that neither the limit nor a name is passed twice."""
    tx.run("select id from workspace where id = %s for no key update", [tx.workspace_id])
    forget(tx)
    return custom_fields(tx)


def _tidied(new: NewField, id: UUID, position: int) -> CustomField:
    label = clean(new.label)
    return CustomField(
        id=id,
        name=new.name.strip() or suggest_name(label),
        label=label,
        field_type=new.field_type,
        options=tuple(clean(option) for option in new.options),
        fallback=clean(new.fallback or "") or None,
        position=position,
    )


def _insert(tx: Tx, field: CustomField) -> None:
    tx.run(
        """
        insert into custom_field
            (workspace_id, id, name, label, field_type, options, fallback, position, created_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [tx.workspace_id, field.id, field.name, field.label, field.field_type,
         list(field.options), field.fallback, field.position, field.created_at],
    )  # fmt: skip


def decided(field: CustomField) -> dict[str, object]:
    """What the log tells of a field."""
    return {
        "name": field.name,
        "label": field.label,
        "field_type": field.field_type,
        "options": list(field.options),
        "fallback": field.fallback,
    }


def whole(field: CustomField) -> dict[str, object]:
    """What the log keeps of a field that is changed or goes, so that it can come back."""
    return {
        **decided(field),
        "position": field.position,
        "created_at": field.created_at.isoformat() if field.created_at else None,
        "stored_as": str(field.stored_as) if field.stored_as else None,
    }
