"""The one door to the database: a transaction with a workspace bound, committed at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg.rows import class_row, dict_row
from psycopg_pool import ConnectionPool

from nimbus import clock
from nimbus.db.row import Row, row_factory

T = TypeVar("T")
Query = LiteralString | sql.SQL | sql.Composed
Values = Sequence[Any] | Mapping[str, Any] | None


# The database is away, or has let go of a process that slept in the middle of its work: nobody's
# fault, and the queue tries again.
LOST = (psycopg.OperationalError, psycopg.InterfaceError,
        psycopg.errors.IdleInTransactionSessionTimeout)  # fmt: skip


Follower = Callable[["Tx"], None]

_BEGIN_IN = b"begin; select set_ws('%s')"


@dataclass(frozen=True, slots=True)
class Ahead:
    """What nearly every request reads: one value of the bound workspace, by a statement without
    values. It comes in the trip that begins the transaction of a request, and waits in `Tx.memory`
    under its key."""

    key: str
    statement: LiteralString


class TryAgain(Exception):
    """Somebody else was quicker: the same work, from the start, will see what they wrote."""


class Tx:
    """A transaction under the application's role.

    `workspace_id` is the bound workspace, None only behind `Door.platform`. `now` is the time of
    the transaction by the one clock. `changes` collects what the transaction changed, for the
    followers that run before its commit; `memory` keeps what was already read within it.
    """

    def __init__(
        self, connection: psycopg.Connection, workspace_id: UUID | None,
        followers: Sequence[Follower] = (),
    ) -> None:  # fmt: skip
        self.connection = connection
        self.followers = followers
        self.bound = workspace_id
        self.now: datetime = clock.now()
        self.changes: list[Any] = []
        self.memory: dict[str, Any] = {}

    @property
    def workspace_id(self) -> UUID:
        if self.bound is None:
            raise RuntimeError("No workspace is bound in this transaction.")
        return self.bound

    def follow(self) -> None:
        """Let the followers see what was changed so far. The door does so before the commit;
        whoever answers with what came of a change does it before answering."""
        if self.changes:
            for follow in self.followers:
                follow(self)
            self.changes.clear()

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the work that an exception takes back by itself, with what it changed and
        remembered; psycopg's `Rollback` only takes it back."""
        self.follow()  # What was changed before stays, and so does what follows from it.
        memory, is_kept = dict(self.memory), False
        try:
            with self.connection.transaction():
                yield
                is_kept = True
        finally:
            if not is_kept:
                self.changes.clear()
                self.memory.clear()
                self.memory.update(memory)

    def run(self, query: Query, values: Values = None) -> int:
        """Execute; returns the number of rows."""
        return self.connection.execute(query, values).rowcount

    def rows(self, query: Query, values: Values = None) -> list[dict[str, Any]]:
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()

    def listed(self, query: Query, values: Values = None) -> list[Row]:
        """As `rows`, where they are many and wide."""
        with self.connection.cursor(row_factory=row_factory) as cursor:
            return cursor.execute(query, values).fetchall()

    def row(self, query: Query, values: Values = None) -> dict[str, Any] | None:
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchone()

    def value(self, query: Query, values: Values = None) -> Any:
        """The first column of the first row, None when there is no row."""
        row = self.connection.execute(query, values).fetchone()
        return row[0] if row else None

    def column(self, query: Query, values: Values = None) -> list[Any]:
        return [row[0] for row in self.connection.execute(query, values).fetchall()]

    def all(self, kind: type[T], query: Query, values: Values = None) -> list[T]:
        """Every row as an object of a dataclass whose fields are the columns."""
        with self.connection.cursor(row_factory=class_row(kind)) as cursor:
            return cursor.execute(query, values).fetchall()

    def one(self, kind: type[T], query: Query, values: Values = None) -> T | None:
        with self.connection.cursor(row_factory=class_row(kind)) as cursor:
            return cursor.execute(query, values).fetchone()


