"""Nimbus on a PostgreSQL server of the operator's own (NIMBUS_DATABASE_URL, design 4)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from nimbus import rooms
from nimbus.access import keys, sessions
from nimbus.accounts.create import create_workspace
from nimbus.db import roles
from nimbus.db.instance import instance
from nimbus.db.server import server
from nimbus.problems import Problem
from nimbus.settings import Settings

PASSWORD = "correct horse battery"
FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


@pytest.fixture(scope="module")
def superuser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Some server that knows nothing of Nimbus; here a second embedded one."""
    with server(tmp_path_factory.mktemp("own"), FAST) as conninfo:
        yield conninfo


class Own:
    """A database on that server, and settings that name it."""

    def __init__(self, superuser: str, folder: Path) -> None:
        self.superuser, self.folder = superuser, folder
        self.name = f"own_{uuid.uuid4().hex[:12]}"

    def admin(self, query: str) -> None:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(query)  # type: ignore[call-overload]

    def settings(self, secret: str = "s" * 40, **login: str) -> Settings:
        url = make_conninfo(self.superuser, dbname=self.name, **login)
        return Settings(data=self.folder / "data", database_url=url, secret=secret, pool_size=4)


@pytest.fixture
def own(superuser: str, tmp_path: Path) -> Iterator[Own]:
    made = Own(superuser, tmp_path)
    made.admin("create role ops login createrole")
    made.admin("create role plain login")
    made.admin(f"create database {made.name} owner ops")
    yield made
    made.admin(f"drop database {made.name} with (force)")
    for role in ("nimbus_app", "nimbus_migrate", "ops", "plain"):
        made.admin(f"drop role if exists {role}")


def use(settings: Settings) -> None:
    """A workspace is made, its owner logs in, its key is known: every look-up works."""
    with instance(settings) as opened:
        rooms.install(opened.door)
        made = create_workspace(
            opened.door, "Acme", "alice@acme.test", PASSWORD, starters=rooms.starters()
        )
        token = sessions.log_in(opened.door, settings, "alice@acme.test", PASSWORD, "127.0.0.1")
        who = sessions.identify(opened.door, token)
        assert who
        assert who.workspace_id == made.workspace_id
        with opened.door.platform() as tx:
            assert keys.identify(tx, made.api_key).workspace_id == made.workspace_id
            assert tx.value("select count(*) from workspace") == 0, "the wall stands"
        with opened.door.workspace(made.workspace_id) as tx:
            assert tx.value("select current_user") == roles.APP
            tx.run("reset role")
            assert tx.value("select current_user") == roles.APP, "there is no way back"


def test_with_a_superuser(own: Own) -> None:
    use(own.settings())
    with instance(own.settings()) as opened:
        assert opened.logins.admin
        with psycopg.connect(opened.logins.admin) as connection:
            assert roles.unmarked(connection) == []


def test_with_a_login_that_may_only_create_roles(own: Own) -> None:
    use(own.settings(user="ops"))
    with instance(own.settings(user="ops")) as opened:
        assert opened.logins.admin is None, "LEAKPROOF marks are a superuser's"


def test_other_secrets_are_refused(own: Own) -> None:
    with instance(own.settings()):
        pass
    with pytest.raises(Problem, match="other secrets"), instance(own.settings(secret="x" * 40)):
        pass


def test_an_application_that_could_bypass_the_wall_is_refused(own: Own) -> None:
    with instance(own.settings()):
        pass
    own.admin("alter role nimbus_app bypassrls")
    with pytest.raises(Problem, match="could bypass"), instance(own.settings()):
        pass
    own.admin("alter role nimbus_app nobypassrls superuser")
    with pytest.raises(Problem, match="could bypass"), instance(own.settings()):
        pass


def test_a_login_without_the_right_to_create_roles_is_told_what_it_needs(own: Own) -> None:
    with pytest.raises(Problem, match="CREATEROLE"), instance(own.settings(user="plain")):
        pass


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path, database_url="host=127.0.0.1 port=1 user=x dbname=x connect_timeout=2"
    )
    with pytest.raises(Problem, match="does not answer"), instance(settings):
        pass
