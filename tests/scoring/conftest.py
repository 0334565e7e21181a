"""Alice as she asks over the API, a second client, and a database for the tests that ask PostgreSQL
what a rule means."""

from __future__ import annotations

import pytest
from psycopg.conninfo import make_conninfo
from starlette.testclient import TestClient

from nimbus.accounts.client import Client, Terms
from nimbus.accounts.write import add_client, save_workspace
from nimbus.db.roles import Logins
from tests.conftest import World
from tests.scoring.asking import Api


@pytest.fixture(scope="session")
def database_url(template: Logins) -> str:
    """Of the same server, but not the template itself, which nobody may be connected to."""
    assert template.admin
    return make_conninfo(template.admin, dbname="postgres")


@pytest.fixture
def alice(http: TestClient, world: World) -> Api:
    return Api(http, world.alice.headers)


@pytest.fixture
def agency_client(world: World) -> Client:
    """A second client of Acme, which has become an agency."""
    who = world.alice.who
    with world.door.workspace(who.workspace_id) as tx:
        save_workspace(tx, who, "web", name="Acme", agency=True)
        return add_client(tx, who, "web", Terms("Globex", 90, 50))
