"""Bring the database's tables to the version of this code: plain SQL files, in order, once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from contextlib import suppress
from importlib import resources

import procrastinate
import psycopg
from procrastinate.schema import SchemaManager

from nimbus.db import roles
from nimbus.db.alone import alone
from nimbus.db.secrets import Secrets
from nimbus.problems import Problem

# Earlier forms in which some were applied: what differs is replaced by a later migration.
FORMERLY = {
    "0010_search_words.sql": ("290b43e51660074a97b65e83a00d4a011165a622d7eda6e5bf13b4a0e018e2d2"),
    "0012_one_assignment_per_email.sql": (
        "60397c3ec0a32e9e6fc8bdaddc51f3b9cccad38990cb831023d543e280936bee"
    ),
    "0014_rollback.sql": ("52f74b8f20620cfe841a1e655a0c26b5e75b99302eedcfd20c46688aa418a789"),
}


def migrate(logins: roles.Logins, secrets: Secrets) -> list[str]:
    """Apply what is missing; returns the names applied. One transaction per file.

    Raises Problem when a landed migration was edited, the database is newer than this code, or
    its secrets are others.
    """
    applied: list[str] = []
    with psycopg.connect(logins.migrate, autocommit=True) as connection, alone(connection):
        connection.execute(
            "create table if not exists migration (name text constraint migration_pkey "
            "primary key, digest text not null, applied_at timestamptz not null default now())"
        )
        done: dict[str, str] = dict(
            connection.execute("select name, digest from migration").fetchall()
        )
        files = texts()
        refuse_newer(done)
        if "procrastinate" not in done:
            _install_queue(connection)
            applied.append("procrastinate")
        for name in sorted(files):
            digest = hashlib.sha256(files[name].encode()).hexdigest()
            if name not in done:
                _apply(connection, name, files[name], digest)
                applied.append(name)
            elif done[name] not in (digest, FORMERLY.get(name)):
                raise Problem("unavailable", f"Migration {name} was edited after it was applied.")
        _check_secrets(connection, secrets)
        _ensure_partitions(connection)
        with connection.transaction():
            roles.grant(connection)
            roles.grant_functions(connection)
            roles.open_to_owner(connection)
    if logins.admin:
        with psycopg.connect(logins.admin, autocommit=True) as admin, alone(admin):
            roles.mark_leakproof(admin)
    with psycopg.connect(logins.app) as app:
        roles.refuse_bypass(app)
    return applied


def _ensure_partitions(connection: psycopg.Connection) -> None:
    """Those of the next months. Not while somebody reads the log for long, such as a backup: behind
    our wait everybody who writes to it would wait; the daily job comes back to it."""
    with suppress(psycopg.errors.LockNotAvailable), connection.transaction():
        connection.execute("set local lock_timeout = '2s'")
        connection.execute("select ensure_partitions()")


def texts() -> dict[str, str]:
    """The migrations of this program: their SQL by name."""
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in resources.files("nimbus.migrations").iterdir()
        if entry.name.endswith(".sql")
    }


def refuse_newer(applied: Collection[str], what: str = "database") -> None:
    """Raises Problem when migrations were applied that this program does not know."""
    unknown = set(applied) - set(texts()) - {"procrastinate"}
    if unknown:
        raise Problem(
            "unavailable",
            f"The {what} is newer than this program: it has {', '.join(sorted(unknown))}. "
            "Install the version that wrote it, or a later one.",
        )


def _apply(connection: psycopg.Connection, name: str, text: str, digest: str) -> None:
    with connection.transaction():
        connection.execute("set local lock_timeout = '10s'")
        connection.execute("set local citus.multi_shard_modify_mode = 'sequential'")
        for statement in split(text):
            connection.execute(statement)
        connection.execute("insert into migration (name, digest) values (%s, %s)", [name, digest])


def _install_queue(connection: psycopg.Connection) -> None:
    """The queue's own schema, as its library ships it."""
    with connection.transaction():
        connection.execute(SchemaManager.get_schema())
        connection.execute(
            "insert into migration (name, digest) values ('procrastinate', %s)",
            [procrastinate.__version__],
        )


def _check_secrets(connection: psycopg.Connection, secrets: Secrets) -> None:
    connection.execute(
        "create table if not exists instance (only_one boolean constraint instance_pkey "
        "primary key default true, secrets text not null, constraint instance_one check (only_one))"
    )
    connection.execute(
        "insert into instance (secrets) values (%s) on conflict do nothing", [secrets.fingerprint]
    )
    row = connection.execute("select secrets from instance").fetchone()
    if not row or row[0] != secrets.fingerprint:
        raise Problem(
            "unavailable",
            "This database was set up with other secrets. Restore DATA/secrets (or NIMBUS_SECRET): "
            "with new ones every email would look unknown to the registry.",
        )


def split(text: str) -> list[str]:
    """The statements of a migration: they end with a semicolon at a line's end, outside $$ … $$."""
    found: list[str] = []
    lines: list[str] = []
    quoted = False
    for line in text.splitlines():
        code = line if quoted else line.split("--", 1)[0]
        if not quoted and not code.strip():
            continue
        lines.append(line)
        quoted ^= line.count("$$") % 2 == 1
        if not quoted and code.rstrip().endswith(";"):
            found.append("\n".join(lines).rstrip().removesuffix(";"))
            lines = []
    if any(line.strip() for line in lines):
        raise ValueError(f"A statement has no end: {lines[0]}")
    return found
