"""Which fields a contact must have beside its email, as the workspace decides (S4-06)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nimbus import operations
from nimbus.access import Who
from nimbus.accounts.client import refuse_limited
from nimbus.db.door import Tx
from nimbus.fields.catalogue import Catalogue
from nimbus.fields.field import Field
from nimbus.fields.read import catalogue
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.operations.references import Reference, Thing
from nimbus.operations.rename import Renamed
from nimbus.problems import Problem, invalid

KIND = "fields.require"
COLUMN = "required_fields"
# What follows from others where it is blank: these can be required instead.
WORKED_OUT = frozenset({"full_name", "seniority", "department", "time_zone"})


def requirable(known: Catalogue) -> list[Field]:
    """The fields that may be required: those of the contact itself that can come from anywhere."""
    return [
        field
        for field in known
        if field.thing in ("contact", "custom") and field.column and field.importable
        and field.editable and field.key not in WORKED_OUT and field.key != "email"
    ]  # fmt: skip


def required(tx: Tx) -> list[Field]:
    """Those that are required beside the email, in the order of the catalogue. Read once per
    transaction."""
    if COLUMN not in tx.memory:
        tx.memory[COLUMN] = _stored(tx)
    refs = set(tx.memory[COLUMN])
    return [field for field in requirable(catalogue(tx)) if field.ref in refs] if refs else []


def require(tx: Tx, who: Who, through: str, keys: Sequence[str]) -> Operation | None:
    """Have these fields required from now on, and no others; contacts that lack one stay as they
    are. Answers the operation, None where that was so already.

    Raises Problem: forbidden for a key that is limited to one client; validation_error that names
    the member of `fields`.
    """
    refuse_limited(who, "Which fields are required")
    lock(tx)
    known = catalogue(tx)
    allowed = {field.key: field for field in requirable(known)}
    for at, key in enumerate(keys):
        if key != "email" and key not in allowed:
            label = known.get(key, f"fields[{at}]").label
            raise invalid(f"{label} cannot be required: it is worked out, counted, or the "
                          "company's.", f"fields[{at}]")  # fmt: skip
    was = _stored(tx)
    now = [field.ref for key, field in allowed.items() if key in keys]
    if sorted(was) == sorted(now):
        return None
    operation = operations.start(
        tx, who, KIND, through, subject="workspace", subject_id=tx.workspace_id
    )
    _write(tx, operation, was, now)
    return operation


def lock(tx: Tx) -> None:
    """One change at a time."""
    tx.run("select id from workspace where id = %s for no key update", [tx.workspace_id])


def refuse_clearing(
    needed: Sequence[Field], was: Mapping[str, Any], now: Mapping[str, Any]
) -> None:
    """Both by column, custom values by the id of their field. What a contact lacks already may stay
    blank. Raises Problem that names the first field that it would lose."""
    for field in needed:
        if was.get(field.column) not in (None, []) and now.get(field.column) in (None, []):
            raise clearing(".".join(field.path), field.label)


def clearing(path: str, label: str) -> Problem:
    """The refusal of what would take a required field from a contact."""
    return invalid(f"{label} is required in this workspace, and cannot be cleared.", path)


def missing(path: str, label: str) -> Problem:
    """The refusal of a contact that would be made without a required field."""
    return invalid(f"{path} is required: this workspace wants {label} of every contact.", path)


def references(tx: Tx, thing: Thing) -> Iterator[Reference]:
    """That a custom field is required (S4-15)."""
    if thing.kind == "custom_field" and thing.id in _stored(tx):
        yield Reference(COLUMN, None, "Required fields")


def rewrite(tx: Tx, operation: Operation, renamed: Renamed) -> None:
    """A field that is gone is required no more; another name of it changes nothing."""
    was = _stored(tx)
    if renamed.old is None and renamed.field in was:
        _write(tx, operation, was, [ref for ref in was if ref != renamed.field])


def _stored(tx: Tx) -> list[str]:
    refs: list[str] = tx.value(
        "select required_fields from workspace where id = %s", [tx.workspace_id]
    )
    return refs


def _write(tx: Tx, operation: Operation, was: list[str], now: list[str]) -> None:
    tx.run("update workspace set required_fields = %s where id = %s", [now, tx.workspace_id])
    log(tx, operation, "workspace", tx.workspace_id, "updated", {COLUMN: was}, {COLUMN: now})
    tx.memory.pop(COLUMN, None)
