"""How the log's notes, tasks, deals, calls and meetings are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.engagement.deal import DEAL
from nimbus.engagement.event import TYPES
from nimbus.engagement.log import THING
from nimbus.engagement.note import NOTE
from nimbus.engagement.noun import Noun
from nimbus.engagement.task import TASK
from nimbus.operations.things import Column, Shown

# Of a note no more is its name.
LONGEST = 60


def _labels(noun: Noun, column: str) -> Callable[[Tx, Sequence[UUID]], Mapping[UUID, str]]:
    def labels(tx: Tx, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        statement = sql.SQL(
            "select id, left({}, %(longest)s) as label from {} "
            "where workspace_id = %(workspace)s and id = any (%(ids)s)"
        ).format(sql.Identifier(column), sql.Identifier(noun.name))
        values = {"workspace": tx.workspace_id, "ids": list(ids), "longest": LONGEST}
        return {row["id"]: row["label"] for row in tx.rows(statement, values)}

    return labels


def _columns(noun: Noun) -> Callable[[Tx, Iterable[str]], list[Column]]:
    def columns(tx: Tx, names: Iterable[str]) -> list[Column]:
        given = set(names)
        return [
            Column(name, name.removesuffix("_at").replace("_", " ").capitalize())
            for name in noun.columns
            if name in given
        ]

    return columns


def _logged(tx: Tx, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Calls and meetings by what they are: what was said in them is no name."""
    rows = tx.rows(
        "select id, type from engagement_event "
        "where workspace_id = %(workspace)s and id = any (%(ids)s)",
        {"workspace": tx.workspace_id, "ids": list(ids)},
    )
    return {row["id"]: TYPES[row["type"]] for row in rows}


def _type(tx: Tx, names: Iterable[str]) -> list[Column]:
    return [Column(name, "Type") for name in names if name == "type"]


SHOWN: dict[str, Shown] = {
    THING: Shown("evt", "event", _logged, _type),
    **{
        noun.name: Shown(noun.prefix, noun.name, _labels(noun, column), _columns(noun))
        for noun, column in ((NOTE, "body"), (TASK, "title"), (DEAL, "name"))
    },
}
