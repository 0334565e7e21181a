"""Custom fields for programs: `/api/v1/custom-fields/` (S3-40 … S3-42)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Query
from starlette.responses import Response

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.change import Changed, FieldChange, change, delete
from nimbus.fields.custom import CustomField
from nimbus.fields.read import custom_fields
from nimbus.fields.shapes import (
    ChangedCustomField,
    CustomFieldList,
    FieldEdit,
    NewCustomField,
    ShownCustomField,
)
from nimbus.fields.write import NewField, create
from nimbus.operations.references import Thing, references
from nimbus.operations.shapes import ReferenceList, listed
from nimbus.operations.since import refuse_stale, tag_of
from nimbus.problems import Problem
from nimbus.web.etag import IfMatch, IfNoneMatch, tagged
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/custom-fields", "Fields")
T = TypeVar("T")

# The API's names (S3-40) for what a definition calls otherwise.
NAMES = {"label": "display_label", "fallback": "fallback_value"}

Force = Annotated[bool, Query(description="Also where values or uses are lost by it.")]
DryRun = Annotated[bool, Query(description="Change nothing; tell which values would fail.")]


@router.at("GET", "/", scope="fields:read", answers=CustomFieldList)
def list_custom_fields(ask: Ask) -> dict[str, object]:
    """The workspace's own fields, in the order in which people see them (S0-35)."""
    found = custom_fields(ask.tx)
    limit = ask.instance.settings.custom_fields_limit
    return {
        "data": [_shown(field, place) for place, field in enumerate(found)],
        "meta": {"total_count": len(found), "limit": limit},
    }


@router.at("POST", "/", scope="settings:write", answers=ShownCustomField, status=201)
def create_custom_field(ask: Ask, body: NewCustomField) -> dict[str, object]:
    """Define a field; contacts can have values in it at once (S3-40, S3-42)."""
    label = body.display_label.strip() or body.name.replace("_", " ").capitalize()
    new = NewField(label, body.field_type, body.name, body.options, body.fallback_value)
    limit = ask.instance.settings.custom_fields_limit
    made = _named(lambda: create(ask.tx, ask.who, new, through="api", limit=limit))
    return _shown(made, _place(ask.tx, made))


@router.at("GET", "/{id}/", scope="fields:read", answers=ShownCustomField)
def read_custom_field(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One field."""
    found = _one(ask.tx, id)
    shown = _shown(found, _place(ask.tx, found))
    return tagged(shown, tag_of(ask.tx, found.id, shown), if_none_match)


@router.at("PATCH", "/{id}/", scope="settings:write", answers=ChangedCustomField)
def change_custom_field(
    ask: Ask, id: str, body: FieldEdit, force: Force = False, dry_run: DryRun = False,
    if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """Change a field, its options or its type. Values and everything that names the field or an
    option follow; above 1,000 contacts as a job (G-31)."""
    told = body.model_fields_set
    given = FieldChange(
        name=body.name if "name" in told else None,
        label=body.display_label if "display_label" in told else None,
        field_type=body.field_type if "field_type" in told else None,
        options=tuple(body.options) if "options" in told else None,
        renames=body.rename_options,
        fallback=(body.fallback_value or "") if "fallback_value" in told else None,
        position=body.position if "position" in told else None,
    )
    field_id = _one(ask.tx, id).id
    refuse_stale(ask.tx, if_match, field_id, "workspace")
    done = _named(
        lambda: change(
            ask.tx, ask.who, field_id, given, through="api", force=force, dry_run=dry_run
        )
    )
    place = _place(ask.tx, done.field)
    return tagged(_changed(done, place), tag_of(ask.tx, field_id, _shown(done.field, place)))


@router.at("DELETE", "/{id}/", scope="settings:write", answers=ChangedCustomField)
def delete_custom_field(
    ask: Ask, id: str, force: Force = False, if_match: IfMatch = None
) -> dict[str, object]:
    """Delete a field with its values; answers the field as it was. What uses it is listed first:
    409 `in_use`, unless `force` (F-35)."""
    found = _one(ask.tx, id)
    refuse_stale(ask.tx, if_match, found.id, "workspace")
    place = _place(ask.tx, found)
    done = delete(ask.tx, ask.who, found.id, through="api", force=force)
    return _changed(done, place)


@router.at("GET", "/{id}/references/", scope="fields:read", answers=ReferenceList)
def list_custom_field_references(ask: Ask, id: str) -> dict[str, object]:
    """What uses the field: contacts with a value, filters, rules, mappings (G-33)."""
    return listed(references(ask.tx, Thing("custom_field", str(_one(ask.tx, id).id))))


def _one(tx: Tx, id: str) -> CustomField:
    field_id = ids.read("cf", id)
    found = next((field for field in custom_fields(tx) if field.id == field_id), None)
    if found is None:
        raise ids.missing("cf")
    return found


def _place(tx: Tx, field: CustomField) -> int:
    return [one.id for one in custom_fields(tx)].index(field.id)


def _named(write: Callable[[], T]) -> T:
    """Refusals by the API's names."""
    try:
        return write()
    except Problem as problem:
        problem.field = NAMES.get(problem.field or "", problem.field)
        raise


def _changed(done: Changed, place: int) -> dict[str, object]:
    failing = done.failing
    examples: list[Any] = [
        {"value": value, "contacts": count}
        for value, count in (failing.examples if failing else ())
    ]
    meta = {
        "contacts": done.moved.contacts or (failing.contacts if failing else 0),
        "job_id": ids.show("job", done.moved.job_id) if done.moved.job_id else None,
        "failing": failing.failing if failing else 0,
        "examples": examples,
    }
    return {**_shown(done.field, place), "meta": meta}


def _shown(field: CustomField, place: int) -> dict[str, object]:
    return {
        "id": ids.show("cf", field.id),
        "name": field.name,
        "display_label": field.label,
        "field_type": field.field_type,
        "options": list(field.options),
        "fallback_value": field.fallback,
        "position": place,
        "created_at": field.created_at,
    }
