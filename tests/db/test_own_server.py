"""Nimbus on a PostgreSQL server of the operator's own (NIMBUS_DATABASE_URL, design 4)."""

from __future__ import annotations

import socket
import struct
import threading
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr, ValidationError

from nimbus import rooms
from nimbus.access import keys, sessions
from nimbus.accounts.create import create_workspace
from nimbus.db import roles
from nimbus.db.instance import instance
from nimbus.db.server import server
from nimbus.problems import Problem
from nimbus.settings import Settings
from tests.conftest import logged_in

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
        return Settings(
            data=self.folder / "data", database_url=SecretStr(url), secret=SecretStr(secret),
            pool_size=4,
        )  # fmt: skip


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
        token = logged_in(opened.door, settings, "alice@acme.test", PASSWORD, "127.0.0.1")
        who = sessions.identify(opened.door, token)
        assert who
        assert who.workspace_id == made.workspace_id
        assert keys.identify(opened.door, made.api_key).workspace_id == made.workspace_id
        with opened.door.platform() as tx:
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


PLAIN = "nimbus:s3cr3t"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"postgresql://{PLAIN}@127.0.0.1:1/nimbus?connect_timeout=2",
         r"NIMBUS_DATABASE_URL \(127\.0\.0\.1 port 1\) cannot be used: .*refused.* Start it"),
        (f"postgresql://{PLAIN}@nowhere.invalid/nimbus?connect_timeout=2",
         r"\(nowhere\.invalid port 5432\) cannot be used"),
        ("postgresql://nimbus:p@s3cr3t@db/nimbus", "cannot be read.*write @ as %40"),
        (f"postgres//{PLAIN}@db/nimbus", "cannot be read.*postgresql://USER:PASSWORD@HOST"),
        (f"postgresql://{PLAIN}/x@db/nimbus", "cannot be"),
        (f"postgresql://{PLAIN}#x@db/nimbus", "cannot be"),
        ("host=127.0.0.1 port=1 password=s3cr3t unheard=of", "cannot be read"),
    ],
)  # fmt: skip
def test_a_server_that_does_not_answer_and_no_word_of_the_password(
    tmp_path: Path, url: str, words: str
) -> None:
    with (
        pytest.raises(Problem, match=words) as refused,
        instance(Settings(data=tmp_path, database_url=SecretStr(url))),
    ):
        pass
    told = "".join(traceback.format_exception(refused.value))
    assert "s3cr3t" not in told
    assert "NIMBUS_DATABASE_URL" in refused.value.message


def test_a_wrong_password_is_not_shown_either(superuser: str, tmp_path: Path) -> None:
    url = make_conninfo(superuser, user="nobody", password="s3cr3t", dbname="s3cr3t")
    with (
        pytest.raises(Problem, match="cannot be used") as refused,
        instance(Settings(data=tmp_path, database_url=SecretStr(url))),
    ):
        pass
    assert "s3cr3t" not in str(refused.value)


def test_a_server_that_is_too_old(tmp_path: Path) -> None:
    with listening("16.4") as port:
        url = f"postgresql://{PLAIN}@127.0.0.1:{port}/nimbus?sslmode=disable&gssencmode=disable"
        with (
            pytest.raises(Problem, match=r"is PostgreSQL 16, and Nimbus needs 18.* Upgrade") as no,
            instance(Settings(data=tmp_path, database_url=SecretStr(url))),
        ):
            pass
    assert "NIMBUS_DATABASE_URL" in no.value.message
    assert "s3cr3t" not in no.value.message


@contextmanager
def listening(version: str) -> Iterator[int]:
    """What greets like a PostgreSQL server of that version, and can do nothing else."""
    name = b"server_version\0" + version.encode() + b"\0"
    greeting = [(b"R", struct.pack("!i", 0)), (b"S", name), (b"Z", b"I")]

    def greet() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(10_000)
            for kind, body in greeting:
                connection.sendall(kind + struct.pack("!i", 4 + len(body)) + body)
            connection.recv(10_000)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=greet)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


# What is secret


def test_secrets_stand_in_no_words_about_the_settings(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = "h1dden" * 8
    monkeypatch.setenv("NIMBUS_SECRET", hidden)
    monkeypatch.setenv("NIMBUS_DATABASE_URL", f"postgresql://nimbus:{hidden}@db/nimbus")
    found = Settings()
    for told in (repr(found), str(found), str(found.model_dump()), found.model_dump_json()):
        assert hidden not in told
    monkeypatch.setenv("NIMBUS_LOGIN_ATTEMPTS", hidden)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert hidden not in str(refused.value), "nor what was put into the wrong setting"
    monkeypatch.delenv("NIMBUS_LOGIN_ATTEMPTS")
    with instance(own.settings(secret=hidden)) as opened:
        assert hidden not in repr(opened)
        assert opened.logins.app not in repr(opened)
