"""Backups of, and into, a PostgreSQL server of the operator's own (NIMBUS_DATABASE_URL)."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from nimbus.backup.make import back_up
from nimbus.backup.restore import restore
from nimbus.db import migrate
from nimbus.db.instance import instance, logins
from nimbus.db.secrets import load
from nimbus.problems import Problem
from nimbus.settings import Settings
from tests.backup.conftest import FAST, Own, silent, state, state_in
from tests.conftest import World


def test_from_an_embedded_instance_to_a_server_and_back(
    world: World, made: Path, own: Own, tmp_path: Path
) -> None:
    there, file = own("there"), tmp_path / "of-own"
    restore(there, made, silent)
    assert not (there.data / "pg").exists()
    with logins(there) as known:
        assert known.admin is None
        with psycopg.connect(known.migrate) as connection:
            bypasses = "select rolbypassrls from pg_roles where rolname = 'nimbus_migrate'"
            assert connection.execute(bypasses).fetchone() == (False,)
        moved = state(known)
        back_up(there, file, silent)
        assert state(known).rows == moved.rows
    with instance(there) as opened, opened.door.workspace(world.charlie.who.workspace_id) as tx:
        assert tx.column("select email from contact") == ["zoe@z.example"], "the wall stands"
    with pytest.raises(Problem, match=r"has tables already \(api_key, app_user, .* and \d+ more"):
        restore(there.model_copy(update={"data": tmp_path / "again"}), made, silent)
    assert not (tmp_path / "again").exists()

    restore(Settings(data=tmp_path / "back"), file, silent)
    assert state_in(tmp_path / "back").rows == moved.rows
    with instance(Settings(data=tmp_path / "back"), FAST) as opened:
        assert state(opened.logins).schema["functions"] == state(world.instance.logins).schema[
            "functions"
        ], "LEAKPROOF marks and rights are set again"  # fmt: skip


# What pg_restore alone would fail on, which puts no schema in sight.
CALLS_BY_NAME = (
    "create function inner_one(x text) returns text language plpgsql immutable "
    "as $$ begin return fold(x); end $$",
    "create function outer_one(x text) returns text language plpgsql immutable "
    "as $$ begin return inner_one(x); end $$",
    "create table called (x text, y text generated always as (outer_one(x)) stored)",
    "insert into called (x) values ('É')",
)


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    own: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = migrate.texts()
    newest = max(texts)
    old, new = own("old"), own("new")
    with monkeypatch.context() as older:
        older.setattr(migrate, "texts", lambda: {n: t for n, t in texts.items() if n != newest})
        with logins(old) as known:
            migrate.migrate(known, load(old.data, old.secret))
            with psycopg.connect(known.migrate) as connection:
                for statement in CALLS_BY_NAME:
                    connection.execute(statement)
    manifest = back_up(old, tmp_path / "old.zip", silent)
    assert newest not in manifest.migrations
    restored = restore(new, tmp_path / "old.zip", silent)
    assert restored.migrated == [newest]
    with logins(new) as known, psycopg.connect(known.migrate) as connection:
        assert set(texts) <= {row[0] for row in connection.execute("select name from migration")}
        assert connection.execute("select x, y from called").fetchall() == [("É", "e")]


def test_a_database_that_was_never_set_up_or_holds_what_is_not_ours(
    own: Own, superuser: str, tmp_path: Path
) -> None:
    settings = own("never")
    with pytest.raises(Problem, match="has not been set up"):
        back_up(settings, tmp_path / "nothing", silent)
    with instance(settings) as opened:
        name = conninfo_to_dict(opened.logins.migrate)["dbname"]
        with psycopg.connect(superuser, dbname=name) as connection:
            connection.execute("create table not_ours (x int)")
        with pytest.raises(Problem, match=r"may not read all .*not_ours.* Give it that right"):
            back_up(settings, tmp_path / "nothing", silent)
    assert not (tmp_path / "nothing").exists()
