"""An export: which contacts went into which file, and how it is getting on (S0-66, G-23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from nimbus.db import ids

Format = Literal["csv", "jsonl"]
MEDIA: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8",
}  # fmt: skip
# A file can be fetched for so long; then it is removed, and the export with it.
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Export:
    """`selected` is how many contacts were chosen, of which `rows` are in the file: whoever was put
    into the trash is in none (D-12). `columns` are the refs of fields, `header` is what the file
    calls them, `words` tell the filter.
    `status`, `done` and `message` are those of its job; the file has a size and a digest once it is
    complete."""

    id: UUID
    selection_id: UUID
    job_id: UUID
    file_id: UUID
    format: Format
    columns: list[str]
    header: list[str] | None
    words: str
    name: str
    selected: int
    rows: int | None
    made_by: str
    created_at: datetime
    expires_at: datetime
    status: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    done: int
    message: str | None
    size: int | None
    sha256: bytes | None

    @property
    def shown_id(self) -> str:
        return ids.show("exp", self.id)

    @property
    def is_going(self) -> bool:
        return self.status in ("queued", "running")

    @property
    def is_over(self) -> bool:
        return self.status in ("done", "failed", "cancelled")

    @property
    def fraction(self) -> float:
        """Between 0 and 1."""
        return 1.0 if self.status == "done" else min(1.0, self.done / max(1, self.selected))
