"""Whether something waits for the person who looks: the sign at their picture on every page.

It is asked in the transaction of the page; a page that says what went wrong has none, and no sign.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from psycopg.pq import TransactionStatus
from starlette.requests import Request

from nimbus.db.door import Tx

# Whether a person has not seen something yet: one quick question.
Waits = Callable[[Tx, UUID], bool]

_waits: list[Waits] = []


def install(waits: Waits) -> None:
    """`rooms` says who knows it."""
    _waits[:] = [waits]


def has_news(request: Request) -> bool:
    tx: Tx | None = getattr(request.state, "tx", None)
    who = getattr(request.state, "who", None)
    if tx is None or tx.bound is None or who is None or who.kind != "person" or who.id is None:
        return False
    # After a refusal by the database the page is drawn all the same.
    if tx.connection.info.transaction_status != TransactionStatus.INTRANS:
        return False
    return any(waits(tx, who.id) for waits in _waits)
