"""Reading within the time that one question may take (`NIMBUS_QUERY_SECONDS`), planned for the
values that it asks for: the plan for any value at all took 200 ms where theirs took 30."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import QueryCanceled

from nimbus.db.door import Tx
from nimbus.problems import Problem
from nimbus.settings import settings

WITHIN = "ask_within"


@contextmanager
def timely(tx: Tx) -> Iterator[None]:
    """For the rest of the transaction no statement takes longer, and each is planned for its own
    values. Raises Problem(too_expensive), and then the transaction is over."""
    seconds = settings().query_seconds
    if tx.memory.get(WITHIN) != seconds:
        tx.row("select ask_within(%s)", [int(seconds * 1000)])
        tx.memory[WITHIN] = seconds
    try:
        yield
    except QueryCanceled:
        raise Problem(
            "too_expensive",
            f"This took longer than {seconds:g} seconds and was stopped. Narrow it: add a question "
            "that leaves few, such as a tag, a tier or a segment; ask for the beginning of a text "
            "in place of a part; or sort by another field.",
        ) from None
