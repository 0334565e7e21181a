"""What goes in and comes out where contacts are created; members follow from the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nimbus.contacts.contact import Contact
from nimbus.fields import STANDARD
from nimbus.fields import field as fields
from nimbus.intake.create import MOST, Matching, Status
from nimbus.web.bulk import RowError
from nimbus.web.values import an_id


def _value(field: fields.Field) -> dict[str, Any]:
    """The schema of a value as it may come in: as it is shown, or a string, which is read like a
    cell of a file."""
    shown = field.type.schema()
    also = [kind for kind in shown["type"] if kind not in ("string", "null")]
    schema: dict[str, Any] = {"title": field.label, "type": ["string", *also, "null"]}
    if field.help:
        schema["description"] = field.help
    if field.type.kind == "choices":
        schema["items"] = {"type": "string"}
    if words := [word for word in shown.get("enum", shown.get("examples", [])) if word]:
        schema["examples"] = words
    schema |= {key: shown[key] for key in ("minimum", "maximum", "format") if key in shown}
    return schema


def _members() -> dict[str, Any]:
    """Every member that a contact may be created with, each in its place."""
    members: dict[str, Any] = {}
    company: dict[str, Any] = {}
    for field in STANDARD:
        if field.importable:
            (company if field.thing == "company" else members)[field.path[-1]] = _value(field)
    return members | {
        "company_domain": {**company["domain"], "description": "Stands for `company.domain`."},
        "company": {"type": ["object", "null"], "properties": company,
                    "additionalProperties": False},
        "custom_fields": {
            "type": ["object", "null"], "additionalProperties": True,
            "description": "Values of the workspace's own fields, by their names.",
        },
    }  # fmt: skip


class Options(BaseModel):
    """What to do about contacts that are here already, and after writing."""

    model_config = ConfigDict(extra="forbid", strict=True)

    dedup_behavior: Annotated[
        Literal["update", "skip", "error"],
        Field(description="Where the contact is here: update it with what is not blank, leave it "
              "alone, or refuse (D-20)."),
    ] = "update"  # fmt: skip
    in_trash: Annotated[
        Literal["skip", "restore", "new"],
        Field(description="Where the contact is in the trash: leave it there, bring it back, or "
              "make a new one beside it (D-04)."),
    ] = "skip"  # fmt: skip
    trigger_scoring: Annotated[
        bool, Field(description="Off leaves tier and score as they are; a new contact has none.")
    ] = True
    trigger_enrichment: Annotated[
        bool,
        Field(description="No provider comes with this version: `warnings` says that nobody was "
              "enriched."),
    ] = False  # fmt: skip


def _documented(*required: str) -> Callable[[dict[str, Any]], None]:
    """The members of the catalogue in the document; which of them are known is found out when they
    are read, since a workspace has fields of its own."""

    def add(schema: dict[str, Any]) -> None:
        schema["properties"] = _members() | schema.get("properties", {})
        schema["additionalProperties"] = False
        schema["required"] = list(required)

    return add


class GivenContact(BaseModel):
    """Fields by the paths under which a contact shows them. A blank or null changes nothing."""

    model_config = ConfigDict(extra="allow", strict=True, json_schema_extra=_documented("email"))

    def members(self) -> dict[str, Any]:
        """What was given of the contact."""
        return self.model_extra or {}


ClientId = (
    Annotated[
        str,
        an_id("client", "For which client the contacts are claimed; needed in agency mode unless "
              "the key is limited to one (D-14)."),
    ]
    | None
)  # fmt: skip


class NewContact(GivenContact):
    client_id: ClientId = None
    options: Options = Options()


class UpsertedContact(NewContact):
    """Has the `external_id` where contacts are matched by it, and else the `email`."""

    model_config = ConfigDict(json_schema_extra=_documented())


def _loosely(schema: dict[str, Any]) -> None:
    """Whatever a row has, it is the row that is `invalid`, and not the request."""
    schema["properties"] = {
        name: {word: one[word] for word in ("title", "description", "examples") if word in one}
        for name, one in _members().items()
    }
    schema["additionalProperties"] = True


class ContactRow(GivenContact):
    """As for a single contact; a row that cannot be read is told by its `status`."""

    model_config = ConfigDict(json_schema_extra=_loosely)


class BulkOptions(Options):
    matching: Annotated[
        Matching, Field(description="What says which contact a row means (F-24).")
    ] = "email"


class BulkContacts(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    contacts: Annotated[list[ContactRow], Field(min_length=1, max_length=MOST)]
    client_id: ClientId = None
    options: BulkOptions = BulkOptions()


Outcome = Literal["created", "updated", "unchanged", "skipped"]


@dataclass(slots=True)
class Written:
    """What was done: `changed` names the fields that have another value now, of a contact that was
    here; `warnings` what was left out, kept or found to conflict."""

    outcome: Outcome
    changed: list[str]
    warnings: list[str]


@dataclass(slots=True)
class WrittenContact(Contact):
    """The contact as it is now, and what was done (D-19)."""

    meta: Written


@dataclass(slots=True)
class BulkRow:
    """What became of the contact at an `index`. `id` is there wherever a contact is; a row that
    repeats the email of an earlier one was folded into that one, `duplicate_of`."""

    index: int
    status: Status
    id: str | None
    reason: str | None
    error: RowError | None
    duplicate_of: int | None
    warnings: list[str]


@dataclass(slots=True)
class BulkMeta:
    """How many rows came to each status."""

    operation_id: str
    created: int
    updated: int
    unchanged: int
    skipped: int
    suppressed: int
    invalid: int
    warnings: list[str]


@dataclass(slots=True)
class BulkAnswer:
    data: list[BulkRow]
    meta: BulkMeta
