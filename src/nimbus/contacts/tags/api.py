"""Tags for programs: `/api/v1/tags/`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from nimbus.contacts.tags import tags
from nimbus.contacts.tags.kept import PLAIN, Colour
from nimbus.db import ids
from nimbus.fields.held import Moved
from nimbus.operations.references import Thing, references
from nimbus.operations.shapes import ReferenceList, listed
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import NO_NUL, FromPage

router = ApiRouter("/api/v1/tags", "contacts")

Force = Annotated[bool, Query(description="Also where something uses it.")]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
NOBODY = UUID(int=0)


class ShownTag(BaseModel):
    name: str
    contacts: int = Field(description="How many have it, without those in the trash.")
    colour: Colour = Field(description="In which it is shown, in light and dark.")


class TagsMeta(BaseModel):
    next_cursor: str | None
    has_more: bool
    total_count: int


class TagList(BaseModel):
    data: list[ShownTag]
    meta: TagsMeta


class NewTag(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[Name, Field(examples=["trade_show"])]
    colour: Colour = PLAIN


class TagColour(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: Colour


class ColouredTag(BaseModel):
    name: str
    colour: Colour


class TagRename(BaseModel):
    model_config = ConfigDict(extra="forbid")

    old: Annotated[Name, Field(alias="from", examples=["trade_show"])]
    new: Annotated[Name, Field(alias="to", examples=["event"])]


class ChangedTag(BaseModel):
    name: str
    contacts: int = Field(description="How many had it, those in the trash too.")
    merged: int = Field(description="How many had a tag of the new name already.")
    job_id: str | None = Field(description="The job that changes them, where they are many.")


@router.at("GET", "/", scope="contacts:read", answers=TagList)
def list_tags(
    ask: Ask,
    search: Annotated[str, Query(max_length=100, pattern=NO_NUL)] = "",
    page_size: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: FromPage = None,
) -> dict[str, object]:
    """Every tag with how many contacts have it, by name."""
    seal = Seal(ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id}:tags:{search}")
    after = seal.open(cursor).value if cursor else None
    found = tags.tags(ask.tx, search, str(after) if after is not None else None, page_size + 1)
    page, more = found[:page_size], len(found) > page_size
    following = seal.close(Cursor(NOBODY, page[-1].name, 0)) if more else None
    return {
        "data": [
            {"name": one.name, "contacts": one.contacts, "colour": one.colour} for one in page
        ],
        "meta": {
            "next_cursor": following,
            "has_more": more,
            "total_count": tags.count_tags(ask.tx, search) if more or cursor else len(page),
        },
    }


@router.at("POST", "/", scope="contacts:write", answers=ColouredTag, status=201)
def create_tag(ask: Ask, body: NewTag) -> dict[str, object]:
    """A tag that nobody carries yet, offered wherever one is typed."""
    name = tags.add(ask.tx, ask.who, body.name, body.colour, through="api")
    return {"name": name, "colour": body.colour}


@router.at("PATCH", "/{tag:path}/", scope="contacts:write", answers=ColouredTag)
def change_tag(ask: Ask, tag: str, body: TagColour) -> dict[str, object]:
    """Show a tag in another colour, wherever it is shown."""
    tags.colour(ask.tx, ask.who, tag, body.colour, through="api")
    return {"name": tag, "colour": body.colour}


@router.at("POST", "/rename/", scope="contacts:write", answers=ChangedTag)
def rename_tag(ask: Ask, body: TagRename) -> dict[str, object]:
    """Give a tag another name, in contacts, filters and rules; the name of another tag merges the
    two. Above 1,000 contacts as a job."""
    done = tags.rename(ask.tx, ask.who, body.old, body.new, through="api")
    return _changed(done.name, done.moved, done.merged)


@router.at("DELETE", "/{tag:path}/", scope="contacts:write", answers=ChangedTag)
def delete_tag(ask: Ask, tag: str, force: Force = False) -> dict[str, object]:
    """Take a tag from every contact. What uses it is listed first: 409 `in_use`, unless `force`;
    where a rule or a segment asks for it, `force` needs `settings:write`."""
    return _changed(tag, tags.delete(ask.tx, ask.who, tag, through="api", force=force))


@router.at("GET", "/{tag:path}/references/", scope="contacts:read", answers=ReferenceList)
def list_tag_references(ask: Ask, tag: str) -> dict[str, object]:
    """What uses the tag: contacts, segments, rules (G-33)."""
    return listed(references(ask.tx, Thing("tag", tags.require(ask.tx, tag))))


def _changed(name: str, moved: Moved, merged: int = 0) -> dict[str, object]:
    return {
        "name": name,
        "contacts": moved.contacts,
        "merged": merged,
        "job_id": ids.show("job", moved.job_id) if moved.job_id else None,
    }
