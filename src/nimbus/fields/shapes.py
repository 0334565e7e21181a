"""What goes in and comes out of the custom fields' API (S3-40, S3-41)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from nimbus.fields.custom import CUSTOM_TYPES, OPTIONS_LIMIT

FieldType = Annotated[str, Field(json_schema_extra={"enum": list(CUSTOM_TYPES)})]
Options = Annotated[
    list[str],
    Field(
        max_length=OPTIONS_LIMIT,
        description="The allowed values; required for dropdown and multi_select, else empty.",
    ),
]
Fallback = Annotated[
    str | None, Field(description="Shown in templates where a contact has no value (S0-37).")
]


class NewCustomField(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str,
        Field(
            min_length=1,
            description="Lower-case letters, digits and _, unique in the workspace; contacts have "
            "the value at `custom_fields.<name>`.",
            examples=["onboarding_stage"],
        ),
    ]
    display_label: Annotated[
        str, Field(description="Made from the name when left out.", examples=["Onboarding stage"])
    ] = ""
    field_type: FieldType
    options: Options = []
    fallback_value: Fallback = None


class ShownCustomField(BaseModel):
    id: str = Field(examples=["cf_01h455vb4pex5vsknk084sn02q"])
    name: str
    display_label: str
    field_type: FieldType
    options: Options
    fallback_value: Fallback
    created_at: datetime


class Meta(BaseModel):
    total_count: int
    limit: int = Field(description="How many custom fields the workspace may have (S0-43).")


class CustomFieldList(BaseModel):
    data: list[ShownCustomField]
    meta: Meta
