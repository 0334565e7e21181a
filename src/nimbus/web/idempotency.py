"""A write that is sent again with its `Idempotency-Key` is done once, and answered the same
(S3-49, S3-50, D-22).

The answer is kept in the transaction of the change: either both are there or neither. Whoever
comes while the first one is at work is told to come again, and holds no connection meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, BinaryIO

from fastapi import Header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.secrets import Secrets
from nimbus.problems import Problem, invalid
from nimbus.web import kept
from nimbus.web.errors import answer
from nimbus.web.still import admit_again

LONGEST = 255
CHUNK = 1 << 20
REPLAYED = (b"idempotency-replayed", b"true")
# These pass without anything of the request having changed: another time it may be answered.
PASSING = (401, 403, 429)

Key = Annotated[
    str | None,
    Header(
        alias=kept.HEADER, min_length=1, max_length=LONGEST, pattern="^[!-~]+$",
        description="Sent again with the same key within 24 hours, the request is answered as "
        "before and not done again. Any visible ASCII characters, such as a UUID.",
    ),
]  # fmt: skip


def key_read(is_form: bool) -> Callable[..., Awaitable[None]]:
    """What is noted of a write before its handler runs: its key, and what the request asks for. Its
    body is read by now, however long that took."""

    async def read_key(request: Request, key: Key = None) -> None:
        await admit_again(request)
        request.state.idempotency_key = key
        if key is None:
            return
        if len(request.headers.getlist(kept.HEADER)) > 1:
            raise invalid(f"{kept.HEADER} is there more than once. Send it once.", kept.HEADER)
        if is_form:  # Read already, and closed by FastAPI at the end.
            asked = await run_in_threadpool(_parts_of, await request.form())
        else:
            asked = [await request.body()]
        told = [request.url.path.encode(), request.url.query.encode(), *asked]
        request.state.request_hash = _digest(told)

    return read_key


def once(
    tx: Tx, request: Request, who: Who, secrets: Secrets, run: Callable[[], Response]
) -> Response:
    """What `run` answers, or what it answered to the same request before.

    A refusal of `run` takes back what it had written, and is kept like any other answer unless it
    may pass by itself. Raises Problem as `kept.Place.find` does.
    """
    key: str | None = getattr(request.state, "idempotency_key", None)
    if key is None:
        return run()
    # Two callers, or two operations, never meet under one key.
    bound = (tx.workspace_id, who.kind, who.id, request.method, request.scope["route"].path, key)
    place = kept.Place(
        _digest(str(part).encode() for part in bound), request.state.request_hash, secrets
    )
    if (known := place.find(tx)) is not None:
        return _replayed(known)
    try:
        with tx.connection.transaction():
            response = run()
    except Problem as problem:
        if problem.status >= 500 or problem.status in PASSING:
            raise
        # What was changed within has not happened: nobody is to follow it, or to remember it.
        tx.changes.clear()
        tx.memory.clear()
        response = answer(request, problem)
    if isinstance(response, FileResponse | StreamingResponse):
        raise TypeError("A write answers with a whole body, which can be kept.")
    place.keep(tx, kept.Answer(response.status_code, response.raw_headers, bytes(response.body)))
    return response


def _replayed(known: kept.Answer) -> Response:
    response = Response(status_code=known.status)
    response.body, response.raw_headers = known.body, [*known.headers, REPLAYED]
    return response


def _parts_of(form: FormData) -> list[bytes]:
    """Name and content of each part; the boundary between them is made up anew each time."""
    found: list[bytes] = []
    for name, value in sorted(form.multi_items(), key=lambda part: part[0]):
        found.append(name.encode())
        if isinstance(value, str):
            found.append(value.encode())
        else:
            found.append(_content_of(value.file))
    return found


def _content_of(file: BinaryIO) -> bytes:
    """The digest of a whole file, which is then at its start again."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.digest()


def _digest(parts: Iterator[bytes] | list[bytes]) -> bytes:
    """Of parts that cannot run into each other."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()
