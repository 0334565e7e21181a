"""Merging and parting contacts by programs (G-18, S0-76 … S0-78)."""

from __future__ import annotations

from uuid import UUID

from psycopg import Rollback
from starlette.responses import Response

from nimbus.access import Who
from nimbus.contacts.contact import Contact
from nimbus.contacts.read import one
from nimbus.contacts.writing.one import state
from nimbus.contacts.writing.winning import CHOSEN
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.duplicates.merge import Wanted, merge, shown
from nimbus.duplicates.merge_shapes import (
    MergeAnswer,
    MergeCounts,
    MergedContact,
    MergeGroup,
    MergeGroups,
    MergeMeta,
    MergeResult,
    Merging,
)
from nimbus.duplicates.unmerge import unmerge
from nimbus.fields import Catalogue, unknown_field
from nimbus.fields.read import catalogue
from nimbus.problems import Problem, invalid
from nimbus.web.bulk import row_error
from nimbus.web.etag import tagged
from nimbus.web.route import ApiRouter, Ask, json_response

router = ApiRouter("/api/v1/contacts", "contacts")

# As the API names what is a column of another name.
_NAMES = {"company": "company_id"}


@router.at("POST", "/merge/", scope="contacts:write", answers=MergedContact)
def merge_contacts(ask: Ask, given: Merging) -> Response:
    """Merge contacts into the oldest of them: the winning values, the tags of all, everything that
    happened to any of them, and the strictest consent and suppression. Ids of the others lead to
    it from then on. It can be undone for seven days."""
    wanted = _wanted(ask.tx, given)
    if not given.dry_run:
        return _merged(ask, wanted)
    answers: list[Response] = []
    with ask.tx.part():
        answers.append(_merged(ask, wanted))
        raise Rollback
    return answers[0]


@router.at("POST", "/merge/bulk/", scope="contacts:write", answers=MergeAnswer)
def merge_groups(ask: Ask, given: MergeGroups) -> Response:
    """Merge up to 1,000 groups of contacts, each as by itself and in the order in which they were
    sent; one that is refused costs the others nothing. Each merge is an operation of its own, which
    can be undone for seven days."""
    told: list[MergeResult] = []
    with ask.tx.part():
        told += [_told(ask.tx, ask.who, at, group) for at, group in enumerate(given.groups)]
        if given.dry_run:
            raise Rollback
    ask.tx.memory.pop("operation", None)  # Each has its own, of which none stands for all.
    merged = sum(one.status == "merged" for one in told)
    return json_response(MergeAnswer(told, MergeCounts(merged, len(told) - merged)))


def _told(tx: Tx, who: Who, index: int, group: MergeGroup) -> MergeResult:
    try:
        with tx.part():
            merged = merge(tx, who, "api", _wanted(tx, group))
    except Problem as problem:
        return MergeResult(index, "refused", None, [], None, None, row_error(problem))
    gone = [ids.show("cont", one) for one in merged.gone]
    return MergeResult(
        index, "merged", ids.show("cont", merged.kept), gone, merged.until,
        ids.show("op", merged.operation.id), None,
    )  # fmt: skip


@router.at("POST", "/{id}/unmerge/", scope="contacts:write", answers=Contact)
def unmerge_contact(ask: Ask, id: str) -> Response:
    """Undo the last merge of this contact, by its own id or that of one that was archived by it
    (S0-78). What was edited since stays with the contact that lived on, and is listed at
    `/api/v1/operations/{id}/kept/` of the operation."""
    contact_id = ids.read("cont", id)
    unmerge(ask.tx, ask.who, "api", contact_id)
    found = state(ask.tx, contact_id)
    return tagged(found.contact, found.tag)


def _merged(ask: Ask, wanted: Wanted) -> Response:
    merged = merge(ask.tx, ask.who, "api", wanted)
    found = shown(ask.tx, merged)
    told = {name: getattr(found.contact, name) for name in Contact.__slots__}
    meta = MergeMeta([ids.show("cont", one) for one in merged.gone], merged.until)
    return tagged({**told, "meta": meta}, found.tag)


def _wanted(tx: Tx, given: MergeGroup) -> Wanted:
    fields = catalogue(tx)
    choices = {
        column_of(name, fields, f"choices.{name}"): ids.read("cont", id, f"choices.{name}")
        for name, id in given.choices.items()
    }
    first = _contact(tx, given.survivor, "survivor")
    others = [_contact(tx, id, f"sources[{at}]") for at, id in enumerate(given.sources)]
    return Wanted(first, tuple(others), choices)


def _contact(tx: Tx, shown_id: str, at: str) -> UUID:
    contact_id = ids.read("cont", shown_id, at)
    if one(tx, contact_id) is None:
        raise invalid("There is no such contact.", at)
    return contact_id


def column_of(name: str, fields: Catalogue, at: str) -> str:
    """The column of a field that one may choose, `custom.` and its key for a custom one. Raises
    Problem(validation_error) at `at`."""
    if name.startswith("custom_fields."):
        found = fields.find(f"custom.{name.removeprefix('custom_fields.')}")
        if found is None:
            known = (field.path[1] for field in fields.custom())
            raise unknown_field(name.removeprefix("custom_fields."), known, at)
        return f"custom.{found.column}"
    column = _NAMES.get(name, name)
    if column not in CHOSEN:
        if column in ("tags", "status", "consent_status"):
            raise invalid(
                "Tags are those of all, consent and status the strictest: leave it out.", at
            )
        raise invalid(f"“{name[:80]}” is no field of a contact that one can choose.", at)
    return column
