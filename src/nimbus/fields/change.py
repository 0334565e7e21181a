"""Changing and deleting a workspace's own field: its values and everything that names it follow.

Rooms that refer to fields do so by id, so a new name moves nothing. Values lie with the contacts,
and are rewritten by the room of contacts (`held.py`), at once where they are few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.accounts.client import refuse_limited
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.custom import CustomField, check_custom_field, custom_field
from nimbus.fields.held import Failing, Moved, Work, holder
from nimbus.fields.order import write_order
from nimbus.fields.read import forget
from nimbus.fields.types.cell import clean
from nimbus.fields.write import fields_to_change, whole
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.operations.references import Thing, references, refuse_if_used, shown
from nimbus.operations.rename import Renamed, rewrite
from nimbus.problems import Problem, invalid

LISTED = ("dropdown", "multi_select")
# Uses that do not depend on the type of the values.
_ANY_TYPE = ("contacts", "field_mapping", "import")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What becomes of a field; None leaves a member as it is. `options` is the whole list from now
    on, in order, `renames` the options that are called otherwise from now on, `position` its place
    among the fields, from 0. A blank `fallback` takes it away."""

    name: str | None = None
    label: str | None = None
    field_type: str | None = None
    options: tuple[str, ...] | None = None
    renames: Mapping[str, str] | None = None
    fallback: str | None = None
    position: int | None = None


NOTHING = Moved()


@dataclass(frozen=True, slots=True)
class Changed:
    """The field as it is now, or would be; what moves with it, and what a new type cannot read."""

    field: CustomField
    moved: Moved = NOTHING
    failing: Failing | None = None


def change(
    tx: Tx, who: Who, field_id: UUID, given: FieldChange, *, through: str = "web",
    force: bool = False, dry_run: bool = False,
) -> Changed:  # fmt: skip
    """Change a field. A value that would be lost is told of and refused unless `force`; the log
    keeps it then (G-31). `dry_run` writes nothing and tells what a new type cannot read.

    Raises Problem: forbidden for a key that is limited to one client; not_found; validation_error
    that names the member; conflict when the name is taken, a value would be lost, or a job or an
    import is at work on the values; in_use when an option that goes, or the type that a filter
    counts on, is used.
    """
    refuse_limited(who, "A field")
    existing = fields_to_change(tx)
    was = _find(existing, field_id)
    renames = _renames(was, given.renames or {})
    now = _changed(was, given, renames)
    check_custom_field(now)
    if now.name in {other.name for other in existing if other.id != was.id}:
        raise Problem("conflict", f"There is a field called {now.name} already.", "name")
    converts = now.field_type != was.field_type
    if converts and renames:
        raise invalid("Rename options and change the type one after the other.", "rename_options")
    gone = [] if converts else [o for o in _renamed(was, renames) if o not in now.options]
    if converts or renames or gone or now.name != was.name:
        _refuse_under_way(tx, was)
    failing = _check_type(tx, was, now, force or dry_run) if converts else None
    if not force and not dry_run:
        for option in gone:
            refuse_if_used(tx, Thing("option", f"{was.id}:{option}"), f"The option “{option}”")
    if dry_run or (now == was and not renames and given.position is None):
        return Changed(now, failing=failing)
    if converts:
        now = replace(now, stored_as=tx.value("select uuidv7()"))
    operation = _write(tx, who, through, was, now)
    if given.position is not None:
        _move(tx, operation, existing, was, given.position)
    several = was.field_type == "multi_select"
    for old, new in [*renames.items(), *((option, None) for option in gone)]:
        rewrite(tx, operation, Renamed(str(was.id), old, new, several))
    works = [Work(was.column, old, new, several) for old, new in renames.items()]
    works += [Work(was.column, option, None, several) for option in gone]
    if converts:
        works = [Work(was.column, into=str(was.id))]
    return Changed(now, _carry(tx, who, operation, was, f"Changing {was.label}", works), failing)


def delete(
    tx: Tx, who: Who, field_id: UUID, *, through: str = "web", force: bool = False
) -> Changed:
    """Delete a field with its values, which the log keeps. Raises Problem(in_use) with what uses it
    unless `force`; what asked for it then says what it said of contacts without a value (F-35)."""
    refuse_limited(who, "A field")
    was = _find(fields_to_change(tx), field_id)
    _refuse_under_way(tx, was)
    if not force:
        refuse_if_used(tx, Thing("custom_field", str(was.id)), was.label)
    operation = operations.start(
        tx, who, "field.delete", through, subject="custom_field", subject_id=was.id
    )
    tx.run(
        "delete from custom_field where workspace_id = %s and id = %s", [tx.workspace_id, was.id]
    )
    log(tx, operation, "custom_field", was.id, "deleted", whole(was), None)
    forget(tx)
    rewrite(tx, operation, Renamed(str(was.id), None, None, was.field_type == "multi_select"))
    works = [Work(was.column)]
    return Changed(was, _carry(tx, who, operation, was, f"Deleting {was.label}", works))


