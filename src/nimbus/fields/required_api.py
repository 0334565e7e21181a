"""Which fields a contact must have, for programs: `/api/v1/required-fields/` (S4-06)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from nimbus.fields.required import lock, require, required
from nimbus.web.etag import IfMatch, IfNoneMatch, etag, refuse_other, tagged
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1/required-fields", "Fields")

Key = Annotated[str, Field(min_length=1, max_length=200)]


class RequiredFields(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fields: Annotated[
        list[Key],
        Field(max_length=500, description="Keys of fields, such as `title` and `custom.plan`; "
              "`email` is always one of them.", examples=[["email", "title"]]),
    ]  # fmt: skip


@router.at("GET", "/", scope="fields:read", answers=RequiredFields)
def read_required_fields(ask: Ask, if_none_match: IfNoneMatch = None) -> Response:
    """Which fields a contact must have: no contact is made without them, and none loses one."""
    return tagged(*_state(ask), if_none_match)


@router.at("PUT", "/", scope="settings:write", answers=RequiredFields)
def replace_required_fields(ask: Ask, body: RequiredFields, if_match: IfMatch = None) -> Response:
    """Say which fields are required from now on. Contacts that lack one stay as they are, and may
    still be changed."""
    lock(ask.tx)
    refuse_other(if_match, _state(ask)[1])
    require(ask.tx, ask.who, "api", body.fields)
    return tagged(*_state(ask))


def _state(ask: Ask) -> tuple[dict[str, list[str]], str]:
    shown = {"fields": ["email", *(field.key for field in required(ask.tx))]}
    return shown, etag(None, shown)
