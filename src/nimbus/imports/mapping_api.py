"""Saved mappings for programs: `/api/v1/field-mappings/` (S1-15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool
from starlette.responses import Response

from nimbus import operations
from nimbus.accounts.client import refuse_limited
from nimbus.db import ids
from nimbus.fields import Catalogue
from nimbus.fields.read import catalogue
from nimbus.imports import mapping, saved_mappings
from nimbus.imports.proposal.propose import fingerprint
from nimbus.imports.saved_mappings import SavedMapping
from nimbus.imports.shapes import MappingList, ShownMapping
from nimbus.imports.shown import shown_mapping
from nimbus.operations.since import refuse_stale, tag_of
from nimbus.problems import invalid
from nimbus.web.etag import IfMatch, IfNoneMatch, tagged
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


class MappingChanges(BaseModel):
    """`columns` says of each header anew where it goes; one that is not named is left out. Its
    headers stay, by which it is found again."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)] | None = None
    columns: Annotated[list[NewColumn], Field(min_length=1, max_length=1_000)] | None = None


@router.at("GET", "/", scope="imports:read", answers=MappingList)
def list_field_mappings(ask: Ask) -> MappingList:
    """Every saved mapping, the one used last first."""
    fields = catalogue(ask.tx)
    return MappingList([shown_mapping(one, fields) for one in mapping.every(ask.tx)])


@router.at("POST", "/", scope="imports:write", answers=ShownMapping, status=201)
def create_field_mapping(ask: Ask, given: NewMapping) -> ShownMapping:
    """Save a mapping; one for the same source and header is replaced."""
    refuse_limited(ask.who, saved_mappings.WHAT)
    header = [column.header for column in given.columns]
    if len({name.casefold() for name in header}) < len(header):
        raise invalid("Each header is there once.", "columns")
    fields = catalogue(ask.tx)
    settled = _read(given.columns, header, fields)
    operation = operations.start(ask.tx, ask.who, "field_mapping.save", "api", why=given.name)
    saved = mapping.save(ask.tx, operation, given.name, given.source, fingerprint(header), settled)
    return shown_mapping(mapping.find(ask.tx, saved), fields)


@router.at("GET", "/{id}/", scope="imports:read", answers=ShownMapping)
def read_field_mapping(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One saved mapping."""
    return _tagged(ask, _find(ask, id), if_none_match)


@router.at("PATCH", "/{id}/", scope="imports:write", answers=ShownMapping)
def change_field_mapping(
    ask: Ask, id: str, given: MappingChanges, if_match: IfMatch = None
) -> Response:
    """Another name, or other fields for its columns. Imports that have begun keep what they were
    told."""
    found = _find(ask, id)
    refuse_stale(ask.tx, if_match, found.id, "field_mapping")
    columns = None
    if given.columns is not None:
        header = [column["header"] for column in found.columns]
        columns = mapping.dump(_read(given.columns, header, catalogue(ask.tx)))
    saved_mappings.change(ask.tx, ask.who, found, "api", name=given.name, columns=columns)
    return _tagged(ask, _find(ask, id))


@router.at("DELETE", "/{id}/", scope="imports:write", answers=ShownMapping)
def delete_field_mapping(ask: Ask, id: str, if_match: IfMatch = None) -> ShownMapping:
    """Answers the mapping as it was. The next file with these headers is mapped by its column names
    again."""
    found = _find(ask, id)
    refuse_stale(ask.tx, if_match, found.id, "field_mapping")
    saved_mappings.delete(ask.tx, ask.who, found, "api")
    return shown_mapping(found, catalogue(ask.tx))


def _find(ask: Ask, id: str) -> SavedMapping:
    return saved_mappings.one(ask.tx, ids.read("fm", id))


def _tagged(ask: Ask, found: SavedMapping, if_none_match: str | None = None) -> Response:
    shown = shown_mapping(found, catalogue(ask.tx))
    return tagged(shown, tag_of(ask.tx, found.id, shown), if_none_match)


def _read(
    columns: Sequence[NewColumn], header: Sequence[str], fields: Catalogue
) -> list[mapping.ColumnMapping]:
    """Raises Problem that names the member, such as `columns[1].field`."""
    entries: list[dict[str, Any]] = [column.model_dump() for column in columns]
    return mapping.read(entries, header, fields, "columns")
