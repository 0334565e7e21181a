"""Scoring everybody again, as the settings show it: the progress, and starting it by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.jobs import Job, job
from nimbus.jobs.lease import worker_is_alive
from nimbus.problems import Problem
from nimbus.scoring.rescore import KIND, start
from nimbus.scoring.whose import Whose
from nimbus.scoring.write import Saved
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/settings/scoring/run")


@router.at("GET", "", scope="scoring:read")
def scoring_run(ask: Ask, job: str = "") -> Response:
    """The banner, which asks for itself until the run is over."""
    return render(ask.request, "scoring/run.html", **banner(ask.tx, job))


@router.at("POST", "", scope="settings:write")
def start_scoring_run(ask: Ask) -> Response:
    job_id = start(ask.tx, ask.who, "Scoring everyone again")
    return RedirectResponse(f"/settings/scoring?job={ids.show('job', job_id)}", 303)


def banner(tx: Tx, shown_job: str) -> dict[str, Any]:
    """What `scoring/run.html` shows."""
    return {"run": _run_to_show(tx, shown_job), "no_worker": not worker_is_alive(tx)}


def _run_to_show(tx: Tx, shown_job: str) -> Job | None:
    """The run that this person has just started, else one that is not over yet."""
    if shown_job:
        found = job.find(tx, ids.read("job", shown_job))
        if found and found.kind == KIND and found.status != "cancelled":
            return found
    running: UUID | None = tx.value(
        "select id from job where workspace_id = %s and kind = %s "
        "and status in ('queued', 'running', 'paused') order by created_at desc limit 1",
        [tx.workspace_id, KIND],
    )
    return job.find(tx, running) if running else None


def told(trial: Callable[[], object]) -> dict[str, object]:
    """What `scoring/trial.html` shows: what a trial found, or why it could not be made."""
    try:
        return {"trial": trial(), "wrong": None}
    except Problem as problem:
        return {"trial": None, "wrong": problem}


def at_form(problem: Problem) -> Problem:
    """The problem of a rule in its list, as one of the form that shows this rule alone."""
    problem.field = re.sub(r"^(data|rules)\[\d+\]\.", "", problem.field or "") or None
    return problem


def back(path: str, whose: Whose, saved: Saved, **told: str) -> Response:
    """On to the page, which shows what was done and how far the scoring is."""
    asked = {"client": whose.shown_id, **told}
    if saved.job_id:
        asked["job"] = ids.show("job", saved.job_id)
    query = urlencode({name: value for name, value in asked.items() if value})
    return RedirectResponse(f"{path}?{query}" if query else path, 303)
