"""Answers kept for writes that are sent again, sealed and under the hash of their key (D-22)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from nimbus.db.door import Tx
from nimbus.db.secrets import Secrets
from nimbus.db.sqlfile import beside
from nimbus.problems import Problem

SQL = beside(__file__, "kept.sql")
HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
RETRY_SECONDS = 1
# So many answers are looked at in one transaction.
SOME = 500


class Answer(msgspec.Struct, array_like=True):
    """A response without what every answer carries anyway."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answer to one request lies. `key_hash` is of the key with who sent it, the method
    and the route; `request_hash` of the rest of the request."""

    key_hash: bytes
    request_hash: bytes
    secrets: Secrets

    def find(self, tx: Tx) -> Answer | None:
        """The answer that is there; None when this transaction is to give it, and nobody else until
        its end. Raises Problem(conflict) while another one is at it, and
        Problem(idempotency_key_reused) when the answer is to another request."""
        lock = int.from_bytes(self.key_hash[:8], signed=True)
        if not tx.value("select pg_try_advisory_xact_lock(%s)", [lock]):
            raise Problem(
                "conflict",
                f"A request with this {HEADER} is being worked on. Send it again in a second to "
                "get its answer.",
                HEADER,
                retry_after=RETRY_SECONDS,
            )
        row = tx.row(SQL["find"], {"workspace": tx.workspace_id, "key": self.key_hash,
                                   "since": tx.now - KEPT})  # fmt: skip
        if row is None:
            return None
        if row["request_hash"] != self.request_hash:
            raise Problem(
                "idempotency_key_reused",
                f"This {HEADER} was sent within 24 hours with another request to the same "
                "operation. Send each request with a key of its own.",
                HEADER,
            )
        return self.read(row["answer"])

    def read(self, sealed: bytes) -> Answer:
        """Raises Problem(internal_error) when it was not sealed here."""
        return msgspec.msgpack.decode(self._open(sealed), type=Answer)

    def keep(self, tx: Tx, answer: Answer) -> None:
        sealed = self._fernet.encrypt(self.key_hash + msgspec.msgpack.encode(answer))
        tx.run(SQL["keep"], {"workspace": tx.workspace_id, "key": self.key_hash, "at": tx.now,
                             "request": self.request_hash, "answer": sealed})  # fmt: skip

    def _open(self, sealed: bytes) -> bytes:
        """An answer may hold a new API key: it is readable in the row it was sealed for alone."""
        try:
            opened = self._fernet.decrypt(sealed)
        except InvalidToken:
            opened = b""
        if not opened.startswith(self.key_hash):
            raise Problem(
                "internal_error",
                f"The answer kept for this {HEADER} cannot be read. Look whether the request was "
                "carried out before you send it with another key.",
                HEADER,
            )
        return opened.removeprefix(self.key_hash)

    @property
    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.secrets.key("idempotency")))


def forget(tx: Tx) -> int:
    """Take away what is too old to be asked for, in the bound workspace; answers how many."""
    return tx.run(SQL["forget"], {"workspace": tx.workspace_id, "before": tx.now - KEPT})


def forget_told(
    tx: Tx, secrets: Secrets, tells: Callable[[bytes], bool], *, after: bytes, but: datetime
) -> bytes | None:
    """Take away answers whose body tells what is not to be known any more, `SOME` at a time from
    the key `after` on; answers the key to go on from, None at the end. Those of the moment `but`
    stay: they are of the transaction that asks for this. Whoever sends such a request again does it
    anew."""
    values = {"workspace": tx.workspace_id, "after": after, "but": but, "some": SOME}
    rows = tx.rows(SQL["some"], values)
    gone = []
    for row in rows:
        with suppress(Problem):  # What nobody can read tells nothing.
            if tells(Place(row["key_hash"], b"", secrets).read(row["answer"]).body):
                gone.append(row["key_hash"])
    tx.run(SQL["take"], {**values, "keys": gone})
    return rows[-1]["key_hash"] if len(rows) == SOME else None
