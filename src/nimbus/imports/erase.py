"""Erasing a person from the ledgers, the waiting rows and the kept files of imports (D-09)."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from psycopg import sql

from nimbus import files
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.identity import mentions
from nimbus.imports.find import locked
from nimbus.imports.import_job import RUNNING
from nimbus.imports.redact import without
from nimbus.imports.resume import dialect_of
from nimbus.intake.stages import staged_columns
from nimbus.jobs import Context, defer_once, task
from nimbus.operations.erasing import Person
from nimbus.problems import Problem

log = structlog.get_logger()

_SQL = beside(__file__, "erase.sql")
# What says which row it is.
KEPT = ("workspace_id", "import_id", "email_key", "row_no", "line", "email", "email_domain",
        "domain_derived")  # fmt: skip
# An import that runs reads its file: it is looked at again later.
LATER = timedelta(seconds=30)


def erase(tx: Tx, person: Person) -> None:
    """Of files, those whose ledger names the person, or is not complete; they are written anew
    after this transaction."""
    values = {
        "workspace": tx.workspace_id, "contacts": list(person.contacts),
        "emails": list(person.emails), "keys": list(person.email_keys),
    }  # fmt: skip
    keys = [str(key) for key in person.email_keys]
    for row in tx.rows(_SQL["files"], values):
        _redact(tx, str(row["import_id"]), row["numbers"], keys)
    tx.run(_SQL["examples"], values)
    tx.run(_SQL["ledger"], values)
    blanks = sql.SQL(", ").join(
        sql.SQL("{} = null").format(sql.Identifier(column))
        for column in staged_columns(tx)
        if column not in KEPT
    )
    tx.run(sql.SQL(_SQL["staged"]).format(blanks=blanks), values)


@task("imports.redact")
def redact(context: Context, import_id: str, numbers: list[int], keys: list[str]) -> None:
    """The file of an import without the rows of these numbers, and without those that name an email
    with one of these keys: neither says of whom."""
    try:
        done = _redacted(context, UUID(import_id), numbers, frozenset(map(UUID, keys)))
    except Problem as problem:  # The disk is full, or does not answer: that passes.
        log.error("a file still has somebody who was erased", import_id=import_id, why=str(problem))
        done = False
    if not done:
        with context.tx() as tx:
            _redact(tx, import_id, numbers, keys, at=tx.now + LATER)


def _redacted(
    context: Context, import_id: UUID, numbers: list[int], keys: frozenset[UUID]
) -> bool:  # fmt: skip
    """The rest becomes a file of its own, which takes the old one's place; False while the import
    runs. Whoever reads the old one reads on to its end."""
    folder, secret = context.instance.files, context.instance.secrets.key("email")
    with context.tx() as tx:
        found = locked(tx, import_id)
        if found.status in RUNNING:
            return False
        tx.run(_SQL["late"], {"workspace": tx.workspace_id, "import": found.id})
        path = files.path_of(folder, tx.workspace_id, found.file_id)
        if not (path.exists() and found.dialect):
            return True
        names = partial(mentions, keys=keys, secret=secret)
        with without(path, dialect_of(found), frozenset(numbers), names) as rest:
            if rest is None:
                return True
            old = files.find(tx, found.file_id)
            new = files.store(tx, folder, rest, old.name, old.media_type, sys.maxsize)
        values = {"workspace": tx.workspace_id, "import": found.id, "old": old.id, "new": new.id}
        tx.run(_SQL["refile"], values)
        tx.run(_SQL["forget_file"], values)
    path.unlink(missing_ok=True)
    return True


def _redact(
    tx: Tx, import_id: str, numbers: list[int], keys: list[str], at: datetime | None = None
) -> None:
    lock = f"redact:{import_id}:{keys[0]}"
    defer_once(tx, redact, lock, at=at, import_id=import_id, numbers=numbers, keys=keys)
