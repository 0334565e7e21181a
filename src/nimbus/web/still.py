"""A body can take its time: whoever sends one may be let in no more by the end of it."""

from __future__ import annotations

import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from nimbus.web.bearer import identify

# A request that is whole sooner than that is taken for one moment.
MOMENT_SECONDS = 2.0


async def admit_again(request: Request) -> None:
    """Look again who asks, and whether they may, once a body that came slowly is there: a key that
    was revoked meanwhile writes nothing. Raises Problem(authentication_required | forbidden)."""
    if time.monotonic() - request.state.began > MOMENT_SECONDS:
        who = await run_in_threadpool(identify, request)
        request.scope["route"].admit(request, who)
