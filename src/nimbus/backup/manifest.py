"""What a backup says of itself: the last entry of its file, read first."""

from __future__ import annotations

import re
from dataclasses import dataclass

FORMAT = 1
MANIFEST, DATABASE, SECRETS = "manifest.json", "database.dump", "secrets"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# No other entry is ever written or read, so that no name can lead out of the folder.
NAME = re.compile(rf"{re.escape(DATABASE)}|{SECRETS}|files/{_UUID}/{_UUID}")


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of the file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a table held: its number of rows, and the sum of their hashes, which has no order."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`migrations` by name with their digests; `lost_files` are those that the database names and
    the files folder could not give, with the reason."""

    format: int
    nimbus: str
    postgresql: str
    made_at: str
    migrations: dict[str, str]
    tables: dict[str, Table]
    parts: dict[str, Part]
    lost_files: dict[str, str]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def files(self) -> list[str]:
        return [name for name in self.parts if name.startswith("files/")]

    @property
    def counts(self) -> dict[str, int]:
        return {name: table.rows for name, table in self.tables.items()}
