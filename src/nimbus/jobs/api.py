"""Long jobs for programs: how far one is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from nimbus.db import ids
from nimbus.jobs import job
from nimbus.jobs.job import Job
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/jobs", "Jobs")


class ShownJob(BaseModel):
    id: str = Field(examples=["job_01h455vb4pex5vsknk084sn02q"])
    kind: str = Field(examples=["scoring.rescore"])
    label: str
    status: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    done: int
    total: int | None = Field(description="Null until it is known.")
    message: str | None = Field(description="What came of it, or what to do about it.")
    created_at: datetime
    finished_at: datetime | None


@router.at("GET", "/{id}/", scope="contacts:read", answers=ShownJob)
def get_job(ask: Ask, id: Annotated[str, Path()]) -> dict[str, object]:
    """The progress of a long job, such as scoring everybody again after a change of the rules."""
    found = job.find(ask.tx, ids.read("job", id))
    if found is None:
        raise ids.missing("job")
    return shown(found)


def shown(found: Job) -> dict[str, object]:
    return {
        "id": found.shown_id,
        "kind": found.kind,
        "label": found.label,
        "status": found.status,
        "done": found.done,
        "total": found.total,
        "message": found.message,
        "created_at": found.created_at,
        "finished_at": found.finished_at,
    }
