"""`nimbus serve`: the web process, the worker beside it, and the database they share.

This process only watches: granian keeps the web process alive, `Crew` the worker. Both notice by
themselves when this process is gone, so that even a kill -9 leaves nothing running for long.
"""

from __future__ import annotations

import http.client
import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from nimbus.children import deaf_to_ctrl_c
from nimbus.db.instance import instance
from nimbus.problems import Problem
from nimbus.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

log = structlog.get_logger()
T = TypeVar("T")

STOP_SECONDS = 30  # What a batch of a long job may take to end when we stop.


def serve(settings: Settings, host: str, port: int, *, worker: bool = True) -> None:
    """Run until SIGINT or SIGTERM, then stop everything. Raises Problem when it cannot start."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    class Web(MPServer):
        def _spawn_workers(self, *given: Any) -> None:
            with deaf_to_ctrl_c():
                super()._spawn_workers(*given)  # type: ignore[no-untyped-call]

    _refuse_taken(host, port)
    # A forked web process would share our threads' locks and our hold on the database.
    multiprocessing.set_start_method("spawn", force=True)
    with begun(instance(settings)):
        os.environ["NIMBUS_DATA"] = str(settings.data.resolve())
        crew = Crew(settings)
        web = Web(
            "nimbus.serve:web", address=host, port=port, interface=Interfaces.ASGI, factory=True,
            workers=1, runtime_threads=1, http=HTTPModes.http1, websockets=False,
            log_level=LogLevels.warning, respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
        )  # fmt: skip
        threading.Thread(target=_announce, args=[host, port], daemon=True).start()
        try:
            if worker:
                crew.start()
            web.serve()
        except KeyboardInterrupt:
            pass  # Before granian listened for signals itself.
        except SystemExit as end:
            if not web.interrupt_signal:
                raise Problem("unavailable", "The web process could not be kept running.") from end
        finally:
            crew.stop()


@contextmanager
def begun(opening: AbstractContextManager[T]) -> Iterator[T]:
    """As `opening`, but a signal waits until it is open: half-opened, nobody would close it. A
    second signal does not wait."""
    waiting: list[int] = []

    def wait(number: int, _: object) -> None:
        if waiting:
            raise KeyboardInterrupt
        waiting.append(number)

    with ExitStack() as stack:
        kept = {name: signal.signal(name, wait) for name in (signal.SIGINT, signal.SIGTERM)}
        try:
            opened = stack.enter_context(opening)
        finally:
            for name, handler in kept.items():
                signal.signal(name, handler)
        if waiting:
            raise KeyboardInterrupt
        yield opened


def web() -> FastAPI:
    """The application in the web process, which ends when `nimbus serve` is gone."""
    from nimbus.app import create
    from nimbus.settings import settings

    log_to_stderr(settings().log_level)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=[parent], daemon=True).start()
    return create()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    # A killed process closes its files one by one: that which tells us of its end may be closed
    # before the lock by which it uses the database, and then nobody would be the last to leave.
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


class Crew:
    """The worker, a process of its own session, started again whenever it dies."""

    def __init__(self, settings: Settings) -> None:
        data = str(settings.data.resolve())
        self._command = [sys.executable, "-m", "nimbus.cli", "work", "--data", data,
                         "--watch-parent"]  # fmt: skip
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_running, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to stop, wait until it has, and insist after `STOP_SECONDS`."""
        self._stopping.set()
        with self._starting:
            process = self._process
        if process is None:
            return
        process.terminate()
        self._thread.join(STOP_SECONDS)
        process.kill()
        self._thread.join()

    def _keep_running(self) -> None:
        pause = 1.0
        while True:
            began = time.monotonic()
            with self._starting:
                if self._stopping.is_set():
                    return
                self._process = subprocess.Popen(  # noqa: S603 - our own command
                    self._command, stdin=subprocess.DEVNULL, start_new_session=True
                )
            code = self._process.wait()
            if self._stopping.is_set():
                return
            pause = 1.0 if time.monotonic() - began > 60 else min(2 * pause, 30)
            log.warning("the worker ended and is started again", code=code, seconds=pause)
            self._stopping.wait(pause)


def log_to_stderr(level: str) -> None:
    """Standard output is for what a command answers."""
    known = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    # Tracebacks without local variables: these hold secrets and people's rows.
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[*structlog.get_config()["processors"][:-1], plain],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(known),
    )


def _refuse_taken(host: str, port: int) -> None:
    try:
        [found, *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(found[0], found[1]) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(found[4])
    except OSError as error:
        raise Problem(
            "unavailable",
            f"Cannot listen on {host} port {port}: {error.strerror}. Stop what uses it, or choose "
            "another with --host and --port.",
        ) from error


def _announce(host: str, port: int) -> None:
    """Say that we are ready once the port answers."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound here
    shown = f"[{host}]" if ":" in host else host
    while True:
        connection = http.client.HTTPConnection(near, port, timeout=5)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                break
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    print(f"Nimbus is ready at http://{shown}:{port}", flush=True)
