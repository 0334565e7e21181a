"""The embedded server among processes: shared, left, killed, recovered (design 4)."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

Hold = Callable[[], Any]
Postmaster = Callable[[], int | None]


def end(process: int) -> None:
    """Kill it and wait until its parent has reaped it: PostgreSQL takes a zombie for alive."""
    os.kill(process, signal.SIGKILL)
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)


def test_the_last_to_leave_stops_the_server(hold: Hold, postmaster: Postmaster) -> None:
    first, second = hold(), hold()
    running = postmaster()
    first.leave()
    assert postmaster() == running
    assert second.run("select 1") == 1
    second.leave()
    assert postmaster() is None


def test_a_killed_process_does_not_keep_others_out(hold: Hold, postmaster: Postmaster) -> None:
    first = hold()
    running = postmaster()
    first.process.kill()
    first.process.wait()
    assert postmaster() == running, "the server outlives a process that was killed"
    second = hold()
    assert postmaster() == running, "the next one joins it"
    second.leave()
    assert postmaster() is None, "and stops it as the last"


def test_a_killed_server_is_recovered_by_the_next(hold: Hold, postmaster: Postmaster) -> None:
    first = hold()
    first.run("create table if not exists kept (n integer)")
    first.run("insert into kept values (1)")
    running = postmaster()
    assert running
    end(running)
    second = hold()
    assert postmaster() not in (None, running)
    assert second.run("select count(*) from kept") == 1
    first.leave()
    assert second.run("select 1") == 1, "the one that saw the crash does not stop the new server"
    second.run("drop table kept")
    second.leave()
    assert postmaster() is None


def test_a_server_killed_with_its_only_user_is_recovered(
    hold: Hold, postmaster: Postmaster
) -> None:
    first = hold()
    running = postmaster()
    assert running
    first.process.kill()
    first.process.wait()
    end(running)
    second = hold()
    assert second.run("select 1") == 1
    second.leave()
    assert postmaster() is None


def test_a_killed_server_is_started_again_by_whoever_uses_it(
    hold: Hold, postmaster: Postmaster
) -> None:
    first = hold()
    running = postmaster()
    assert running
    end(running)
    for _ in range(300):
        with suppress(psycopg.OperationalError):
            assert first.run("select 1") == 1
            break
        time.sleep(0.1)
    assert postmaster() not in (None, running)
    first.leave()
    assert postmaster() is None


def test_ctrl_c_reaches_the_process_but_not_the_server(
    hold: Hold, postmaster: Postmaster, cluster: Path
) -> None:
    first = hold()  # starts the server, in a process group of its own
    second = hold()
    running = postmaster()
    log = cluster / "pg" / "server.log"
    before = log.read_text(errors="replace").count("shutdown request")
    os.killpg(first.process.pid, signal.SIGINT)
    first.process.wait(30)
    time.sleep(0.5)
    assert postmaster() == running
    assert second.run("select 1") == 1
    assert log.read_text(errors="replace").count("shutdown request") == before


def test_the_socket_is_out_of_reach_of_others_and_no_port_is_open(hold: Hold) -> None:
    first = hold()
    assert first.run("show listen_addresses") == ""
    assert first.run("show unix_socket_permissions") == "0700"
    for durable in ("fsync", "synchronous_commit", "full_page_writes"):
        assert first.run(f"show {durable}") == "on"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect("host=127.0.0.1 port=5432 user=postgres connect_timeout=2")
