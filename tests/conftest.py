"""What every test stands on: a real PostgreSQL, a fresh copy of a migrated database, and people.

Alice owns the workspace Acme, Bob may only read in it, Charlie owns another workspace and must
never see anything of Acme.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from fastapi import APIRouter, FastAPI
from playwright.sync_api import Browser
from psycopg.conninfo import make_conninfo
from starlette.testclient import TestClient

from nimbus import rooms
from nimbus.access import Who, passwords, scopes_of, sessions
from nimbus.access.keys import issue
from nimbus.accounts.client import Client
from nimbus.accounts.create import create_workspace
from nimbus.app import create
from nimbus.db import roles
from nimbus.db.door import Door
from nimbus.db.instance import Instance
from nimbus.db.migrate import migrate
from nimbus.db.secrets import Secrets
from nimbus.db.server import server
from nimbus.jobs.queue import stopping
from nimbus.settings import Settings
from nimbus.worker import work
from tests.chromium import chromium
from tests.folders import fresh
from tests.serving import Site, serving

PASSWORD = "correct horse battery"
SECRETS = Secrets(b"a secret for tests that is long enough")
# A test database is thrown away: nothing needs to survive a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
        "shared_buffers": "256MB", "max_wal_size": "2GB", "max_connections": "300",
        "autovacuum": "off"}  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    # One server for all xdist workers: the controller names its folder, workers inherit it.
    if "NIMBUS_TEST_FOLDER" not in os.environ:
        folder = fresh("nimbus-test-")
        os.environ["NIMBUS_TEST_FOLDER"] = str(folder)
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.fixture(scope="session")
def template() -> Iterator[roles.Logins]:
    """The server with a migrated, empty database to copy from."""
    folder = Path(os.environ["NIMBUS_TEST_FOLDER"])
    with server(folder, FAST) as superuser:
        with open(folder / "template.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            logins = roles.embedded(superuser)
            if not (folder / "template.ready").exists():
                migrate(logins, SECRETS)
                (folder / "template.ready").touch()
        yield logins


@pytest.fixture(scope="session")
def everybody(template: roles.Logins, quick_passwords: None) -> tuple[Person, Person, Person]:
    """Alice, Bob and Charlie, in the database `peopled`: made once, since every test needs them."""
    folder = Path(os.environ["NIMBUS_TEST_FOLDER"])
    with open(folder / "template.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = folder / "people"
        if not known.exists():
            name, logins = _copy(template)
            with _instance(logins, folder) as made:
                world = peopled(made)
            with psycopg.connect(_server(template), autocommit=True) as connection:
                connection.execute(f"alter database {name} rename to peopled")
            known.write_bytes(pickle.dumps((world.alice, world.bob, world.charlie)))
        found: tuple[Person, Person, Person] = pickle.loads(known.read_bytes())
    return found


def _copy(template: roles.Logins, of: str = "nimbus") -> tuple[str, roles.Logins]:
    name = f"test_{uuid.uuid4().hex[:16]}"
    assert template.admin
    with psycopg.connect(_server(template), autocommit=True) as connection:
        connection.execute(
            f"create database {name} owner nimbus_migrate template {of} strategy file_copy"
        )
    return name, roles.Logins(
        migrate=make_conninfo(template.migrate, dbname=name),
        app=make_conninfo(template.app, dbname=name),
        admin=make_conninfo(template.admin, dbname=name),
    )


def _drop(template: roles.Logins, name: str) -> None:
    with psycopg.connect(_server(template), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def _server(template: roles.Logins) -> str:
    assert template.admin
    return make_conninfo(template.admin, dbname="postgres")


@pytest.fixture(scope="session")
def database_url(template: roles.Logins) -> Iterator[str]:
    """A superuser's connection to a database of this session, for tests of SQL alone."""
    name, logins = _copy(template)
    yield logins.admin or ""
    _drop(template, name)


@pytest.fixture
def instance(
    request: pytest.FixtureRequest, template: roles.Logins, tmp_path: Path
) -> Iterator[Instance]:
    """A fresh instance on a copy of the template, or of the one with people in it."""
    of = "nimbus"
    if "world" in request.fixturenames:
        request.getfixturevalue("everybody")
        of = "peopled"
    name, logins = _copy(template, of)
    try:
        with _instance(logins, tmp_path) as made:
            yield made
    finally:
        _drop(template, name)


@contextmanager
def _instance(logins: roles.Logins, folder: Path) -> Iterator[Instance]:
    settings = Settings(
        data=folder / "data", files=folder / "files", pool_size=8, webhooks_allow_loopback=True
    )
    settings.files_folder.mkdir(parents=True)
    with Door(logins.app, settings.pool_size) as door:
        rooms.install(door)
        yield Instance(settings, logins, SECRETS, door)


