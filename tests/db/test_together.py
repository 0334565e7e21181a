"""Web, worker and a command that start at the same moment all bring up the same roles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from psycopg.conninfo import make_conninfo

from nimbus.db import roles
from nimbus.db.instance import Instance
from nimbus.db.migrate import migrate


def test_eight_starts_at_once_do_not_trip_over_each_other(instance: Instance) -> None:
    superuser = make_conninfo(instance.logins.admin or "", dbname="postgres")
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: roles.embedded(superuser), range(80)):
            assert found.app
        assert (
            list(pool.map(lambda _: migrate(instance.logins, instance.secrets), range(16)))
            == [[]] * 16
        )
