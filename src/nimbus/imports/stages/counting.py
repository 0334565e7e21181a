"""How many rows a file has, before any of them is staged (S3-36)."""

from __future__ import annotations

from pathlib import Path

from nimbus.imports.reader.dialect import Dialect
from nimbus.imports.reader.read import batches
from nimbus.imports.stages.turn import Stopped
from nimbus.jobs import stopping
from nimbus.problems import invalid

BLOCK = 1 << 20


def check_rows(path: Path, dialect: Dialect, limit: int) -> None:
    """Raises Problem for a file with more than `limit` rows, Stopped when the process is to stop.

    A row takes at least one line, and lines are counted in a three-hundredth of the time that
    parsing takes. Only a file with more lines than the limit is read for its rows.
    """
    if most_rows(path, dialect) <= limit:
        return
    count, broken = 0, None
    for batch in batches(path, dialect):
        if stopping.is_set():
            raise Stopped
        count += len(batch.rows)
        broken = broken or next((row for row in batch.rows if row.defect), None)
        if count > limit:
            # How many more there are could take as long to know as to import them.
            words = (
                f"The file has more than {limit:,} rows, the most that one import takes. Split it "
                "into smaller files and import them one after the other."
            )
            if broken:
                words += f" Should it have fewer, see this first: {broken.defect}."
            raise invalid(words, "file")


def most_rows(path: Path, dialect: Dialect) -> int:
    """As many rows as the file could have by its bytes alone: never less than it has."""
    breaks = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            breaks += block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")
    return breaks + 1 - (dialect.header_line if dialect.has_header else 0)
