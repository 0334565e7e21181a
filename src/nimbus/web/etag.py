"""ETags: which state of a thing somebody has seen, so that nothing is overwritten unseen (G-41).

A tag is `"<version>-<digest>"`. The version is the thing's latest change in the log, so what was
changed since that state can be read there; the digest is that of the answer, which also depends on
what is beside the thing, such as the name of a contact's company.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Header
from starlette.responses import Response

from nimbus.problems import Problem
from nimbus.web.route import json_response

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the state that you have seen. What was changed since in other "
        "fields stays; when a field that you change was changed since, 412 tells both values.",
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", description="An `ETag`: 304 when nothing is different now."),
]

NEVER = UUID(int=0)
_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_OURS = re.compile(r"([0-9a-f]{32})-[0-9a-f]{16}")


def etag(version: UUID | None, shown: Any) -> str:
    """The tag of a thing as it is `shown`; `version` is the id of its latest change in the log,
    None for a thing that the log does not know."""
    digest = hashlib.blake2b(msgspec.json.encode(shown, enc_hook=str), digest_size=8).hexdigest()
    return f'"{(version or NEVER).hex}-{digest}"'


def tagged(
    answer: Any, tag: str, if_none_match: str | None = None, *, status: int = 200
) -> Response:
    """The answer with its tag; 304 without a body for whoever has that state already."""
    if if_none_match is not None and (
        if_none_match.strip() == "*" or tag[1:-1] in _TAG.findall(if_none_match)
    ):
        return Response(status_code=304, headers={"ETag": tag})
    response = json_response(answer, status)
    response.headers["ETag"] = tag
    return response


@dataclass(frozen=True, slots=True)
class Seen:
    """The states that `If-Match` names, by version; `anything` for `*`. What is no tag of ours is
    no state of anything."""

    versions: tuple[UUID, ...] = ()
    anything: bool = False


def refuse_other(if_match: str | None, tag: str) -> None:
    """Refuse to replace what is in another state than the one that was seen; `tag` is that of its
    present state, which nobody changes meanwhile. Raises Problem(precondition_failed)."""
    if if_match is None or if_match.strip() == "*" or tag[1:-1] in _TAG.findall(if_match):
        return
    raise stale(etag=tag)


def stale(**more: Any) -> Problem:
    """The refusal of whoever has not seen what is there now."""
    return Problem(
        "precondition_failed",
        "Somebody has changed this since you read it. Read it again, and send your change with the "
        "new ETag.",
        "If-Match", **more,
    )  # fmt: skip


def seen(if_match: str | None) -> Seen | None:
    """What a write says to have seen; None when it says nothing. Proxies that compress mark tags as
    weak, which is fine: it is the state that counts, not the bytes."""
    if if_match is None:
        return None
    if if_match.strip() == "*":
        return Seen(anything=True)
    tags = _TAG.findall(if_match) or [if_match.strip()]
    ours = (_OURS.fullmatch(tag) for tag in tags)
    return Seen(tuple(UUID(hex=found[1]) for found in ours if found))
