"""Notes, tasks and deals going back to what they were before an operation: this room's part of
every undo. The events that tell of them stay: what has happened has happened."""

from __future__ import annotations

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement.deal import DEAL
from nimbus.engagement.note import NOTE
from nimbus.engagement.noun import Noun
from nimbus.engagement.task import TASK
from nimbus.operations import undo
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undoing import Undoable

_SQL = beside(__file__, "restore.sql")
_DEEDS = {"create": "adding", "update": "an edit of", "delete": "the deletion of"}

UNDOABLE = {
    f"{noun.name}.{deed}": Undoable(f"{words} a {noun.name}", "engagement:write")
    for noun in (NOTE, TASK, DEAL)
    for deed, words in _DEEDS.items()
}


def step(noun: Noun) -> Step:
    """Of a kind of things that are written as notes are."""

    def run(tx: Tx, name: str, undoing: Undoing | None = None) -> int:
        statement = sql.SQL(_SQL[name]).format(
            table=sql.Identifier(noun.name),
            thing=sql.Literal(noun.name),
            names=sql.SQL(", ").join(map(sql.Identifier, noun.columns)),
            columns=sql.SQL(", ").join(sql.Identifier("m", column) for column in noun.columns),
        )
        values = {"workspace": tx.workspace_id, "now": tx.now,
                  "undoing": undoing and undoing.operation.id}  # fmt: skip
        return tx.run(statement, values)

    def lock(tx: Tx) -> None:
        run(tx, "lock")

    def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
        again = run(tx, "put_back", undoing)
        undo.aim(tx, noun.name, Columns())
        changed = undo.write(tx, undoing, noun.name, noun.name, touched=False)
        removed = run(tx, "remove", undoing)
        return {f"{noun.name}_restored": again + len(changed), f"{noun.name}_removed": removed}

    return Step(noun.name, Columns(), lock, restore)


STEPS = tuple(map(step, (NOTE, TASK, DEAL)))