@dataclass(frozen=True)
class Person:
    """Somebody of the world: who they are, their API key, their workspace's client."""

    who: Who
    key: str
    client: Client
    email: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@dataclass(frozen=True)
class World:
    instance: Instance
    alice: Person
    bob: Person
    charlie: Person

    @property
    def door(self) -> Door:
        return self.instance.door

    def work(self) -> None:
        """Run what is in the queue until it is empty. In a thread of its own, since a browser's
        event loop may be running in this one."""
        stopping.clear()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(work, self.instance, once=True).result()


@pytest.fixture(scope="session")
def quick_passwords() -> Iterator[None]:
    """Argon2 with parameters that do not take a fifth of a second a login."""
    from argon2 import PasswordHasher

    slow, passwords._hasher = passwords._hasher, PasswordHasher(1, 8, 1)
    yield
    passwords._hasher = slow


@pytest.fixture
def world(instance: Instance, everybody: tuple[Person, Person, Person]) -> World:
    """Alice, Bob and Charlie."""
    return World(instance, *everybody)


def peopled(instance: Instance) -> World:
    return World(
        instance, alice := _owner(instance, "Acme", "alice@acme.test"),
        _bob(instance, alice), _owner(instance, "Other", "charlie@other.test"),
    )  # fmt: skip


def _owner(instance: Instance, workspace: str, email: str) -> Person:
    made = create_workspace(instance.door, workspace, email, PASSWORD, starters=rooms.starters())
    who = Who("person", made.workspace_id, email, made.user_id, scopes_of("owner"), None, "owner",
              email)  # fmt: skip
    return Person(who, made.api_key, made.client, email)


def _bob(instance: Instance, alice: Person) -> Person:
    email = "bob@acme.test"
    with instance.door.workspace(alice.who.workspace_id) as tx:
        user = tx.value(
            "select ensure_person(%s, %s, %s)", [email, "Bob", passwords.hashed(PASSWORD)]
        )
        tx.run(
            "insert into membership (workspace_id, user_id, role) values (%s, %s, 'viewer')",
            [tx.workspace_id, user],
        )
        scopes = scopes_of("viewer")
        who = Who("person", tx.workspace_id, "Bob", user, scopes, None, "viewer", email)
        _, key = issue(tx, who, "Bob's key")
    return Person(who, key, alice.client, email)


@pytest.fixture(scope="session")
def routes() -> FastAPI:
    """The application, made once: what it makes of its routes takes longer than most tests."""
    return create(configured=Settings())


@pytest.fixture
def app(world: World, routes: FastAPI) -> FastAPI:
    """The application of this test's instance."""
    routes.state.instance = world.instance
    return routes


@pytest.fixture
def http(app: FastAPI) -> Iterator[TestClient]:
    """The application, called as a program would (nobody is logged in)."""
    with TestClient(app, follow_redirects=False) as client:
        yield client


Include = Callable[[APIRouter], None]


@pytest.fixture
def include(app: FastAPI) -> Iterator[Include]:
    """`include(router)`: the application has these routes too, as long as the test runs."""
    router = app.router
    known = list(router.routes), router.lifespan_context, app.openapi_schema

    def add(more: APIRouter) -> None:
        app.include_router(more)
        app.openapi_schema = None

    yield add
    router.routes[:], router.lifespan_context, app.openapi_schema = known


@pytest.fixture
def browser_of(http: TestClient):
    """`browser_of(person)` logs a person in and answers a client with their session."""

    def log_in(person: Person) -> TestClient:
        answer = http.post(
            "/login", data={"email": person.email, "password": PASSWORD},
            headers={"sec-fetch-site": "same-origin"},
        )  # fmt: skip
        assert answer.status_code == 303, answer.text
        http.headers["sec-fetch-site"] = "same-origin"
        return http

    return log_in


def logged_in(door: Door, settings: Settings, email: str, password: str, address: str) -> str:
    """A new session of somebody without a second factor."""
    return sessions.enter(door, settings, sessions.prove(door, settings, email, password, address))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of a process: a second one could not start beside it."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """One running product for all tests of a process, with an empty workspace of its own."""
    folder = fresh("nimbus-browser-")
    try:
        with serving(folder, NIMBUS_WEBHOOKS_ALLOW_LOOPBACK="true") as served:
            yield served
    finally:
        shutil.rmtree(folder, ignore_errors=True)
