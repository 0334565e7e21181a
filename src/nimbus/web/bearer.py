"""Who a request to the API comes from, by its Authorization header (S3-03)."""

from __future__ import annotations

import time

from starlette.requests import Request

from nimbus.access import Who, keys, tokens
from nimbus.access.limits import Limits
from nimbus.db.instance import Instance
from nimbus.problems import Problem


def identify(request: Request) -> Who:
    """Raises Problem(authentication_required)."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential:
        raise Problem(
            "authentication_required",
            "Send an API key, or an access token, in the header: Authorization: Bearer nmb_…",
        )
    instance: Instance = request.app.state.instance
    if tokens.looks_right(credential):
        return tokens.identify(instance.door, instance.secrets, credential)
    return _by_key(instance, credential)


def _by_key(instance: Instance, key: str) -> Who:
    with instance.door.glance() as tx:
        who, is_noted = keys.look_up(tx, key)
    if not is_noted:
        with instance.door.workspace(who.workspace_id) as tx:
            assert who.id  # noqa: S101 - a key always has one
            keys.note_use(tx, who.id)
    return who


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
