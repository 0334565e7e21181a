"""Web, worker and a command that start at the same moment all bring up the same roles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
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


def test_a_start_while_the_log_is_read_for_long_holds_nobody_up(instance: Instance) -> None:
    """As by a backup: a partition that is to be made would wait for it, and all writers behind."""
    known = instance.logins
    find = "select max(relname) from pg_class where relname ~ '^change_[0-9]+_[0-9]+$'"
    with psycopg.connect(known.migrate, autocommit=True) as connection:
        [(last,)] = connection.execute(find).fetchall()
        connection.execute(f"drop table {last}")
        with psycopg.connect(known.migrate) as reading:
            reading.execute("select count(*) from change")
            assert migrate(known, instance.secrets) == []
            assert connection.execute(find).fetchall() < [(last,)]
        migrate(known, instance.secrets)
        assert connection.execute(find).fetchall() == [(last,)]
