"""What goes in and comes out of the custom fields' API (S3-40, S3-41)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from nimbus.fields.custom import CUSTOM_TYPES, LABEL_LIMIT, OPTIONS_LIMIT
from nimbus.web.values import SEEN, WHOLE

NAMED = {"pattern": "^[a-z][a-z0-9_]{0,62}$"}
Label = Annotated[str, Field(max_length=LABEL_LIMIT)]
Option = Annotated[str, Field(min_length=1, max_length=LABEL_LIMIT)]
FieldType = Annotated[str, Field(json_schema_extra={"enum": list(CUSTOM_TYPES)})]
Options = Annotated[
    list[Option],
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
            json_schema_extra=NAMED,
        ),
    ]
    display_label: Annotated[
        Label, Field(description="Made from the name when left out.", examples=["Onboarding stage"])
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
    position: int = Field(description="Its place among the fields, from 0.")
    created_at: datetime


class FieldEdit(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str,
        Field(
            default_factory=str,
            description="Values, filters and mappings follow.",
            json_schema_extra=NAMED,
        ),
    ]
    display_label: Annotated[
        Label, Field(default_factory=str, json_schema_extra={"minLength": 1, "pattern": SEEN})
    ]
    field_type: Annotated[
        str,
        Field(
            default_factory=str,
            json_schema_extra={"enum": list(CUSTOM_TYPES)},
            description="Values are read anew; refused while some cannot be, unless `force`.",
        ),
    ]
    options: Annotated[
        list[Option],
        Field(
            default_factory=list,
            max_length=OPTIONS_LIMIT,
            description="The whole list in its new order; one that is used goes with `force` only.",
        ),
    ]
    rename_options: Annotated[
        dict[str, Annotated[str, Field(json_schema_extra={"minLength": 1})]],
        Field(
            default_factory=dict,
            max_length=OPTIONS_LIMIT,
            description="Old names to new ones, in contacts, filters and rules; to the name of "
            "another option merges the two.",
            examples=[{"Live": "Active"}],
        ),
    ]
    fallback_value: Annotated[str | None, Field(default=None, description="null takes it away.")]
    position: Annotated[
        int,
        Field(
            default_factory=int,
            ge=0,
            le=10_000,
            strict=True,
            description="The place among the fields.",
        ),
        WHOLE,
    ]


class Failing(BaseModel):
    value: Any
    contacts: int


class ChangeMeta(BaseModel):
    contacts: int = Field(description="How many contacts hold what is changed.")
    job_id: str | None = Field(description="The job that changes them, where they are many.")
    failing: int = Field(description="Contacts whose value the new type cannot read.")
    examples: list[Failing]


class ChangedCustomField(ShownCustomField):
    meta: ChangeMeta


class CustomFieldsMeta(BaseModel):
    total_count: int
    limit: int = Field(description="How many custom fields the workspace may have (S0-43).")


class CustomFieldList(BaseModel):
    data: list[ShownCustomField]
    meta: CustomFieldsMeta
