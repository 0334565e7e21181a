"""Writing several contacts at once: locked in their order, each with an outcome of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.errors import UniqueViolation

from nimbus.access import Who
from nimbus.accounts.client import refuse_anothers
from nimbus.db import ids
from nimbus.db.door import TryAgain, Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import Operation, logged
from nimbus.operations.bulk import Left
from nimbus.operations.operation import Changed
from nimbus.problems import Problem

_SQL = beside(__file__, "each.sql")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one contact of many: changed, as it was already, or refused by a problem."""

    contact_id: UUID
    state: Literal["done", "unchanged", "failed"]
    problem: Problem | None = None


def left(outcomes: Iterable[Outcome]) -> list[Left]:
    """Those that were not changed, as a bulk action tells them."""
    return [
        Left(one.contact_id, one.state, _reason(one.problem))
        for one in outcomes
        if one.state != "done"
    ]


def _reason(problem: Problem | None) -> str | None:
    if problem is None:
        return None
    if "existing_id" in problem.more:
        return "email_taken"
    found: str = problem.more.get("reason", problem.code)
    return "other_client" if found == "forbidden" else found


class Outcomes:
    """The outcomes of contacts that are `locked` here for `who` to change: one is failed from the
    start that is not there, was merged away, or belongs to another client than a key's."""

    def __init__(self, tx: Tx, who: Who, contact_ids: Sequence[UUID]) -> None:
        self._asked = contact_ids
        self._found: dict[UUID, Outcome] = {}
        rows = tx.rows(_SQL["lock"], {"workspace": tx.workspace_id, "ids": list(contact_ids)})
        known = {row["id"]: row for row in rows}
        self.locked: list[Row] = []
        for one in contact_ids:
            row = known.get(one)
            if row is None or row["merged_into"]:
                self.fail(one, ids.missing("cont"))
                continue
            try:
                refuse_anothers(who, row["client_id"], row["assigned_until"], tx.now)
            except Problem as refused:
                self.fail(one, refused)
            else:
                self.locked.append(row)

    def fail(self, contact_id: UUID, problem: Problem) -> None:
        self._found[contact_id] = Outcome(contact_id, "failed", problem)

    def leave(self, contact_id: UUID) -> None:
        self._found[contact_id] = Outcome(contact_id, "unchanged")

    def all(self) -> list[Outcome]:
        """In the order in which they were asked for; whoever was not failed or left is done."""
        return [self._found.get(one) or Outcome(one, "done") for one in self._asked]


def change_many(
    tx: Tx, operation: Operation, statement: LiteralString, contact_ids: Sequence[UUID],
    columns: Sequence[str], kind: str, **values: Any,
) -> None:  # fmt: skip
    """Carry out a statement, which logs `before` and `after`, on locked contacts; `columns` are
    those that it sets, `kind` is what the followers are told. Raises TryAgain when somebody has
    just taken an email."""
    if not contact_ids:
        return
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), columns)
    try:
        tx.run(
            sql.SQL(statement).format(before=before, after=after),
            {"workspace": tx.workspace_id, "operation": operation.id, "now": tx.now,
             "ids": list(contact_ids), **values},
        )  # fmt: skip
    except UniqueViolation as error:
        raise TryAgain from error
    changed = Changed("contact", kind, tuple(contact_ids), frozenset(columns), operation=operation)
    tx.changes.append(changed)
