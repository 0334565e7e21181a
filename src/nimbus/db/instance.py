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
from nimbus.settings import Settings


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
    secrets = load(settings.data, settings.secret)
    settings.files_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.database_url:
        yield from _opened(settings, secrets, roles.own_server(settings.database_url))
    else:
        with server(settings.data, extra) as superuser:
            yield from _opened(settings, secrets, roles.embedded(superuser))


def _opened(settings: Settings, secrets: Secrets, logins: roles.Logins) -> Iterator[Instance]:
    migrate(logins, secrets)
    with Door(logins.app, settings.pool_size) as door:
        yield Instance(settings, logins, secrets, door)
