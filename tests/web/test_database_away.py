"""A database that was restarted: one request fails of it and says so, the next are served."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.conftest import World


def test_one_request_is_refused_with_when_to_come_again(http: Any, world: World) -> None:
    def ask() -> Any:
        return http.get("/api/v1/workspace/", headers=world.alice.headers)

    assert ask().status_code == 200
    with psycopg.connect(world.instance.logins.admin or "", autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and usename = 'nimbus_app'"
        )
    refused = ask()
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "unavailable"
    assert refused.headers["retry-after"] == "5"
    assert [ask().status_code for _ in range(3)] == [200, 200, 200]
