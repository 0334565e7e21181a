"""How far an import is: its stations, how fast it goes, and the time left (S1-53)."""

from __future__ import annotations

from dataclasses import dataclass

from nimbus.imports.import_job import STAGES, STATIONS, ImportJob
from nimbus.web.parts import Station, StationState

# What each stage takes of an import's time, as bench.imports measures it; the time left is worked
# out from it, as most of the stages have not begun yet when one wants to know.
SHARES = {
    "parsing": 0.16, "deduplicating": 0.05, "enriching": 0.0, "suppressing": 0.05,
    "segmenting": 0.73, "scoring": 0.01,
}  # fmt: skip
# An estimate from less than this is a guess.
LEAST_SHARE, LEAST_SECONDS = 0.03, 1.0


@dataclass(frozen=True)
class Skipped(Station):
    """A station that the import did not finish and that is no failure: drawn like one to come."""

    said: str = ""

    @property
    def words(self) -> str:
        return self.said


def rate(found: ImportJob, stage: str) -> float | None:
    """Rows a second in a stage; None while nobody can tell."""
    known = found.stages.get(stage, {})
    seconds, done = known.get("seconds", 0.0), known.get("done", 0)
    return round(done / seconds, 1) if seconds > 0.001 and done else None


def share(found: ImportJob, stage: str) -> float:
    """The finished fraction of a stage."""
    known = found.stages.get(stage, {})
    if "finished" in known:
        return 1.0
    return min(1.0, known.get("done", 0) / known["total"]) if known.get("total") else 0.0


def seconds_left(found: ImportJob) -> float | None:
    """None while too little is known, and when nothing is running."""
    if found.status not in STAGES:
        return None
    done = sum(share(found, stage) * part for stage, part in SHARES.items())
    spent = sum(found.seconds.values())
    if done < LEAST_SHARE or spent < LEAST_SECONDS:
        return None
    return round(spent * (1 - done) / done, 1)


def stations(found: ImportJob) -> list[Station]:
    """The eight stations in the article's order, as far as this import has come."""
    notes = _notes(found)
    return [_station(found, station, notes.get(station)) for station in STATIONS]


def _station(found: ImportJob, station: str, note: str | None) -> Station:
    label, state = station.capitalize(), _state(found, station)
    if station == "enriching" and not found.options.get("enrich"):
        # Its line is filled once the import has passed it.
        passed = 1.0 if state == "done" else 0.0
        return Skipped(label, "waiting", passed, "not asked for", "not asked for")
    if found.status == "cancelled" and station == _stopped_at(found):
        return Skipped(label, "waiting", 0.0, "cancelled here", "not finished")
    if state == "waiting":
        return Station(label, state)
    return Station(label, state, share(found, station), note)


def _stopped_at(found: ImportJob) -> str:
    """The station at which a cancelled import was; one without columns has its file read."""
    if found.stage == "enriching" and not found.options.get("enrich"):
        return "suppressing"
    return found.stage or "parsing"


def _state(found: ImportJob, station: str) -> StationState:
    if found.status in ("complete", "rolled_back"):
        return "done"
    if station == "queued" and found.status == "paused" and found.stage is None:
        return "paused"
    if station == "queued":
        return "running" if found.status == "queued" else "done"
    if station == found.status:
        return "running"
    if found.status == "awaiting_mapping" and station == "parsing":
        return "paused"
    if station == found.stage and found.status == "paused":
        return "paused"
    if station == (found.stage or "parsing") and found.status == "failed":
        return "failed"
    return "done" if "finished" in found.stages.get(station, {}) else "waiting"


def _notes(found: ImportJob) -> dict[str, str]:
    written = found.imported + found.updated
    return {
        "parsing": "mapping" if found.status == "awaiting_mapping" else _rows(found.total),
        "deduplicating": f"{found.skipped:,} skipped",
        "enriching": "on",
        "suppressing": f"{found.suppressed:,} held back",
        "segmenting": f"{written:,} written",
    }


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
