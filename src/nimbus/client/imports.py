"""Files of up to half a million contacts, which are worked on while one waits (S3-36)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from nimbus.client.collection import Collection
from nimbus.client.http import Http
from nimbus.client.shown import ImportJob

# It waits for nobody and works on nothing any more, or for a person.
ENDED = frozenset({"complete", "failed", "cancelled", "rolled_back", "paused", "awaiting_mapping"})


class Imports(Collection[ImportJob]):
    def __init__(self, http: Http) -> None:
        super().__init__(http, "/imports/", ImportJob)

    def upload(self, file: Path, *, key: str | None = None, **parts: str) -> ImportJob:
        """Begin an import; `parts` are those of the form, such as `field_mapping_id`."""
        return self.http.call(
            ImportJob, "POST", "/imports/", data=parts, key=key,
            files={"file": (file.name, file.read_bytes(), "text/csv")},
        )  # fmt: skip

    def wait(self, id: str, *, seconds: float = 600) -> ImportJob:
        """The import once it has ended or waits for somebody. Raises TimeoutError."""
        until, pause = time.monotonic() + seconds, 0.1
        while (job := self.get(id)).status not in ENDED:
            if time.monotonic() > until:
                raise TimeoutError(f"The import {id} is still {job.status}.")
            time.sleep(pause)
            pause = min(2.0, pause * 1.5)
        return job

    def rollback(self, id: str, *, key: str | None = None, **options: Any) -> ImportJob:
        """Take the whole import back (G-01)."""
        return self.http.call(
            ImportJob, "POST", f"/imports/{id}/rollback/", json=options or None, key=key
        )
