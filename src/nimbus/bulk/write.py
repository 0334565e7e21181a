"""Beginning a bulk action, carrying it out batch by batch, ending it, taking it back (S0-61 …
S0-72, S0-84, G-20 … G-22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from psycopg.types.json import Jsonb
from pydantic import ValidationError

from nimbus import operations
from nimbus.access import Who
from nimbus.bulk import run
from nimbus.bulk.bulk import KEPT, KIND, Bulk
from nimbus.bulk.read import find
from nimbus.contacts.read import ContactList
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.jobs import job
from nimbus.operations.bulk import Action, Stored, action, people
from nimbus.operations.erasing import Person
from nimbus.problems import Problem, invalid
from nimbus.segments import selection
from nimbus.web.errors import words_of_validation

_SQL = beside(__file__, "bulk.sql")

# Up to so many contacts it is done at once; more are a job's (S0-72).
AT_ONCE = 1_000
SWEPT_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. `expected` is how many contacts they were told it is about."""

    action: str
    options: Mapping[str, Any]
    chosen: ContactList | Sequence[UUID]
    expected: int | None = None


def checked(tx: Tx, who: Who, wanted: Wanted) -> tuple[Action, Stored]:
    """The action, and its options as they are kept. Raises Problem: forbidden; validation_error
    that names the option; conflict for what this version cannot do."""
    known = action(wanted.action)
    who.need(known.scope)
    try:
        options = known.options.model_validate(dict(wanted.options))
    except ValidationError as error:
        raise _words_of(error) from None
    return known, known.check(tx, who, options)


def begin(tx: Tx, who: Who, through: str, wanted: Wanted) -> Bulk:
    """Freeze who is meant, count them, and do it: at once up to `AT_ONCE`, else as a job.

    Raises Problem: as `checked`; conflict when other contacts match than were expected, with
    `count`, or none; validation_error for a deletion of everybody that does not say how many.
    """
    known, options = checked(tx, who, wanted)
    _refuse_unconfirmed(known, wanted)
    frozen = selection.freeze(tx, who, wanted.chosen, wanted.expected)
    _refuse_nobody(frozen.count)
    selection.keep(tx, frozen.id, tx.now + KEPT)
    label = known.words(options, people(frozen.count))
    job_id = job.create(tx, who, KIND, label) if frozen.count > AT_ONCE else None
    operation = operations.start(
        tx, who, f"bulk.{known.key}", through, subject=KIND, why=label, job_id=job_id
    )
    values = {
        "workspace": tx.workspace_id, "operation": operation.id, "selection": frozen.id,
        "job": job_id, "client": who.client_id, "action": known.key, "options": Jsonb(options),
        "label": label, "count": frozen.count, "now": tx.now,
    }  # fmt: skip
    tx.run(_SQL["make"], values)
    if job_id is None:
        members = selection.members(tx, frozen.id, None, AT_ONCE)
        run.carry_out(tx, operation, known, options, members)
        return find(tx, operation.id)
    made = find(tx, operation.id)
    job.link(tx, job_id, made.href)
    run.start(tx, made)
    return made


def count(tx: Tx, wanted: Wanted) -> int:
    """How many contacts it would be about, exactly. Raises Problem as `begin`."""
    found = selection.count(tx, wanted.chosen, wanted.expected)
    _refuse_nobody(found)
    return found


def cancel(tx: Tx, operation_id: UUID) -> Bulk:
    """End it with the batch that is being written now, if any: what is done stays done, and exactly
    the rest is not. Raises Problem: not_found; conflict when it is over already."""
    found = find(tx, operation_id)
    if found.job_id is not None:
        job.wait(tx, found.job_id)
        found = find(tx, operation_id)
    if found.job_id is None or found.status not in ("queued", "running", "paused"):
        raise Problem("conflict", "This is over already, so it cannot be cancelled.")
    job.finish(tx, found.job_id, "cancelled", found.result)
    return find(tx, operation_id)


def resume(tx: Tx, operation_id: UUID) -> Bulk:
    """Go on with one that stopped at an error. Raises Problem: not_found; conflict for others."""
    found = find(tx, operation_id)
    if found.job_id is None or found.status != "paused":
        raise Problem("conflict", "This has not stopped at an error, so it cannot be resumed.")
    job.resume(tx, found.job_id)
    run.start(tx, found)
    return find(tx, operation_id)


def refuse_stranger(who: Who, bulk: Bulk) -> None:
    """Whoever may not begin an action steers none, and a key that is limited to a client only those
    that were begun for it. Raises Problem(forbidden)."""
    who.need(bulk.scope)
    if who.client_id not in (None, bulk.client_id):
        raise Problem("forbidden", "This key is limited to one client, and this was not.")


def sweep(tx: Tx) -> bool:
    """Forget some of what the log has kept for long enough; whether there is more of it."""
    values = {"workspace": tx.workspace_id, "since": tx.now - KEPT, "limit": SWEPT_AT_ONCE}
    if tx.run(_SQL["sweep_rows"], values) == SWEPT_AT_ONCE:
        return True
    tx.run(_SQL["sweep"], values)
    return False


def erase(tx: Tx, person: Person) -> None:
    """What the log says of whoever is erased; its counts stay."""
    tx.run(_SQL["erase"], {"workspace": tx.workspace_id, "ids": list(person.contacts)})


def _refuse_unconfirmed(known: Action, wanted: Wanted) -> None:
    """Everybody is not deleted by a filter that was forgotten (G-20)."""
    if not known.is_danger or wanted.expected is not None:
        return
    if isinstance(wanted.chosen, ContactList) and not wanted.chosen.narrowed:
        raise invalid(
            "Nothing says which are meant, so this is about every contact: say in expected_count "
            "how many these are.", "expected_count",
        )  # fmt: skip


def _refuse_nobody(found: int) -> None:
    if found == 0:
        raise Problem("conflict", "No contact matches, so there is nothing to do.", count=0)


def _words_of(error: ValidationError) -> Problem:
    """What is wrong with the options, named as a part of the request."""
    named: list[Any] = [{**one, "loc": ("body", "options", *one["loc"])} for one in error.errors()]
    return words_of_validation(RequestValidationError(named))
