"""Reading a file into a list, batch by batch from where the last one ended."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.access.who import system
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.db.sqlfile import beside
from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import clean
from nimbus.files.store import File, path_of, store
from nimbus.jobs import Context, defer, in_batches, job, task
from nimbus.operations import Operation
from nimbus.operations.erasing import Person
from nimbus.problems import invalid
from nimbus.suppression.file_lines import Lines, count_lines, reason_of, refuse_broken, shape_of
from nimbus.suppression.lists import LISTS, Listing
from nimbus.suppression.write import UNDO_WITHIN, put

_SQL = beside(__file__, "file.sql")

KIND = "suppression.file"
# One batch is read before the answer; what is left by a job.
BATCH = 5_000
MOST_LINES = 500_000
# So many of the lines that cannot be read are listed.
MOST_ERRORS = 1_000
SHOWN = 80
ERASED = (
    "Somebody was erased while this file was read, so it is not kept any more. Upload it again: "
    "what is on the list stays there."
)


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file and what came of its lines so far: each is in exactly one of the counts but `noted`,
    those of which the reason is none that is known. `errors` are the first that could not be read,
    each with `line`, `text` and `why`."""

    job_id: UUID
    operation_id: UUID
    file_id: UUID
    listing: str
    name: str
    reason: str
    note: str | None
    lines: int
    added: int
    tightened: int
    already: int
    refused: int
    noted: int
    errors: list[dict[str, Any]]
    created_by: str
    created_at: datetime
    status: str
    message: str | None
    done: int
    total: int | None
    undone_at: datetime | None

    @property
    def is_going(self) -> bool:
        return self.status in ("queued", "running")

    def may_be_undone(self, now: datetime) -> bool:
        is_fresh = self.undone_at is None and now - self.created_at <= UNDO_WITHIN
        return is_fresh and self.added > 0 and not self.is_going

    @property
    def href(self) -> str:
        return f"/suppression/{self.listing}/file/{ids.show('lf', self.job_id)}"


def bring(
    tx: Tx, instance: Instance, who: Who, listing: Listing, source: BinaryIO, name: str, *,
    reason: str, note: str, through: str = "web",
) -> ListFile:  # fmt: skip
    """Keep a file and read its first lines into the list; more follow by a job. A line may give its
    own reason in a column of that name. Raises Problem that names `reason` or `file`, and what
    `files.store` raises; no bytes are left then, and whoever catches it takes the rows back."""
    if reason not in listing.reasons:
        raise invalid(f"The reason must be one of: {', '.join(listing.reasons)}.", "reason")
    shape_of(listing, source)
    total = count_lines(source)
    if total > MOST_LINES:
        raise invalid(f"A file has at most {MOST_LINES:,} lines. Split it into several.", "file")
    source.seek(0)
    limit = instance.settings.upload_max_bytes
    kept = store(tx, instance.files, source, name, "text/csv", limit)
    try:
        return _begin(tx, instance, who, listing, kept, reason, note, through, total)
    except BaseException:
        path_of(instance.files, tx.workspace_id, kept.id).unlink(missing_ok=True)
        raise


def _begin(
    tx: Tx, instance: Instance, who: Who, listing: Listing, kept: File, reason: str, note: str,
    through: str, total: int,
) -> ListFile:  # fmt: skip
    name = kept.name
    operation = operations.start(
        tx, who, f"suppression.{listing.key}.add", through, why=name, subject=listing.key
    )
    job_id = job.create(tx, who, KIND, f"Suppressing {listing.key} of {name}")
    values = {
        "workspace": tx.workspace_id, "job": job_id, "operation": operation.id, "file": kept.id,
        "list": listing.key, "name": name, "reason": reason, "note": clean(note) or None,
        "by": who.name, "now": tx.now,
    }  # fmt: skip
    tx.run(_SQL["make"], values)
    job.link(tx, job_id, find(tx, job_id).href)
    job.advance(tx, job_id, done=0, total=total)
    if batch(tx, instance, job_id):
        _defer(tx, job_id)
    return find(tx, job_id)


def find(tx: Tx, job_id: UUID) -> ListFile:
    """Raises Problem(not_found)."""
    found = tx.one(ListFile, _SQL["find"], {"workspace": tx.workspace_id, "job": job_id})
    if found is None:
        raise ids.missing("lf")
    return found


def erase(tx: Tx, person: Person) -> None:
    """What of a file could not be read goes with anybody who is erased, and so does a file that is
    not read to its end: either may name them (D-09)."""
    for job_id in tx.column(_SQL["kept"], {"workspace": tx.workspace_id}):
        job.wait(tx, job_id)
        if find(tx, job_id).is_going:
            job.finish(tx, job_id, "paused", ERASED)
        _forget(tx, job_id)
    tx.run(_SQL["erase"], {"workspace": tx.workspace_id})


