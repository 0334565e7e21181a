"""A database for the tests that ask PostgreSQL what a rule means."""

from __future__ import annotations

import pytest
from psycopg.conninfo import make_conninfo

from nimbus.db.roles import Logins


@pytest.fixture(scope="session")
def database_url(template: Logins) -> str:
    """Of the same server, but not the template itself, which nobody may be connected to."""
    assert template.admin
    return make_conninfo(template.admin, dbname="postgres")
