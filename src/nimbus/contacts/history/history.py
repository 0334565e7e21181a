"""The history of one field: which value, since when, by whom and through what (F-21, G-49)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.contacts.form import is_edited, raw
from nimbus.contacts.writing.derived import SOURCES, follows
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import Catalogue, Field
from nimbus.problems import invalid

_SQL = beside(__file__, "history.sql")


@dataclass(frozen=True, slots=True)
class Past:
    """A change of a field with its operation: the value `was` something, and has been `now` from
    then on. Of what was `created` there is none before."""

    id: UUID
    kind: str
    was: Any
    now: Any
    operation_id: UUID
    operation: str
    actor_kind: str
    actor_name: str
    through: str
    subject: str | None
    subject_id: UUID | None
    why: str | None
    at: datetime
    after: Mapping[str, Any] | None


def history_of(catalogue: Catalogue, key: str) -> Field:
    """The field of that key. Raises Problem for one without a history of its own."""
    field = catalogue.get(key, "field")
    if not is_edited(field):
        raise invalid(f"{field.label} is worked out or counted, and has no history.", "field")
    return field


@dataclass(frozen=True, slots=True)
class FieldHistory:
    """Of a field of a contact, or of the company that it has now; `row` is the contact as the
    pages show it."""

    tx: Tx
    field: Field
    row: Mapping[str, Any]

    def page(self, before: UUID | None, limit: int) -> list[Past]:
        """The changes before that one, newest first; none of a company where there is none."""
        found = self.tx.all(
            Past, self._statement("changes"), {**self._values, "before": before, "limit": limit}
        )
        return [replace(one, now=self._began(one)) if one.kind == "created" else one
                for one in found]  # fmt: skip

    def count(self) -> int:
        found: int = self.tx.value(self._statement("count"), self._values)
        return found

    def is_derived(self, past: Past, catalogue: Catalogue) -> bool:
        """Whether the value followed from others that the same change has set."""
        sources = SOURCES.get(self.field.column, ()) if self.field.thing == "contact" else ()
        after = past.after or {}
        given = {one: after[one] for one in sources if one in after}
        if past.kind == "created":
            given |= {
                field.column: replace(self, field=field)._began(replace(past, now=None))
                for field in catalogue
                if field.thing == "contact" and field.column in sources and not given
            }
        values = {**self.row, **given, self.field.column: past.now}
        return bool(given) and follows(self.field.column, values)

    def _began(self, made: Past) -> Any:
        """The log says of what is new only that it was made (decision 0011)."""
        if made.now is not None:
            return made.now
        first = self.tx.row(self._statement("began"), self._values)
        return first["was"] if first else raw(self.field, self.row)

    @property
    def _values(self) -> dict[str, Any]:
        of_company = self.field.thing == "company"
        return {
            "workspace": self.tx.workspace_id, "key": self.field.column,
            "thing": "company" if of_company else "contact",
            "thing_id": self.row["company_id"] if of_company else self.row["id"],
        }  # fmt: skip

    def _statement(self, name: str) -> sql.Composed:
        within = "-> 'custom'" if self.field.thing == "custom" else ""
        was, now = (
            sql.SQL(f"(c.{side} {within} -> %(key)s::text)") for side in ("before", "after")
        )
        of = sql.SQL(_SQL["of"]).format(was=was, now=now)
        return sql.SQL(_SQL[name]).format(of=of)