def _find(existing: list[CustomField], field_id: UUID) -> CustomField:
    found = next((field for field in existing if field.id == field_id), None)
    if found is None:
        raise ids.missing("cf")
    return found


def _renames(was: CustomField, given: Mapping[str, str]) -> dict[str, str]:
    """Old names to new ones, without those that stay. A new name that is renamed itself would make
    the order count."""
    renames = {old: clean(new) for old, new in given.items() if clean(new) != old}
    for old, new in renames.items():
        at = f"rename_options.{old[:80]}"
        if old not in was.options:
            raise invalid(f"{was.label} has no option “{old[:80]}”.", at)
        if not new:
            raise invalid("A name is needed; to remove the option send `options`.", at)
        if new in renames:
            raise invalid(f"“{new}” is renamed too; do the one after the other.", at)
    return renames


def _renamed(was: CustomField, renames: Mapping[str, str]) -> tuple[str, ...]:
    """Options that have become the same are there once."""
    return tuple(dict.fromkeys(renames.get(option, option) for option in was.options))


def _changed(was: CustomField, given: FieldChange, renames: Mapping[str, str]) -> CustomField:
    field_type = given.field_type or was.field_type
    if given.options is not None:
        options = tuple(clean(option) for option in given.options)
    else:
        options = _renamed(was, renames) if field_type in LISTED else ()
    # It was read like a cell: whatever its case, it means an option.
    called = {old.casefold(): new for old, new in renames.items()}
    fallback = was.fallback and called.get(was.fallback.casefold(), was.fallback)
    if given.fallback is not None:
        fallback = clean(given.fallback) or None
    return replace(
        was, field_type=field_type, options=options, fallback=fallback,
        name=was.name if given.name is None else given.name.strip(),
        label=was.label if given.label is None else clean(given.label),
    )  # fmt: skip


def _refuse_under_way(tx: Tx, was: CustomField) -> None:
    """Neither a job nor an import writes values meanwhile that the change does not see."""
    if holder().busy(tx, str(was.id)):
        raise Problem("conflict", f"The values of {was.label} are being changed. Wait for the job.")
    refuse_imported(tx, was)


def refuse_imported(tx: Tx, was: CustomField) -> None:
    """Raises Problem(conflict) with the import that brings values of it."""
    every = references(tx, Thing("custom_field", str(was.id)))
    if waiting := [one for one in every if one.kind == "import"]:
        raise Problem(
            "conflict",
            f"{waiting[0].name} is being imported into {was.label}. Wait for it, or cancel it.",
            references=shown(waiting),
        )


def _check_type(tx: Tx, was: CustomField, now: CustomField, anyway: bool) -> Failing:
    """What the new type cannot read. Raises Problem(in_use) where filters count on the old type,
    and Problem(conflict) where a value would be lost and it is not meant `anyway`."""
    refuse_asked(tx, was)
    failing = holder().failing(tx, was.column, custom_field(now).type)
    if failing.failing and not anyway:
        raise Problem(
            "conflict",
            f"{failing.failing:,} of {failing.contacts:,} values are no {now.field_type}. Mend "
            "them, or drop them with force=true.",
            "field_type", failing=failing.failing,
            examples=[{"value": value, "contacts": count} for value, count in failing.examples],
        )  # fmt: skip
    return failing


def refuse_asked(tx: Tx, was: CustomField) -> None:
    """Raises Problem(in_use) with what counts on its type."""
    every = references(tx, Thing("custom_field", str(was.id)))
    if asking := [one for one in every if one.kind not in _ANY_TYPE]:
        raise Problem(
            "in_use",
            f"{asking[0].name} asks for {was.label} by its type. Change what uses it first.",
            "field_type", references=shown(asking),
        )  # fmt: skip


def _write(tx: Tx, who: Who, through: str, was: CustomField, now: CustomField) -> Operation:
    operation = operations.start(
        tx, who, "field.change", through, subject="custom_field", subject_id=was.id
    )
    tx.run(
        """
        update custom_field
        set name = %s, label = %s, field_type = %s, options = %s, fallback = %s, stored_as = %s
        where workspace_id = %s and id = %s
        """,
        [now.name, now.label, now.field_type, list(now.options), now.fallback, now.stored_as,
         tx.workspace_id, was.id],
    )  # fmt: skip
    before, after = whole(was), whole(now)
    differing = [key for key in after if after[key] != before[key]]
    if differing:
        log(
            tx, operation, "custom_field", was.id, "updated",
            {key: before[key] for key in differing}, {key: after[key] for key in differing},
        )  # fmt: skip
    forget(tx)
    return operation


def _move(
    tx: Tx, operation: Operation, existing: list[CustomField], was: CustomField, position: int
) -> None:
    """Put the field at its place among the others."""
    before = [field.id for field in existing]
    after = [id for id in before if id != was.id]
    after.insert(position, was.id)
    if after != before:
        write_order(tx, operation, before, after)


def _carry(
    tx: Tx, who: Who, operation: Operation, was: CustomField, label: str, works: list[Work]
) -> Moved:
    if not works:
        return NOTHING
    return holder().carry(tx, who, operation, str(was.id), label, works)
