"""Scoring many contacts again (S0-69)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from psycopg import sql

from nimbus.contacts.writing.many import lock_many
from nimbus.db.door import Tx
from nimbus.operations import Operation
from nimbus.operations.bulk import Action, Left, NoOptions, Stored
from nimbus.scoring.rescore import rescore


def _score(
    tx: Tx, operation: Operation, contacts: Sequence[UUID], options: Stored
) -> Iterable[Left]:
    live, left = lock_many(tx, operation, contacts)
    ids = [row["id"] for row in live]
    done = set(rescore(tx, operation, sql.SQL("c.id = any (%(ids)s)"), {"ids": ids}))
    return [*left, *(Left(id, "unchanged") for id in ids if id not in done)]


SCORE = Action(
    "score", "Score", "target", "contacts:write", NoOptions, lambda tx, who, given: {},
    lambda options, people: f"Score {people} again", _score,
)  # fmt: skip
