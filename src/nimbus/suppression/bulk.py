"""Putting the emails of many contacts on the suppression list (S0-71)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.types.cell import clean
from nimbus.operations import Operation
from nimbus.operations.bulk import Action, Left, Options, Stored
from nimbus.problems import invalid
from nimbus.suppression.lists import EMAILS
from nimbus.suppression.suppression import REASONS
from nimbus.suppression.write import put
from nimbus.web.parts import Option

_SQL = beside(__file__, "bulk.sql")


class SuppressOptions(Options):
    reason: Annotated[str, Field(json_schema_extra={"enum": list(REASONS)})] = "manual"
    note: Annotated[str, Field(max_length=1_000)] = ""


def _check(tx: Tx, who: Who, given: SuppressOptions) -> Stored:
    if given.reason not in REASONS:
        raise invalid(f"The reason must be one of: {', '.join(REASONS)}.", "options.reason")
    return {"reason": given.reason, "note": clean(given.note)}


def _suppress(
    tx: Tx, operation: Operation, contacts: Sequence[UUID], options: Stored
) -> Iterable[Left]:
    """Contacts in the trash too: their emails are held back as well."""
    values = {"workspace": tx.workspace_id, "ids": list(contacts)}
    rows = tx.rows(_SQL["emails"], values)
    written = {
        row["name"]
        for row in put(
            tx, operation, EMAILS, sorted({row["email"] for row in rows}),
            reason=options["reason"], source="bulk", note=options["note"] or None,
        )
    }  # fmt: skip
    for id in set(contacts) - {row["id"] for row in rows}:
        yield Left(id, "failed", "not_found")
    for row in rows:
        if row["email"] not in written:
            yield Left(row["id"], "unchanged")


def _reasons(tx: Tx, given: Mapping[str, str]) -> Mapping[str, Any]:
    return {"reasons": [Option(key, label) for key, label in REASONS.items()]}


SUPPRESS = Action(
    "suppress", "Suppress", "ban", "suppression:write", SuppressOptions, _check,
    lambda options, people: f"Suppress {people}", _suppress, "suppression/bulk.html", _reasons,
    is_danger=True,
)  # fmt: skip
