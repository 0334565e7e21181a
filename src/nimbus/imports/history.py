"""What people ask of the history of imports: in which state, which file or whose, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import urlencode

from nimbus.imports.find import Sought
from nimbus.imports.import_job import RUNNING
from nimbus.web.parts import Option
from nimbus.web.values import beginning

# What one asks for is fewer than the states there are.
STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "running": ("Running", RUNNING),
    "waiting": ("To map or paused", ("awaiting_mapping", "paused")),
    "complete": ("Complete", ("complete",)),
    "cancelled": ("Cancelled", ("cancelled",)),
    "failed": ("Failed", ("failed",)),
    "rolled_back": ("Rolled back", ("rolled_back",)),
}
OPTIONS = [Option("", "All states"), *(Option(key, label) for key, (label, _) in STATES.items())]


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of the page as they were sent; a day is one of the person's own `zone`. What
    cannot be read asks for nothing."""

    zone: tzinfo
    q: str = ""
    state: str = ""
    since: str = ""
    until: str = ""

    @property
    def sought(self) -> Sought:
        statuses = STATES[self.state][1] if self.state in STATES else ()
        return Sought(
            self.q.replace("\0", "").strip(), statuses, _day(self.since, self.zone),
            _day(self.until, self.zone, after=1),
        )  # fmt: skip

    @property
    def narrows(self) -> bool:
        return self.sought != Sought()

    def href(self, before: str | None = None) -> str:
        told = {"q": self.q, "state": self.state, "since": self.since, "until": self.until,
                "before": before}  # fmt: skip
        query = urlencode({name: value for name, value in told.items() if value})
        return f"/imports?{query}" if query else "/imports"


def _day(text: str, zone: tzinfo, after: int = 0) -> datetime | None:
    try:
        return beginning(text, zone, after)
    except ValueError:
        return None
