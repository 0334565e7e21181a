"""An instance on a server of its own, as an operator has it, and what tells when two are equal."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from nimbus import rooms
from nimbus.backup.make import back_up
from nimbus.db import roles
from nimbus.db.instance import instance, logins
from nimbus.db.server import server
from nimbus.operations import sealing
from nimbus.settings import Settings
from tests.conftest import World, peopled
from tests.imports.test_run import bring

Own = Callable[[str], Settings]
# Only speed: nothing of these tests needs to survive a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "shared_buffers": "64MB", "autovacuum": "off"}


def silent(*_: object) -> None:
    """Nobody watches the progress."""


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, quick_passwords: None) -> Iterator[World]:
    """Alice, Bob and Charlie on an instance that runs, with an import each of Alice and Charlie."""
    with instance(Settings(data=tmp_path_factory.mktemp("home") / "data"), FAST) as opened:
        rooms.install(opened.door)
        world = peopled(opened)
        assert bring(world).status == "complete"
        assert (
            bring(world, "Email,First name\nzoe@z.example,Zoë\n", world.charlie).status
            == "complete"
        )
        key, data = opened.secrets.key("audit"), opened.settings.data
        assert sealing.seal_now(opened.door, data, key, world.alice.who.workspace_id)
        yield world


@pytest.fixture(scope="session")
def made(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    file = tmp_path_factory.mktemp("backups") / "nimbus.backup"
    back_up(world.instance.settings, file, silent)
    return file


@pytest.fixture(scope="session")
def superuser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("own"), FAST) as conninfo:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute("create role ops login createrole password 'p w%:@'")
        yield conninfo


@pytest.fixture
def own(superuser: str, tmp_path: Path) -> Own:
    """`own(folder)`: settings of a new database, whose login may create roles and no more."""

    def make(folder: str) -> Settings:
        name = f"own_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute(f"create database {name} owner ops")
        url = make_conninfo(superuser, dbname=name, user="ops", password="p w%:@")
        return Settings(data=tmp_path / folder, database_url=SecretStr(url), pool_size=2)

    return make


@dataclass(frozen=True)
class State:
    """Every row of every table that outlives a crash, by digest; and the schema as text."""

    rows: dict[str, tuple[int, str]]
    schema: dict[str, Any]


def state(known: roles.Logins) -> State:
    """Read with statements of its own: those of the backup could be wrong on both sides alike."""
    with psycopg.connect(known.migrate) as connection:
        connection.execute("set timezone = 'UTC'")
        names = connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace "
            "and relkind = 'r' and relpersistence = 'p' order by 1"
        ).fetchall()
        rows = {}
        for (name,) in names:
            query = sql.SQL(
                "select count(*), md5(string_agg(t::text, chr(10) order by t::text)) from {} t"
            ).format(sql.Identifier(name))
            rows[name] = connection.execute(query).fetchall()[0]
        schema = {name: connection.execute(query).fetchall() for name, query in SCHEMA.items()}  # type: ignore[call-overload]
    return State(rows, schema)


def state_in(data: Path) -> State:
    with logins(Settings(data=data), FAST) as known:
        return state(known)


_OURS = "where {0}namespace = 'public'::regnamespace and not exists (select from pg_depend d " \
        "where d.objid = {1}.oid and d.deptype = 'e') order by 1, 2"  # fmt: skip
SCHEMA = {
    "columns": "select table_name, column_name, data_type, column_default, is_nullable, "
    "generation_expression from information_schema.columns where table_schema = 'public' "
    "order by 1, 2",
    "relations": "select relname, relkind, relpersistence, relrowsecurity, relforcerowsecurity, "
    "relacl::text, relowner::regrole::text from pg_class c " + _OURS.format("rel", "c"),
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1",
    "constraints": "select conrelid::regclass::text, conname, convalidated, "
    "pg_get_constraintdef(oid) from pg_constraint "
    "where connamespace = 'public'::regnamespace order by 1, 2",
    "policies": "select tablename, policyname, permissive, roles::text, cmd, qual, with_check "
    "from pg_policies order by 1, 2",
    "functions": "select proname, pg_get_functiondef(p.oid), proleakproof, proacl::text, "
    "proowner::regrole::text from pg_proc p " + _OURS.format("pro", "p"),
    "extensions": "select extname, extversion from pg_extension order by 1",
    "sequences": "select sequencename, last_value from pg_sequences order by 1",
}
