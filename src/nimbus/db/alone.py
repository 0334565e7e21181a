"""One process at a time brings a server to the state that every start wants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

LOCK = 0x4E696D62  # Any constant.


@contextmanager
def alone(connection: psycopg.Connection) -> Iterator[None]:
    """Others that start at the same moment wait here. Without it a role or a function that two
    alter at once is “tuple concurrently updated” to one of them, whose process dies of it."""
    connection.execute("select pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [LOCK])
