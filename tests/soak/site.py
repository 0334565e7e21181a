"""An instance in a folder of its own, set back to the same beginnings before each case."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo

from nimbus import rooms
from nimbus.access.who import system
from nimbus.accounts.client import Client
from nimbus.accounts.create import create_workspace
from nimbus.accounts.operate import opt_out
from nimbus.db.door import Door
from nimbus.db.instance import Instance, instance
from nimbus.db.roles import Logins
from nimbus.db.server import _run, server
from nimbus.identity.keys import email_key
from nimbus.imports.create import Given, create
from nimbus.imports.import_job import ImportOptions
from nimbus.imports.stages.run import run
from nimbus.settings import Settings
from tests.soak.file import Files, files
from tests.soak.left import left

# No power is cut here, only processes: what was handed to the kernel is safe.
EXTRA = {"fsync": "off"}
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Site:
    """`logins` reach the database while anybody keeps the server running."""

    data: Path
    files: Files
    logins: Logins
    workspace: UUID
    client: Client
    log: IO[bytes]
    # One connection for all looks, as long as it lasts.
    _eye: list[psycopg.Connection] = field(default_factory=list)

    @contextmanager
    def held(self) -> Iterator[None]:
        """The server is kept running, whatever becomes of the others that use it."""
        with server(self.data, EXTRA):
            yield

    def reset(self) -> None:
        """The database as it was after the first import; nobody may be using it."""
        with self._postgres() as connection:
            connection.execute("drop database if exists nimbus with (force)")
            connection.execute(
                "create database nimbus owner nimbus_migrate template beginnings strategy file_copy"
            )

    def _postgres(self) -> psycopg.Connection:
        return psycopg.connect(
            make_conninfo(self.logins.admin or "", dbname="postgres"), autocommit=True
        )

    def upload(self) -> tuple[UUID, UUID]:
        """The file comes in; answers the import and its job."""
        with self.door() as door, door.workspace(self.workspace) as tx:
            made = create(
                tx, _instance(self.data, self.logins, door), system(self.workspace, "Soak"),
                self.client, io.BytesIO(self.files.file), "people.csv", ImportOptions(), Given(),
            )  # fmt: skip
        return made.id, made.job_id

    def door(self) -> Door:
        return Door(self.logins.app, 2)

    def worker(self, *deadly: str) -> subprocess.Popen[bytes]:
        """One of small batches, in a session of its own."""
        return self.start("-m", "tests.soak.worker", str(self.data), *deadly)

    def start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        """`settings` are those of the environment."""
        return subprocess.Popen(
            [sys.executable, *words], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True, env=os.environ | settings,
        )  # fmt: skip

    def look(self, query: str) -> Any:
        """One value; None while the database does not answer."""
        with suppress(psycopg.Error):
            if not self._eye or self._eye[0].closed:
                self._eye[:] = [
                    psycopg.connect(self.logins.admin or "", connect_timeout=2, autocommit=True)
                ]
            row = self._eye[0].execute(query).fetchone()  # type: ignore[arg-type]
            return row[0] if row else None
        return None

    def see(self, query: str) -> Any:
        """One value that is there: waits for a database that was away, as after a reset."""
        self.await_(lambda: self.look(query) is not None, 30, "no database")
        return self.look(query)

    def close(self) -> None:
        for eye in self._eye:
            eye.close()

    def await_(self, what: Callable[[], Any], seconds: float, words: str) -> float:
        """Until `what` holds; answers how many seconds it took. Raises AssertionError."""
        began = time.monotonic()
        while not what():
            took = time.monotonic() - began
            assert took < seconds, f"{words} after {seconds} s: {self.state()}"
            time.sleep(0.03)
        return time.monotonic() - began

    def state(self) -> Any:
        """Where the import, its job and the queue stand, for the words of a failure."""
        return self.look(
            "select row(i.status, i.stage, i.message, j.status, j.runner, j.beat_at, j.cursor, "
            "now(), (select array_agg(q) from procrastinate_jobs q), "
            "(select array_agg(w) from procrastinate_workers w))::text "
            "from import_job i join job j on j.id = i.job_id order by i.created_at desc limit 1"
        )

    def status(self) -> Any:
        return self.look("select status from import_job order by created_at desc limit 1")

    def is_over(self) -> bool:
        """Complete, and nothing of it is left in the queue."""
        return (
            self.status() == "complete"
            and self.look("select count(*) from procrastinate_jobs where task_name = 'imports.run'")
            == 0
        )

    def left(self) -> dict[str, Any]:
        """What is there; waits for a database that was taken away when all was over already."""
        until = time.monotonic() + 30
        while True:
            try:
                return left(self.logins.admin or "")
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def stop_database(self) -> None:
        """As the operating system would when it has no more patience."""
        _run(["pg_ctl", "stop", "-m", "immediate", "-w", "-D", str(self.data / "pg")])

    def postmaster(self) -> int:
        return int((self.data / "pg" / "postmaster.pid").read_text().split()[0])


def _instance(data: Path, logins: Logins, door: Door) -> Instance:
    from nimbus.db.secrets import load

    settings = Settings(data=data)
    return Instance(settings, logins, load(data, None), door)


def prepare(data: Path, rows: int, log: IO[bytes]) -> Site:
    """A site with its beginnings: people who are here, some kept out, and some held elsewhere."""
    brought = files(rows)
    with instance(Settings(data=data), EXTRA) as here:
        rooms.install(here.door)
        acme = create_workspace(
            here.door, "Acme", "alice@acme.test", PASSWORD, starters=rooms.starters()
        )
        other = create_workspace(
            here.door, "Other", "charlie@other.test", PASSWORD, starters=rooms.starters()
        )
        for made, text in ((acme, brought.before), (other, brought.elsewhere)):
            with here.door.workspace(made.workspace_id) as tx:
                job = create(
                    tx, here, system(made.workspace_id, "Soak"), made.client, io.BytesIO(text),
                    "before.csv", ImportOptions(), Given(),
                )  # fmt: skip
            run(here, made.workspace_id, job.id)
        with here.door.workspace(acme.workspace_id) as tx:
            tx.run(
                "insert into suppression (workspace_id, email, reason, source, created_by, "
                "created_at) values (%s, %s, 'manual', 'test', 'test', %s)",
                [tx.workspace_id, brought.suppressed, tx.now],
            )
            tx.run(
                "insert into suppression_domain (workspace_id, domain, reason, source, created_by, "
                "created_at) values (%s, %s, 'manual', 'test', 'test', %s)",
                [tx.workspace_id, brought.domain, tx.now],
            )
        key = here.secrets.key("email")
        opt_out(here, [email_key(key, brought.opted_out)], "Asked by letter")
        site = Site(data, brought, here.logins, acme.workspace_id, acme.client, log)
    with site.held(), site._postgres() as connection:
        with psycopg.connect(site.logins.admin or "", autocommit=True) as inside:
            inside.execute("delete from procrastinate_jobs")
        connection.execute("alter database nimbus rename to beginnings")
    return site
