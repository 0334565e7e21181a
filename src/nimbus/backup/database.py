"""The database's part: dumped from one snapshot, loaded in one transaction, compared by digest."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from nimbus.backup.archive import CHUNK, Say
from nimbus.backup.manifest import Table
from nimbus.db import roles
from nimbus.db.server import binary
from nimbus.db.sqlfile import beside
from nimbus.problems import Problem

_SQL = beside(__file__, "database.sql")
# How values are written as text, and so what their hashes are.
_AS_TEXT = (
    "set timezone = 'UTC'", "set datestyle = 'ISO, MDY'", "set intervalstyle = 'postgres'",
    "set extra_float_digits = 1", "set bytea_output = 'hex'",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as the database knows it."""

    workspace_id: UUID
    id: UUID
    size: int
    sha256: bytes


class Snapshot:
    """The database at one moment, whatever is written meanwhile."""

    def __init__(self, connection: psycopg.Connection, conninfo: str) -> None:
        self._connection, self._conninfo = connection, conninfo
        version = connection.info.server_version
        self.version = f"{version // 10000}.{version % 10000}"

    def fingerprint(self) -> str | None:
        """Of the secrets it was set up with; None when it was not set up."""
        if self._value("select to_regclass('public.instance')") is None:
            return None
        return str(self._value("select secrets from instance"))

    def migrations(self) -> dict[str, str]:
        return dict(self._connection.execute("select name, digest from migration").fetchall())

    def tables(self, say: Say) -> dict[str, Table]:
        """Every table with its rows and digest."""
        names = [row[0] for row in self._connection.execute(_SQL["tables"]).fetchall()]
        found = {}
        for at, name in enumerate(names):
            say("Counting, tables", at, len(names))
            query = sql.SQL(_SQL["digest"]).format(table=sql.Identifier("public", name))
            rows, digest = self._connection.execute(query).fetchall()[0]
            found[name] = Table(rows, digest)
        return found

    def files(self) -> list[Kept]:
        return [Kept(*row) for row in self._connection.execute(_SQL["files"]).fetchall()]

    @contextmanager
    def dump(self) -> Iterator[IO[bytes]]:
        """The stream of pg_dump. Raises Problem when it fails, so read it to its end."""
        extensions = self._connection.execute(_SQL["extensions"]).fetchall()
        words = [
            "--format=custom", "--compress=gzip:1", "--schema=public",
            *(f"--extension={name}" for (name,) in extensions),
            f"--snapshot={self._value('select pg_export_snapshot()')}",
            # Where the owner has no BYPASSRLS a policy shows it every row (roles.open_to_owner).
            "--enable-row-security", "--no-unlogged-table-data", "--no-comments",
        ]  # fmt: skip
        with _running("pg_dump", words, self._conninfo) as stream:
            yield stream

    def _value(self, query: Any) -> Any:
        row = self._connection.execute(query).fetchone()
        return row[0] if row else None


@contextmanager
def snapshot(conninfo: str) -> Iterator[Snapshot]:
    """The database as its owner sees it now. Raises Problem when something may not be read."""
    with psycopg.connect(conninfo) as connection:
        try:
            roles.open_to_owner(connection)
            connection.commit()
            # It stays idle in its transaction while the files are copied, however long that takes.
            connection.execute("set idle_in_transaction_session_timeout = 0")
            for setting in _AS_TEXT:
                connection.execute(setting)
            connection.commit()
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield Snapshot(connection, conninfo)
        except psycopg.errors.InsufficientPrivilege as error:
            raise Problem(
                "unavailable",
                f"{roles.MIGRATE} may not read all of the database ({str(error).strip()}). Give it "
                "that right, or move what is not of Nimbus out of the schema public.",
            ) from error
        finally:
            connection.rollback()


def refuse_taken(conninfo: str) -> None:
    """Raises Problem when a database is not empty."""
    with psycopg.connect(conninfo) as connection:
        found = [row[0] for row in connection.execute(_SQL["taken"]).fetchall()]
        name = connection.info.dbname
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        raise Problem(
            "conflict",
            f"The database {name} has tables already ({', '.join(found[:3])}{more}). Restore into "
            "an empty one: create it and name it in NIMBUS_DATABASE_URL.",
        )


