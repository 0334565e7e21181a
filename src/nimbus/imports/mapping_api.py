"""Saved mappings for programs: `/api/v1/field-mappings/` (S1-15)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from nimbus import operations
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.imports import mapping
from nimbus.imports.proposal.propose import fingerprint
from nimbus.imports.shapes import MappingList, ShownMapping
from nimbus.imports.shown import shown_mapping
from nimbus.problems import invalid
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import NO_NUL

router = ApiRouter("/api/v1/field-mappings", "imports")


class NewColumn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    header: Annotated[str, Field(min_length=1, max_length=500, pattern=NO_NUL)]
    field: Annotated[str | None, Field(description="A field's key; null leaves it out.")] = None
    only_if_blank: StrictBool = False
    day_first: Annotated[StrictBool | None, Field(description="How 3/4/2026 is meant.")] = None


class NewMapping(BaseModel):
    """Found again for every file of the source whose header has the same names."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
    source: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,40}$")] = "csv"
    columns: Annotated[list[NewColumn], Field(min_length=1, max_length=1_000)]


@router.at("GET", "/", scope="imports:read", answers=MappingList)
def list_field_mappings(ask: Ask) -> MappingList:
    """Every saved mapping, the one used last first."""
    fields = catalogue(ask.tx)
    return MappingList([shown_mapping(one, fields) for one in mapping.every(ask.tx)])


@router.at("POST", "/", scope="imports:write", answers=ShownMapping, status=201)
def create_field_mapping(ask: Ask, given: NewMapping) -> ShownMapping:
    """Save a mapping; one for the same source and header is replaced."""
    header = [column.header for column in given.columns]
    if len({name.casefold() for name in header}) < len(header):
        raise invalid("Each header is there once.", "columns")
    entries: list[dict[str, Any]] = [column.model_dump() for column in given.columns]
    fields = catalogue(ask.tx)
    settled = mapping.read(entries, header, fields)
    operation = operations.start(ask.tx, ask.who, "field_mapping.save", "api", why=given.name)
    saved = mapping.save(ask.tx, operation, given.name, given.source, fingerprint(header), settled)
    return shown_mapping(mapping.find(ask.tx, saved), fields)


@router.at("GET", "/{id}/", scope="imports:read", answers=ShownMapping)
def read_field_mapping(ask: Ask, id: str) -> ShownMapping:
    """One saved mapping."""
    return shown_mapping(mapping.find(ask.tx, ids.read("fm", id)), catalogue(ask.tx))
