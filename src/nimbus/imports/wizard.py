"""What people decide about the columns of a file, and the mapping it comes to (S1-15, S1-25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nimbus.access.who import Who
from nimbus.db.door import Tx
from nimbus.fields import Catalogue
from nimbus.fields.read import catalogue
from nimbus.fields.write import NewField, create
from nimbus.imports import mapping
from nimbus.imports.import_job import ImportOptions
from nimbus.imports.mapping import ColumnMapping
from nimbus.imports.proposal.propose import ColumnProposal
from nimbus.problems import invalid

# What a column can become a field of, on the spot (S1-25); a list of options is made in settings.
NEW = {
    "new:string": ("string", "New text field"), "new:number": ("number", "New number field"),
    "new:date": ("date", "New date field"), "new:boolean": ("boolean", "New yes/no field"),
}  # fmt: skip
ORDERS = {"day": True, "month": False}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is decided of a column: `goes_to` is a field's key, a key of `NEW`, or blank."""

    goes_to: str = ""
    only_if_blank: bool = False
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was sent."""

    columns: list[Choice]
    options: ImportOptions
    defaults: list[tuple[str, str]] = field(default_factory=list)


def proposed(found: Sequence[ColumnProposal]) -> list[Choice]:
    return [Choice(one.field_key or "", False, one.day_first) for one in found]


def stored(columns: Sequence[ColumnMapping], fields: Catalogue) -> list[Choice]:
    keys = {one.ref: one.key for one in fields}
    return [
        Choice(keys.get(one.field or "", ""), one.only_if_blank, one.day_first) for one in columns
    ]


def sent(
    count: int, goes_to: Sequence[str], only_if_blank: Sequence[str], order: Sequence[str]
) -> list[Choice]:
    """`goes_to` has one entry per column; the others name theirs, `3` and `3:day`. Raises Problem
    for a form of another file, such as one read anew in another tab."""
    if len(goes_to) != count:
        raise invalid("The file has other columns by now. Look at them again.", "mapping")
    orders = dict(one.partition(":")[::2] for one in order)
    return [
        Choice(key, str(at) in only_if_blank, ORDERS.get(orders.get(str(at), "")))
        for at, key in enumerate(goes_to)
    ]


def settle(
    tx: Tx, who: Who, header: Sequence[str], choices: Sequence[Choice]
) -> list[ColumnMapping]:
    """The mapping that was chosen; columns that become new fields are made ones (F-08)."""
    made = {
        at: _make(tx, who, header[at], NEW[choice.goes_to][0])
        for at, choice in enumerate(choices)
        if choice.goes_to in NEW
    }
    fields = catalogue(tx)
    settled = [
        replace(column, field=made.get(column.column, column.field))
        for column in draft(header, choices, fields)
    ]
    mapping.check(settled, fields)
    return settled


def draft(
    header: Sequence[str], choices: Sequence[Choice], fields: Catalogue
) -> list[ColumnMapping]:
    """The same as far as it goes without making or refusing anything."""
    return [
        ColumnMapping(
            at, name, _ref(fields, choice.goes_to, at), choice.only_if_blank, choice.day_first
        )
        for at, (name, choice) in enumerate(zip(header, choices, strict=True))
    ]


def _make(tx: Tx, who: Who, header: str, field_type: str) -> str:
    who.need("settings:write")
    label = " ".join(header.split())[:100]
    return str(create(tx, who, NewField(label, field_type), through="web").id)


def _ref(fields: Catalogue, key: str, at: int) -> str | None:
    return fields.get(key, f"mapping[{at}].field").ref if key and key not in NEW else None
