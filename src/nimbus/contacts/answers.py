"""The answers that are kept for retries, without those that tell of somebody erased (D-09, D-22).

They are sealed, so nothing but reading them tells of whom they are: a job does, after the erasure.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.identity import mentions
from nimbus.jobs import Context, defer, task
from nimbus.operations.erasing import Person
from nimbus.web import kept


def erase(tx: Tx, person: Person) -> None:
    """The answer to the erasure itself stays, which names ids alone."""
    defer(
        tx, forget, contacts=[ids.show("cont", one) for one in person.contacts],
        keys=[str(key) for key in person.email_keys], but=tx.now.isoformat(),
    )  # fmt: skip


@task("contacts.forget_answers")
def forget(context: Context, contacts: list[str], keys: list[str], but: str) -> None:
    """Take away what tells of these contacts, or of an email with one of these keys."""
    wanted, secrets = frozenset(map(UUID, keys)), context.instance.secrets
    named = [one.encode() for one in contacts]
    after: bytes | None = b""

    def tells(body: bytes) -> bool:
        return any(one in body for one in named) or _names(body, wanted, secrets.key("email"))

    while after is not None:
        with context.tx() as tx:
            after = kept.forget_told(
                tx, secrets, tells, after=after, but=datetime.fromisoformat(but)
            )


def _names(body: bytes, keys: Collection[UUID], secret: bytes) -> bool:
    return mentions(body.decode(errors="replace"), keys, secret)
