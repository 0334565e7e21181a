"""Companies going back to what they were before an operation: this room's part of every undo.

In two steps around that of the contacts. First the companies have their values back, and those that
were removed are there again; last those that the operation made are removed where no contact has
them any more, and the people of the others are scored.
"""

from __future__ import annotations

from psycopg.types.json import Jsonb

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.derive import company_name_key
from nimbus.operations import undo, undo_whole
from nimbus.operations.operation import Changed
from nimbus.operations.undo import Columns, Step, Undoing

_SQL = beside(__file__, "restore.sql")

COLUMNS = Columns(lists=("tech_stack",))


def keep_all(tx: Tx) -> None:
    """Whoever gives companies to contacts sees to it that none is removed meanwhile: nothing else
    ties the two."""
    tx.run(_SQL["share"], {"workspace": tx.workspace_id})


def alone(tx: Tx) -> None:
    """Whoever removes companies that no contact has waits for those that give some away."""
    tx.run(_SQL["alone"], {"workspace": tx.workspace_id})


def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Removed companies come back, changed ones have their values back, column by column."""
    again = undo_whole.put_back(tx, undoing, "company")
    # Another has the domain, or the name, by now.
    undo_whole.not_put_back(tx, "company", "taken")
    undo.aim(tx, "company", COLUMNS)
    undo_whole.leave_taken(tx, "company", "domain", "taken")
    # The name as it is compared goes with the name; the log does not tell it.
    named = tx.rows(_SQL["names"])
    keys = [Jsonb({"name_key": _name_key(row["name"])}) for row in named]
    tx.run(_SQL["name_keys"], {"ids": [row["thing_id"] for row in named], "keys": keys})
    tx.run(_SQL["leave_name"], {"workspace": tx.workspace_id})
    count = tx.value(_SQL["count"])
    undo.write(tx, undoing, "company", "company", unlogged=("name_key",))
    return {"company_restored": again + count}


def finish(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Companies that the operation made are removed where nobody needs them; one that is in use or
    was changed since is kept. The people of companies that went back are scored by the followers.
    """
    made = undo_whole.made(tx, "company")
    used = set(tx.column(_SQL["used"], {"workspace": tx.workspace_id, "made": made}))
    undo_whole.stay(tx, used, "in_use")
    removed = undo_whole.unmake(tx, undoing, "company", set(made) - used)
    others = tx.column(_SQL["others"])
    if others:
        changed = Changed("company", "restored", tuple(others), operation=undoing.operation)
        tx.changes.append(changed)
    return {"company_removed": removed}


def _name_key(name: str | None) -> str | None:
    return company_name_key(name) if name else None


def _lock(tx: Tx) -> None:
    undo_whole.lock(tx, "company")


def _lock_alone(tx: Tx) -> None:
    alone(tx)
    _lock(tx)


FIRST = Step("company", COLUMNS, _lock, restore)
# Fewer at a time: a company may have many people to score.
LAST = Step("company", COLUMNS, _lock_alone, finish, size=500)
