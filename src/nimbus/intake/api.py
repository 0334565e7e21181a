"""Contacts from programs: one, one by a named attribute, or a thousand (S3-25, S3-34, F-24).

These routes stand under `/api/v1/contacts/` and in this room, which is above that of the contacts.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal, cast

from fastapi import Query
from starlette.responses import Response

from nimbus.contacts.contact import shown
from nimbus.contacts.read import one
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.intake import shapes
from nimbus.intake.changed import changed_fields
from nimbus.intake.create import Brought, Matching, Result, Wanted, create
from nimbus.intake.single import REGISTRYS, create_one
from nimbus.problems import Problem
from nimbus.web.bulk import row_error
from nimbus.web.errors import answer
from nimbus.web.etag import etag, tagged
from nimbus.web.openapi import TAGGED
from nimbus.web.route import ApiRouter, Ask, json_response

router = ApiRouter("/api/v1/contacts", "contacts")

Lenient = Annotated[
    Literal["true", "false"],
    Query(description="`true` leaves out members that are not known and values that cannot be read "
          "instead of refusing them, and says so in `warnings` (D-13)."),
]  # fmt: skip
HERE: dict[int | str, dict[str, Any]] = {
    200: {"model": shapes.WrittenContact, "description": "The contact was here already.",
          "headers": TAGGED},
    201: {"headers": TAGGED},
}  # fmt: skip


@router.at("POST", "/", scope="contacts:write", answers=shapes.WrittenContact, status=201,
           responses=HERE)  # fmt: skip
def create_contact(ask: Ask, given: shapes.NewContact, lenient: Lenient = "false") -> Response:
    """Create a contact through every stage of an import; one that is here is updated, which answers
    200 (S3-25 … S3-28)."""
    return _single(ask, given, "contact.create", lenient)


@router.at("POST", "/upsert/", scope="contacts:write", answers=shapes.WrittenContact, status=201,
           responses=HERE)  # fmt: skip
def upsert_contact(
    ask: Ask, given: shapes.UpsertedContact,
    matching: Annotated[Matching, Query(description="What says which contact is meant.")] = "email",
    lenient: Lenient = "false",
) -> Response:  # fmt: skip
    """Create or update the contact that has this `email` or `external_id`, in one call: two at the
    same time never make two contacts (F-24)."""
    return _single(ask, given, "contact.upsert", lenient, matching)


@router.at("POST", "/bulk/", scope="contacts:write", answers=shapes.BulkAnswer)
def create_contacts(ask: Ask, given: shapes.BulkContacts, lenient: Lenient = "false") -> Response:
    """Create or update up to 1,000 contacts in one transaction; each row has its own status, in the
    order in which they were sent (S3-34, S3-56)."""
    rows = [row.members() for row in given.contacts]
    wanted = _wanted("contact.bulk_create", given, lenient, given.options.matching)
    return json_response(_told(create(ask.tx, ask.instance, ask.who, rows, wanted)))


def _single(
    ask: Ask, given: shapes.NewContact, kind: str, lenient: str, matching: Matching = "email"
) -> Response:
    wanted = _wanted(kind, given, lenient, matching)
    try:
        brought = create_one(ask.tx, ask.instance, ask.who, given.members(), wanted)
    except Problem as problem:
        if problem.code not in REGISTRYS:
            raise
        # Answered, not raised, so that it stays in the log that this was asked (D-15).
        return answer(ask.request, problem)
    ask.tx.follow()  # Before the answer: it is that of the state which is committed.
    (result,) = brought.results
    row = one(ask.tx, result.contact_id) if result.contact_id else None
    assert row  # noqa: S101 - whatever was not written is a Problem by now
    fields = catalogue(ask.tx)
    changed = changed_fields(ask.tx, brought.operation, row, fields)
    contact = shown(row, fields)
    outcome = cast(shapes.Outcome, result.status)
    meta = shapes.Written(outcome, changed, brought.warnings + result.warnings)
    members = {name: getattr(contact, name) for name in contact.__slots__}
    written = shapes.WrittenContact(**members, meta=meta)
    return tagged(written, etag(row["version"], contact),
                  status=201 if result.status == "created" else 200)  # fmt: skip


def _wanted(
    kind: str, given: shapes.NewContact | shapes.BulkContacts, lenient: str, matching: Matching
) -> Wanted:
    options = given.options
    return Wanted(
        kind, "api", given.client_id, options.dedup_behavior, options.in_trash, matching,
        lenient == "true", options.trigger_scoring, options.trigger_enrichment,
    )  # fmt: skip


def _told(brought: Brought) -> shapes.BulkAnswer:
    counts = Counter(result.status for result in brought.results)
    statuses: tuple[Any, ...] = (
        "created", "updated", "unchanged", "skipped", "suppressed", "invalid",
    )  # fmt: skip
    return shapes.BulkAnswer(
        [_row(result) for result in brought.results],
        shapes.BulkMeta(
            ids.show("op", brought.operation.id), **{name: counts[name] for name in statuses},
            warnings=brought.warnings,
        ),
    )  # fmt: skip


def _row(result: Result) -> shapes.BulkRow:
    error = row_error(result.problems[0] if result.problems else None)
    shown_id = ids.show("cont", result.contact_id) if result.contact_id else None
    return shapes.BulkRow(
        result.index, result.status, shown_id, result.reason, error, result.repeats, result.warnings
    )
