"""One instance as a process uses it: its database, its door, its secrets and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nimbus.db import roles
from nimbus.db.door import Door
from nimbus.db.migrate import migrate
from nimbus.db.secrets import Secrets, load
from nimbus.db.server import server
from nimbus.problems import Problem
from nimbus.settings import Settings

# In the data folder as long as a restore into it has not ended: nothing starts there.
RESTORING = "restoring"


@dataclass(frozen=True, slots=True)
class Instance:
    """Everything a command, a web process or a worker needs to work."""

    settings: Settings
    logins: roles.Logins
    secrets: Secrets
    door: Door

    @property
    def files(self) -> Path:
        return self.settings.files_folder


@contextmanager
def instance(settings: Settings, extra: Mapping[str, str] | None = None) -> Iterator[Instance]:
    """The instance of these settings, its server started, migrated and walled, its door open.

    `extra` overrides the embedded server's configuration. Raises Problem when it cannot be had.
    """
    with logins(settings, extra) as known:
        secrets = load(settings.data, settings.secret)
        settings.files_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        migrate(known, secrets)
        with Door(known.app, settings.pool_size) as door:
            yield Instance(settings, known, secrets, door)


@contextmanager
def logins(settings: Settings, extra: Mapping[str, str] | None = None) -> Iterator[roles.Logins]:
    """The database of these settings with its roles, but not migrated. Raises Problem when it
    cannot be had, or a restore into its folder has not ended."""
    if (settings.data / RESTORING).exists():
        raise Problem(
            "unavailable",
            f"A restore into {settings.data} has not ended, or was broken off. Wait for it; or "
            "empty the folder and restore again.",
        )
    with database(settings, extra) as known:
        yield known


@contextmanager
def database(settings: Settings, extra: Mapping[str, str] | None = None) -> Iterator[roles.Logins]:
    """As `logins`, also within a restore."""
    if settings.database_url:
        yield roles.own_server(settings.database_url)
    else:
        with server(settings.data, extra) as superuser:
            yield roles.embedded(superuser)


def refuse_missing(settings: Settings) -> None:
    """For commands that look at an instance and make none. Raises Problem when there is none."""
    if not settings.database_url and not (settings.data / "pg" / "PG_VERSION").exists():
        raise Problem(
            "unavailable",
            f"There is no instance in {settings.data}. Make one with nimbus init, or name its "
            "folder with --data.",
        )
