"""The outbox: what a transaction changed becomes events before it commits (G-39, S3-51).

A follower of the door. Where nobody subscribed it costs one look-up. A transaction that changed
more than `INLINE` contacts, as those of an import do, only notes which changes they are: a job
writes their events (`backlog.py`), and so it does while earlier changes of the same contacts still
wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.operation import Changed
from nimbus.webhooks import backlog
from nimbus.webhooks.event import Announcement
from nimbus.webhooks.events import announce, write_changes
from nimbus.webhooks.read import active
from nimbus.webhooks.webhook import Webhook

_SQL = beside(__file__, "outbox.sql")

# Whoever asked for the change waits for its events: a thousand of them are seconds.
INLINE = 200

Announcer = Callable[[Tx, Changed], Iterable[Announcement]]
_announcers: list[Announcer] = []


def install(announcers: Iterable[Announcer]) -> None:
    """What other rooms have to tell beside contacts; `rooms` installs it at start."""
    _announcers[:] = announcers


def follow(tx: Tx) -> None:
    """Write the events of this transaction, or note that they are to be written. The last of the
    followers: it also tells of what the others changed."""
    told = [one for one in tx.changes if isinstance(one, Changed)]
    hooks = active(tx) if told else []
    if not hooks:
        return
    announce(tx, hooks, [news for one in told for tell in _announcers for news in tell(tx, one)])
    changes = _changes(tx, hooks, [one for one in told if one.thing == "contact"])
    if not changes:
        return
    if len(changes) > INLINE or backlog.is_behind(tx, changes):
        backlog.put_off(tx, changes)
    else:
        write_changes(tx, hooks, changes, tx.now)


def _changes(tx: Tx, hooks: list[Webhook], told: list[Changed]) -> list[UUID]:
    """The changes of contacts in the log that any webhook may want to know of."""
    wanting = [hook for hook in hooks if hook.contact_types]
    if not (told and wanting):
        return []
    types = {type for hook in wanting for type in hook.contact_types}
    return tx.column(
        _SQL["changes"],
        {
            "workspace": tx.workspace_id,
            "began": tx.value("select transaction_timestamp()"),
            "now": tx.now,
            "ids": sorted({id for one in told for id in one.ids}),
            "unnamed": any(not one.ids for one in told),
            "made": sorted({type == "contact.created" for type in types}),
            "imported": any(hook.mode != "digest" for hook in wanting),
        },
    )
