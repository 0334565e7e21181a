"""A large workspace and a small one beside it, kept in `bench/.data` between runs.

The contacts are made by set-based SQL and not imported: a million of them take two minutes so, and
what is measured on them is reading.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from nimbus import rooms
from nimbus.access.who import system
from nimbus.accounts.create import create_workspace
from nimbus.db.instance import Instance, instance
from nimbus.db.sqlfile import beside
from nimbus.demo import words
from nimbus.fields.write import NewField, create
from nimbus.settings import Settings

PREPARED = Path(__file__).parent / ".data"
PASSWORD = "crowd password"
BESIDE = 20  # The small workspace has a twentieth of the large one's contacts.
PER_COMPANY = 20
AT_ONCE = 50_000
_SQL = beside(__file__, "crowd.sql")


@dataclass(frozen=True, slots=True)
class Crowd:
    """A workspace full of contacts, a key of it, and how many there are."""

    workspace: str
    key: str
    contacts: int

    @property
    def email(self) -> str:
        """Of its owner, whose password is `PASSWORD`."""
        return _email("Crowd")

    @property
    def workspace_id(self) -> UUID:
        return UUID(self.workspace)


def _email(name: str) -> str:
    return f"{name.lower()}@nimbus.example"


@contextmanager
def crowd(contacts: int, name: str = "crowd") -> Iterator[tuple[Instance, Crowd]]:
    """The instance with `contacts` in one workspace, made when it is not there yet. Whoever changes
    them has a `name` of its own."""
    folder = PREPARED / f"{name}-{contacts}"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    ready = folder / "crowd.json"
    with instance(Settings(data=folder)) as here:
        rooms.install(here.door)
        if not ready.exists():
            made = _fill(here, "Crowd", contacts)
            _fill(here, "Beside", max(1, contacts // BESIDE))
            with psycopg.connect(here.logins.migrate, autocommit=True) as connection:
                connection.execute("vacuum analyze")
            ready.write_text(json.dumps(asdict(made)))
        yield here, Crowd(**json.loads(ready.read_text()))


FIELDS = (
    NewField("Monthly revenue", "number", "mrr"),
    NewField("Plan", "dropdown", "plan", ("Free", "Pro", "Team", "Enterprise")),
    NewField("Renewal", "date", "renewal"),
)


def _fill(here: Instance, name: str, contacts: int) -> Crowd:
    made = create_workspace(here.door, name, _email(name), PASSWORD,
                            starters=rooms.starters())  # fmt: skip
    with here.door.workspace(made.workspace_id) as tx:
        who = system(made.workspace_id, "bench")
        fields = {field.name: str(create(tx, who, field).id) for field in FIELDS}
        values: dict[str, Any] = {
            **fields, "workspace": made.workspace_id, "now": tx.now, "people": contacts,
            "companies": max(10, contacts // PER_COMPANY), "names": words.WORDS,
            "industries": list(words.INDUSTRIES), "sizes": list(words.SIZES),
            "firsts": words.FIRST, "lasts": words.LAST,
            "titles": [title for title, _ in words.TITLES], "tags": list(words.TAGS),
            "cities": [city for city, _, _ in words.PLACES],
        }  # fmt: skip
    with psycopg.connect(here.logins.migrate, autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        connection.execute(_SQL["companies"], values)
        connection.execute("analyze company")
        for first in range(1, contacts + 1, AT_ONCE):
            last = min(contacts, first + AT_ONCE - 1)
            connection.execute(_SQL["contacts"], {**values, "first": first, "last": last})
    return Crowd(str(made.workspace_id), made.api_key, contacts)