@task("suppression.file")
def run_file(context: Context, job_id: str) -> None:
    id = UUID(job_id)
    in_batches(
        context, id,
        lambda tx: batch(tx, context.instance, id),
        lambda tx: _defer(tx, id),
        "Reading the file stopped ({error}). Upload it again: what is on the list stays there.",
        lambda tx: _forget(tx, id),
    )  # fmt: skip


@task("suppression.unlink")
def unlink(context: Context, file_id: str) -> None:
    """Remove the bytes of a file that no row names any more, once that is committed."""
    assert context.workspace_id  # noqa: S101 - deferred in a workspace
    path = path_of(context.instance.files, context.workspace_id, UUID(file_id))
    path.unlink(missing_ok=True)


def batch(tx: Tx, instance: Instance, job_id: UUID) -> bool:
    """Read the next lines; False when they were the last. Where a file ceases to be CSV is its end,
    which is told as a line of its own; of its first lines that raises Problem."""
    found = find(tx, job_id)
    listing = LISTS[found.listing]
    at = job.cursor(tx, job_id) or {"end": 0, "line": 0}
    with open(path_of(instance.files, tx.workspace_id, found.file_id), "rb") as file:
        lines = Lines(file, shape_of(listing, file), at["end"], at["line"])
        read: list[tuple[int, str, str]] = []
        errors: list[dict[str, Any]] = []
        try:
            read.extend(islice(lines, BATCH))
        except csv.Error as error:
            if not at["line"]:
                raise refuse_broken(error, lines.begun + 1) from None
            why = f"From here on this is no CSV, and was not read: {error}."
            errors.append({"line": lines.begun + 1, "text": "", "why": why})
    _write(tx, found, listing, read, errors)
    job.advance(tx, job_id, done=lines.line, total=max(found.total or 0, lines.line),
                at={"end": lines.end, "line": lines.line})  # fmt: skip
    if len(read) == BATCH and not errors:
        return True
    _finish(tx, job_id)
    return False


def _write(
    tx: Tx, found: ListFile, listing: Listing, read: list[tuple[int, str, str]],
    errors: list[dict[str, Any]],
) -> None:  # fmt: skip
    """Each line goes on the list under its own reason, else under that of the file: whoever said no
    is held back, whatever was written of why, which goes into the note. `errors` are those that are
    known already."""
    by_reason: dict[str, set[str]] = defaultdict(set)
    names: set[str] = set()
    notes: dict[str, str] = {}
    repeated, noted, broken = 0, 0, len(errors)
    for line, text, given in read:
        reason = reason_of(listing, given)
        try:
            name = listing.parse(text)
            if not name:
                raise Invalid(f"There is no {listing.noun} in this line.")
        except Invalid as wrong:
            told = {"line": line, "text": clean(text)[:SHOWN], "why": clean(str(wrong))}
            errors.insert(len(errors) - broken, told)
            continue
        is_unknown = bool(given) and reason is None
        noted += is_unknown
        repeated += name in names
        if name not in names:
            names.add(name)
            by_reason[reason or found.reason].add(name)
            if is_unknown:
                own = f"The file says: {clean(given)[:SHOWN]}"
                notes[name] = f"{found.note} {own}" if found.note else own
    who = system(tx.workspace_id, found.created_by)
    operation = Operation(found.operation_id, KIND, "web", who, tx.now)
    rows = [
        row
        for reason, held in sorted(by_reason.items())
        for row in put(tx, operation, listing, sorted(held), reason=reason, source=found.name[:100],
                       note=found.note, notes=notes)
    ]  # fmt: skip
    added = sum(row["reason_before"] is None for row in rows)
    tx.run(
        _SQL["advance"],
        {
            "workspace": tx.workspace_id, "job": found.job_id, "lines": len(read), "added": added,
            "tightened": len(rows) - added, "already": repeated + len(names) - len(rows),
            "refused": len(errors), "noted": noted,
            "errors": Jsonb(errors[: max(0, MOST_ERRORS - len(found.errors))]),
        },
    )  # fmt: skip


def _finish(tx: Tx, job_id: UUID) -> None:
    found = find(tx, job_id)
    told = [(found.added, "added"), (found.tightened, "given the stricter reason"),
            (found.already, "there already"), (found.refused, "could not be read")]  # fmt: skip
    words = ", ".join(f"{count:,} {what}" for count, what in told if count) or "No lines in it"
    job.finish(tx, job_id, "done", words)
    _forget(tx, job_id)


def _forget(tx: Tx, job_id: UUID) -> None:
    """The file is not needed any more: nobody reads on in it."""
    file_id = find(tx, job_id).file_id
    tx.run(_SQL["forget"], {"workspace": tx.workspace_id, "file": file_id})
    defer(tx, unlink, file_id=str(file_id))


def _defer(tx: Tx, job_id: UUID) -> None:
    defer(tx, run_file, job_id=str(job_id))
