"""Custom fields for programs: `/api/v1/custom-fields/`."""

from __future__ import annotations

from nimbus.db import ids
from nimbus.fields.custom import CustomField
from nimbus.fields.read import custom_fields
from nimbus.fields.shapes import CustomFieldList, NewCustomField, ShownCustomField
from nimbus.fields.write import NewField, create
from nimbus.problems import Problem
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/custom-fields", "Fields")

# The API's names (S3-40) for what a definition calls otherwise.
NAMES = {"label": "display_label", "fallback": "fallback_value"}


@router.at("GET", "/", scope="fields:read", answers=CustomFieldList)
def list_custom_fields(ask: Ask) -> dict[str, object]:
    """The workspace's own fields, in the order in which people see them (S0-35)."""
    found = custom_fields(ask.tx)
    limit = ask.instance.settings.custom_fields_limit
    return {
        "data": [_shown(field) for field in found],
        "meta": {"total_count": len(found), "limit": limit},
    }


@router.at("POST", "/", scope="settings:write", answers=ShownCustomField, status=201)
def create_custom_field(ask: Ask, body: NewCustomField) -> dict[str, object]:
    """Define a field; contacts can have values in it at once (S3-40, S3-42)."""
    label = body.display_label.strip() or body.name.replace("_", " ").capitalize()
    new = NewField(label, body.field_type, body.name, body.options, body.fallback_value)
    limit = ask.instance.settings.custom_fields_limit
    try:
        return _shown(create(ask.tx, ask.who, new, through="api", limit=limit))
    except Problem as problem:
        problem.field = NAMES.get(problem.field or "", problem.field)
        raise


def _shown(field: CustomField) -> dict[str, object]:
    return {
        "id": ids.show("cf", field.id),
        "name": field.name,
        "display_label": field.label,
        "field_type": field.field_type,
        "options": list(field.options),
        "fallback_value": field.fallback,
        "created_at": field.created_at,
    }
