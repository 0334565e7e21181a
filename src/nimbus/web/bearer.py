"""Who a request to the API comes from, by its Authorization header (S3-03)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request

from nimbus.access import Who, keys, tokens
from nimbus.access.limits import Limits
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.problems import Problem

Row = Mapping[str, Any]


def identify(request: Request) -> Who:
    """Raises Problem(authentication_required)."""
    instance: Instance = request.app.state.instance
    asking, known = _credential(request)
    who, is_noted = known(instance.door.find(asking))
    if not is_noted:
        _note(instance, who)
    return who


@contextmanager
def entered(request: Request) -> Iterator[tuple[Tx, Who]]:
    """As `identify`, with a transaction in their workspace, all in one trip to the database."""
    instance: Instance = request.app.state.instance
    asking, known = _credential(request)
    is_noted, who = True, None
    try:
        with instance.door.entered(asking) as (tx, row):
            who, is_noted = known(row)
            yield tx, who
    finally:
        if not is_noted and who is not None:
            _note(instance, who)


def _credential(request: Request) -> tuple[bytes, Callable[[Row], tuple[Who, bool]]]:
    """The statement that finds who sends it, and what makes them of its row, with whether a key's
    use was noted."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential:
        raise Problem(
            "authentication_required",
            "Send an API key, or an access token, in the header: Authorization: Bearer nmb_…",
        )
    if tokens.looks_right(credential):
        instance: Instance = request.app.state.instance
        return tokens.asking(instance.secrets, credential), lambda row: (tokens.known(row), True)
    return keys.asking(credential), keys.known


def _note(instance: Instance, who: Who) -> None:
    """In a transaction of its own: a request that is refused is a use of the key too."""
    with instance.door.workspace(who.workspace_id) as tx:
        assert who.id  # noqa: S101 - a key always has one
        keys.note_use(tx, who.id)


def count(request: Request, who: Who, *, is_write: bool) -> None:
    """Take the request from what its caller may do, and have every answer tell what is left.
    Raises Problem(rate_limited)."""
    limits: Limits = request.app.state.limits
    buckets = limits.writes if is_write else limits.reads
    if buckets is None:
        return
    allowance = buckets.take((who.kind, who.id), time.monotonic())
    request.state.headers += allowance.headers
    if allowance.retry_after is not None:
        raise Problem(
            "rate_limited",
            f"More than {buckets.rate:,} {'writes' if is_write else 'reads'} a second, and none "
            f"left of {buckets.size:,} at once. Try again in {allowance.retry_after:,} s.",
            retry_after=allowance.retry_after,
        )