def load(conninfo: str, dump: Path, tables: dict[str, Table], say: Say) -> None:
    """The dump into an empty database, in one transaction that is committed only when every table
    is what it was. Raises Problem when it is not, or cannot be loaded."""
    total, done = sum(table.rows for table in tables.values()), 0
    words = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    with _running("psql", words, conninfo, fed=True) as psql:
        # Not psql's own single transaction, which also commits when its input breaks off.
        psql.write(b"begin;\n")
        psql.write(_ours(b"".join(_script(dump, "pre-data"))))
        for chunk in _script(dump, "data"):
            psql.write(chunk)
            done += chunk.count(b"\n")  # A row is a line, and most lines are rows.
            say("Database, rows", min(done, total), total)
        psql.write(_checks(tables).encode())
        say("Indexes and statistics", 0, None)
        for chunk in _script(dump, "post-data"):
            psql.write(chunk)
        psql.write(b"set client_min_messages = error;\nanalyze;\ncommit;\n")


def _ours(script: bytes) -> bytes:
    """Without what only a superuser may do, and every start does where it can: LEAKPROOF marks.
    The schema itself is there already."""
    script = re.sub(rb"^CREATE SCHEMA public;$", b"", script, flags=re.MULTILINE)
    return re.sub(rb"^(    LANGUAGE [^\n]*?) LEAKPROOF\b", rb"\1", script, flags=re.MULTILINE)


def _checks(tables: dict[str, Table]) -> str:
    """Before the indexes, and before row-level security could hide a row from its owner."""
    same = [
        sql.SQL(_SQL["same"])
        .format(
            table=sql.Identifier("public", name), rows=table.rows, digest=table.digest,
            words=f"The table {name} is not what it was when the backup was made.",
        )
        .as_string()
        for name, table in tables.items()
    ]  # fmt: skip
    return "".join(f"{statement};\n" for statement in (*_AS_TEXT, *same))


def _script(dump: Path, section: str) -> Iterator[bytes]:
    """A section of the dump as SQL, for the role that loads it. Our schema is in sight as it was
    when the rows were written: a generated column's function may call another by its mere name."""
    words = [f"--section={section}", "--no-owner", "--no-privileges", "--file=-", str(dump)]
    path = b"set_config('search_path', '%s', false)"
    with _running("pg_restore", words, None) as stream:
        yield stream.read(CHUNK).replace(path % b"", path % b"public", 1)  # in the script's head
        while chunk := stream.read(CHUNK):
            yield chunk


@contextmanager
def _running(
    program: str, words: list[str], conninfo: str | None, *, fed: bool = False
) -> Iterator[IO[bytes]]:
    """What a PostgreSQL program writes, or with `fed` what it reads. Killed when the block is left
    by an exception. Raises Problem with the program's own words when it fails."""
    environment = dict(os.environ)
    if conninfo:
        parts: dict[str, Any] = dict(conninfo_to_dict(conninfo))
        # Not among its words, which every account of the machine can read.
        if password := parts.pop("password", None):
            environment["PGPASSWORD"] = str(password)
        words = [*words, f"--dbname={make_conninfo('', **parts)}"]
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [str(binary(program)), *words], env=environment, stderr=told, start_new_session=True,
            stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if fed else subprocess.PIPE,
        )  # fmt: skip
        pipe = process.stdin if fed else process.stdout
        assert pipe  # noqa: S101 - it was asked for
        try:
            yield pipe
            pipe.close()
            failed = process.wait() != 0
        except BaseException as error:
            process.kill()
            with suppress(BrokenPipeError):
                pipe.close()
            # One that ended before it took all it was given says why.
            if not (fed and isinstance(error, BrokenPipeError)):
                raise
            failed = True
        finally:
            process.wait()
        if failed:
            told.seek(0)
            reason = " ".join(told.read(2_000).decode(errors="replace").split())
            raise Problem("unavailable", f"{program} could not do its part: {reason}")
