"""`nimbus doctor`: is this instance as it should be, and if not, what to do."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

import psycopg

from nimbus.accounts.operate import logins
from nimbus.db import roles
from nimbus.db.secrets import load
from nimbus.jobs.lease import LEASE_SECONDS
from nimbus.problems import Problem
from nimbus.settings import Settings

State = Literal["ok", "warning", "wrong"]
GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    state: State
    subject: str
    words: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything looked at, in order. Changes nothing but what every start sets again (roles).

    Raises Problem when there is no instance, or its database cannot be reached at all.
    """
    if not settings.database_url and not (settings.data / "pg" / "PG_VERSION").exists():
        raise Problem(
            "unavailable",
            f"There is no instance in {settings.data}. Make one with nimbus init, or name its "
            "folder with --data.",
        )
    with logins(settings) as known:
        with psycopg.connect(known.migrate) as connection:
            yield _version(connection)
            yield _migrations(connection)
            yield _secrets(connection, settings)
            yield _indexes(connection)
            yield _worker(connection)
        with psycopg.connect(known.app) as connection:
            yield _roles(connection)
    yield _files(settings.files_folder)
    yield _disk(settings.data)


def _version(connection: psycopg.Connection) -> Finding:
    version = connection.info.server_version
    words = f"PostgreSQL {version // 10000}.{version % 10000}"
    if version < 180000:
        return Finding("wrong", "Database", f"{words}; Nimbus needs 18 or later.")
    return Finding("ok", "Database", words)


def _roles(connection: psycopg.Connection) -> Finding:
    try:
        roles.refuse_bypass(connection)
    except Problem as problem:
        return Finding("wrong", "Roles", problem.message)
    return Finding("ok", "Roles", f"the application is {roles.APP}, which bypasses nothing")


def _migrations(connection: psycopg.Connection) -> Finding:
    ours = {
        entry.name
        for entry in resources.files("nimbus.migrations").iterdir()
        if entry.name.endswith(".sql")
    }
    pending = sorted(ours - _applied(connection))
    if pending:
        return Finding("wrong", "Migrations", f"{', '.join(pending)} missing: run nimbus migrate.")
    return Finding("ok", "Migrations", f"{len(ours)} applied, none missing")


def _applied(connection: psycopg.Connection) -> set[str]:
    if connection.execute("select to_regclass('migration')").fetchone() == (None,):
        return set()
    return {row[0] for row in connection.execute("select name from migration").fetchall()}


def _secrets(connection: psycopg.Connection, settings: Settings) -> Finding:
    if settings.secret is None and not (settings.data / "secrets").exists():
        return Finding("wrong", "Secrets", f"{settings.data / 'secrets'} is missing: restore it.")
    if connection.execute("select to_regclass('instance')").fetchone() == (None,):
        return Finding("warning", "Secrets", "the database has not been set up yet")
    mine = load(settings.data, settings.secret).fingerprint
    if connection.execute("select secrets from instance").fetchone() != (mine,):
        return Finding(
            "wrong", "Secrets",
            "not those the database was set up with: restore DATA/secrets or NIMBUS_SECRET.",
        )  # fmt: skip
    return Finding("ok", "Secrets", "those the database was set up with")


def _indexes(connection: psycopg.Connection) -> Finding:
    missing = roles.unmarked(connection)
    if missing:
        return Finding(
            "warning", "Indexes",
            f"{len(missing)} functions are not LEAKPROOF ({', '.join(missing)}): filters on tags, "
            "custom fields and parts of words read every contact of a workspace, 22 to 114 ms "
            "instead of 0.1 to 0.5 ms at 200,000 contacts. A superuser can mark them with "
            "ALTER FUNCTION … LEAKPROOF.",
        )  # fmt: skip
    return Finding("ok", "Indexes", "every filter may use its index (LEAKPROOF marks are set)")


def _worker(connection: psycopg.Connection) -> Finding:
    """Without a worker nothing is wrong yet, unless somebody waits for it."""
    if connection.execute("select to_regclass('procrastinate_workers')").fetchone() == (None,):
        return Finding("warning", "Worker", "the queue has not been set up yet")
    row = connection.execute(
        """
        select
            (select count(*) from procrastinate_workers
             where last_heartbeat > clock_timestamp() - make_interval(secs => %s)),
            (select extract(epoch from clock_timestamp() - max(last_heartbeat))
             from procrastinate_workers),
            (select count(*) from procrastinate_jobs
             where status in ('todo', 'doing') and coalesce(scheduled_at, '-infinity') <= now())
        """,
        [LEASE_SECONDS],
    ).fetchone()
    alive, seconds, waiting = row or (0, None, 0)
    heard = f", last heard of {seconds:.0f} s ago" if seconds is not None else ""
    if alive:
        return Finding("ok", "Worker", f"{alive} at work{heard}; {waiting} jobs in the queue")
    if waiting:
        return Finding(
            "wrong", "Worker",
            f"none runs{heard}, and {waiting} jobs wait: start nimbus serve or nimbus work.",
        )  # fmt: skip
    return Finding("warning", "Worker", f"none runs{heard}; nothing waits for one")


def _files(folder: Path) -> Finding:
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            return Finding("ok", "Files", f"{folder} can be written")
    except OSError as error:
        return Finding("wrong", "Files", f"{folder} cannot be written: {error.strerror}.")


def _disk(folder: Path) -> Finding:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    words = f"{free / GB:,.1f} GB free below {os.path.abspath(folder)}"
    if free < GB // 2:
        return Finding("wrong", "Disk", f"{words}: the database stops when it is full.")
    return Finding("warning" if free < 5 * GB else "ok", "Disk", words)
