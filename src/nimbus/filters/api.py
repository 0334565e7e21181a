"""The catalogue of fields for programs, each with what can be asked of it: `/api/v1/fields/`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from nimbus.fields.field import Field as ContactField
from nimbus.fields.field import Group
from nimbus.fields.read import catalogue
from nimbus.filters.operators import Shape, operators_for
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/fields", "Fields")


class ShownOperator(BaseModel):
    key: str = Field(examples=["gte"])
    words: str = Field(examples=["is at least {}"])
    value: Shape = Field(description="One value, a list, none, a range of two, days, or a text.")


class ShownField(BaseModel):
    key: str = Field(examples=["company.industry"])
    label: str
    type: str
    group: Group
    options: list[str] = Field(description="The values there are; empty where any will do.")
    operators: list[ShownOperator] = Field(description="What a filter can ask (S3-39).")
    importable: bool
    editable: bool
    filterable: bool
    value: dict[str, Any] = Field(description="JSON schema of the value.")


class FieldList(BaseModel):
    data: list[ShownField]
    meta: dict[str, int]


@router.at("GET", "/", scope="fields:read", answers=FieldList)
def list_fields(ask: Ask) -> dict[str, object]:
    """Every field of a contact, of its company, and of the workspace's own making, in the order in
    which people see them: what to map a column to, to filter by and to write."""
    shown = [_shown(field) for field in catalogue(ask.tx)]
    return {"data": shown, "meta": {"total_count": len(shown)}}


def _shown(field: ContactField) -> dict[str, object]:
    asked = operators_for(field.type.kind) if field.filterable else ()
    return {
        "key": field.key,
        "label": field.label,
        "type": field.type.key,
        "group": field.group,
        "options": list(field.options),
        "operators": [{"key": op.key, "words": op.words, "value": op.shape} for op in asked],
        "importable": field.importable,
        "editable": field.editable,
        "filterable": field.filterable,
        "value": field.type.schema(),
    }
