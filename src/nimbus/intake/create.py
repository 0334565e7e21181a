"""Contacts of a request, be it one of a form or a thousand of a program: one batch of the intake.

Each row comes to exactly one of created, updated, unchanged, skipped, suppressed and invalid; what
is refused of one row costs the others nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.accounts.client import client_for, clients, workspace
from nimbus.contacts.writing.write import Writing
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.fields.read import catalogue
from nimbus.intake import given, words
from nimbus.intake.matching import by_external_id
from nimbus.intake.parse import Parser
from nimbus.intake.stages import Options, Outcome
from nimbus.intake.whole import bring
from nimbus.operations import Operation
from nimbus.operations.operation import Changed
from nimbus.problems import Problem
from nimbus.scoring.read import scoring_for

Status = Literal["created", "updated", "unchanged", "skipped", "suppressed", "invalid"]
Matching = Literal["email", "external_id"]
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """How contacts are to be brought in, as the request says. `scoring` off leaves tier and score
    as they are (D-30)."""

    kind: str
    through: str
    client_id: str | None = None
    dedup_behavior: str = "update"
    in_trash: str = "skip"
    matching: Matching = "email"
    lenient: bool = False
    scoring: bool = True
    enrichment: bool = False


@dataclass(slots=True)
class Result:
    """What became of one object. `problems` say why it was not written, the first first;
    `repeats` is the index of the object of the same email that took over its values."""

    index: int
    status: Status
    contact_id: UUID | None = None
    reason: str | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    repeats: int | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """The results in the order of the objects, the operation that all of it belongs to, and what is
    to be told of the request as a whole."""

    results: list[Result]
    operation: Operation
    warnings: list[str]


def create(
    tx: Tx, instance: Instance, who: Who, objects: Sequence[Mapping[str, Any]], wanted: Wanted
) -> Brought:
    """Bring the objects in, all in this transaction. Raises Problem only for what is wrong with
    the request as a whole, such as a client that is not there."""
    fields = catalogue(tx)
    shown = wanted.client_id
    named = None if shown is None else ids.read("client", shown, "client_id")
    client = client_for(tx, who, named)
    operation = operations.start(tx, who, wanted.kind, wanted.through)
    needed = ("email", "external_id") if wanted.matching == "external_id" else ("email",)
    found = given.read(objects, fields, lenient=wanted.lenient, needed=needed)
    if wanted.matching == "external_id":
        by_external_id(tx, found)
    results = {index: Result(index, "invalid", problems=problems, reason="invalid_value")
               for index, problems in found.refused.items()}  # fmt: skip
    parser = Parser(
        found.columns, fields, instance.secrets.key("email"),
        lead_source=f"{wanted.through}_{tx.now:%Y%m%d}", typed=True, strict=not wanted.lenient,
    )  # fmt: skip
    parsed = parser.parse([row for row in found.rows if row.row_no - 1 not in results])
    for refused in parsed.refused:
        index = refused.row_no - 1
        problems = words.unreadable(refused)
        results[index] = Result(index, "invalid", problems=problems, reason=refused.reason)
    if len(parsed):
        scoring = scoring_for(tx, client.id) if wanted.scoring else None
        writing = Writing(parser.incoming(), client, fields, scoring)
        limit = workspace(tx).contacts_hard_limit or instance.settings.contacts_hard_limit
        options = Options(wanted.dedup_behavior, wanted.in_trash, limit)
        results |= _results(tx, bring(tx, operation, parsed, writing, options))
        if wanted.scoring:
            _score_others(tx)
    for index, told in found.warnings.items():
        results[index].warnings[:0] = told
    return Brought([results[i] for i in sorted(results)], operation, _warnings(wanted))


def _score_others(tx: Tx) -> None:
    """The other contacts of companies that were changed are for the followers to score."""
    companies = [one for one in tx.changes if isinstance(one, Changed) and one.thing == "company"]
    tx.changes += [replace(one, scored=False) for one in companies if one.scored]


def _results(tx: Tx, outcomes: list[Outcome]) -> dict[int, Result]:
    held = any("held_by" in (one.detail or {}) for one in outcomes)
    holders = {str(client.id): client.name for client in clients(tx)} if held else {}
    written = {one.row_no: one.contact_id for one in outcomes}
    found: dict[int, Result] = {}
    for one in outcomes:
        result = Result(
            one.row_no - 1, _status(one), one.contact_id, one.reason,
            words.refusals(one, holders), words.warnings(one.detail),
        )  # fmt: skip
        if one.duplicate_of:
            result.repeats = one.duplicate_of - 1
            result.contact_id = written[one.duplicate_of]
            result.reason = "duplicate_in_request"
        found[result.index] = result
    return found


def _status(one: Outcome) -> Status:
    if one.outcome == "imported":
        return "created"
    if one.outcome == "errored":
        return "invalid"
    if one.outcome == "updated":
        return "unchanged" if one.reason == "unchanged" else "updated"
    return "suppressed" if one.outcome == "suppressed" else "skipped"


def _warnings(wanted: Wanted) -> list[str]:
    if wanted.enrichment:
        return ["Nobody was enriched: this version of Nimbus comes with no enrichment provider."]
    return []
