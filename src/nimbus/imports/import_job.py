"""An import: a file on its way through the stages, and its options (S1-01, S1-53, D-02)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from nimbus.intake.stages import BEHAVIORS, IN_TRASH
from nimbus.problems import invalid

# The visible stations in the article's order.
STATIONS = (
    "queued", "parsing", "deduplicating", "enriching", "suppressing", "segmenting", "scoring",
    "complete",
)  # fmt: skip
STAGES = STATIONS[1:-1]
RUNNING = ("queued", *STAGES)
OVER = ("complete", "cancelled", "failed", "rolled_back")
WAITING = ("awaiting_mapping", "paused")
OUTCOMES = ("imported", "updated", "skipped", "suppressed", "errored")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a person or program wants a file imported. `defaults` are raw values by field key, for
    fields that no column is mapped to (S2-18). `confirm` waits for somebody to confirm the
    mapping, as the web app does."""

    dedup_behavior: str = "update"
    in_trash: str = "skip"
    defaults: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    enrich: bool = False
    force_refresh: bool = False
    confirm: bool = False

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("dedup_behavior", self.dedup_behavior, BEHAVIORS),
            ("in_trash", self.in_trash, IN_TRASH),
        ):
            if value not in allowed:
                raise invalid(f"{name} is one of: {', '.join(allowed)}.", name)

    def dump(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """A row of `import_job`. `stages` holds per stage when it began and ended, and how far it is:
    `{"started", "finished", "seconds", "done", "total"}`."""

    id: UUID
    job_id: UUID
    file_id: UUID
    client_id: UUID
    field_mapping_id: UUID | None
    operation_id: UUID | None
    name: str
    source: str
    status: str
    stage: str | None
    message: str | None
    options: dict[str, Any]
    dialect: dict[str, Any] | None
    mapping: list[dict[str, Any]] | None
    stages: dict[str, dict[str, Any]]
    warnings: list[str]
    total: int
    imported: int
    updated: int
    unchanged: int
    consent_protected: int
    skipped: int
    suppressed: int
    errored: int
    repeated: int
    cancel_asked: bool
    pause_asked: str | None
    created_by: str
    created_by_kind: Literal["person", "key", "system"]
    created_by_id: UUID | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def decided(self) -> int:
        """Rows on which an outcome stands."""
        return sum(getattr(self, outcome) for outcome in OUTCOMES)

    @property
    def written(self) -> int:
        """Contacts that are new or other than before."""
        return self.imported + self.updated - self.unchanged

    @property
    def seconds(self) -> dict[str, float]:
        return {
            stage: round(self.stages[stage].get("seconds", 0.0), 3)
            for stage in STAGES
            if stage in self.stages
        }


COLUMNS = ", ".join(ImportJob.__dataclass_fields__)