def _prepare(connection: psycopg.Connection) -> None:
    """The door begins each transaction itself, in one trip with the binding of the workspace. A
    batch on its way in stays in memory: the default of 8 MB sends its table to the disk."""
    connection.autocommit = True
    connection.execute("set temp_buffers = '64MB'")


class Door:
    """Opens transactions on a pool of connections of the application's role."""

    def __init__(self, conninfo: str, size: int = 16) -> None:
        self._pool: ConnectionPool[psycopg.Connection] = ConnectionPool(
            conninfo, min_size=1, max_size=size, open=False, timeout=30, name="nimbus",
            configure=_prepare,
            # While the database is away it is looked for every few seconds, not ever more rarely.
            reconnect_timeout=10,
        )  # fmt: skip
        self.conninfo = conninfo
        self.followers: list[Follower] = []
        self.ahead: list[Ahead] = []

    def open(self) -> None:
        self._pool.open(wait=True, timeout=60)

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> Door:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def workspace(self, workspace_id: UUID) -> Iterator[Tx]:
        """A transaction bound to a workspace. Followers run before the commit; an exception rolls
        everything back."""
        with self._connection() as connection:
            connection.execute(_BEGIN_IN % workspace_id.hex.encode(), prepare=False)
            tx = Tx(connection, workspace_id, self.followers)
            yield tx
            tx.follow()

    @contextmanager
    def entered(self, asking: bytes) -> Iterator[tuple[Tx, dict[str, Any]]]:
        """A transaction of a request, bound to the workspace of who asks, with the row about them
        and what requests read ahead: all of it is one trip. `asking` is a statement in which its
        values are written out; it finds one row with their `workspace_id`, and binds that. Where
        nobody is found the row is empty, and nothing is bound."""
        with self._connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            ahead = (one.statement.encode() for one in self.ahead)
            cursor.execute(b"; ".join([b"begin", asking, *ahead]), prepare=False)
            cursor.nextset()
            row = cursor.fetchone() or {}
            tx = Tx(connection, row.get("workspace_id"), self.followers)
            for one in self.ahead:
                cursor.nextset()
                (tx.memory[one.key],) = (cursor.fetchone() or {one.key: None}).values()
            yield tx, row
            tx.follow()

    def find(self, asking: bytes) -> dict[str, Any]:
        """The row about who asks, empty where nobody is found."""
        with self._connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(asking, prepare=False).fetchone() or {}

    @contextmanager
    def platform(self) -> Iterator[Tx]:
        """A transaction with no workspace bound: for the look-ups that find out which workspace it
        is, the list of workspaces for periodic jobs, and health. Tenant tables are empty here."""
        with self._connection() as connection:
            connection.execute("begin", prepare=False)
            yield Tx(connection, None)

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        """One of the pool. Where it turns out to be dead, as all are once the database was
        restarted, the pool gets rid of the others too: one request fails of it, not each in turn.
        """
        connection: psycopg.Connection | None = None
        try:
            with self._pool.connection() as connection:
                yield connection
        except psycopg.OperationalError:
            if connection is not None and connection.broken:
                self._pool.check()
            raise

    def attempt(self, workspace_id: UUID, work: Callable[[Tx], T], tries: int = 4) -> T:
        """`work` in a transaction of the workspace, again as `again` has it."""
        return self.again(lambda: self.workspace(workspace_id), work, tries)

    @staticmethod
    def again(
        opened: Callable[[], AbstractContextManager[Tx]], work: Callable[[Tx], T], tries: int = 4
    ) -> T:
        """`work` in a transaction, again from the start when the database broke a deadlock, `tries`
        times at most, or when somebody else was quicker, which brings everybody on."""
        quicker = 10 * tries
        while True:
            try:
                with opened() as tx:
                    return work(tx)
            except TryAgain:
                quicker -= 1
                if not quicker:
                    raise
            except (DeadlockDetected, SerializationFailure):
                tries -= 1
                if not tries:
                    raise
