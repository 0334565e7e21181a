"""Sending one message over HTTP: to an address that was looked at, once, and with little patience.

Nothing of this holds a database connection. A redirect is a failure: where it leads was looked at
by nobody.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from types import TracebackType
from typing import Self

import httpx2

from nimbus.problems import Problem
from nimbus.webhooks.address import Rules, Target, addresses, take_apart
from nimbus.webhooks.ranges import Address

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 15.0
# So much of an answer is kept for the log.
ANSWER_BYTES = 10_000
# Of several addresses so many are tried.
TRIES = 3
GONE = 410


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: the status and the beginning of the body, or the error."""

    status: int | None = None
    body: str | None = None
    error: str | None = None
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Sender:
    """Sends messages one after the other from a thread, over a connection that is kept open as
    long as they go to the same name: connections are told apart by their address alone."""

    def __init__(self, rules: Rules, tls: SSLContext | None = None) -> None:
        self._rules = rules
        self._tls = tls or _trusting()
        self._runner = asyncio.Runner()
        self._client = self._new_client()
        self._authority = ""

    def _new_client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            verify=self._tls,
            timeout=httpx2.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,  # A proxy would look the name up anew, and elsewhere.
            headers={"user-agent": "Nimbus-Webhooks/1", "accept-encoding": "identity"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        self._runner.run(self._client.aclose())
        self._runner.close()

    def send(self, url: str, body: str, headers: Mapping[str, str]) -> Answer:
        """One attempt; whatever goes wrong is in the answer."""
        began = time.monotonic()
        status, text, error = self._runner.run(self._within_time(url, body.encode(), headers))
        return Answer(status, text, error, round(time.monotonic() - began, 3))

    async def _within_time(
        self, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int | None, str | None, str | None]:
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                target = take_apart(url, self._rules)
                found = await asyncio.to_thread(addresses, target, self._rules)
                return *await self._post(target, found[:TRIES], body, headers), None
        except TimeoutError:
            return None, None, f"No whole answer within {TOTAL_SECONDS:.0f} seconds."
        except Problem as problem:
            return None, None, problem.message
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return None, None, f"{type(error).__name__}: {error}"[:500]

    async def _post(
        self, target: Target, found: list[Address], body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, str]:
        """To the first of the addresses that can be connected to. Raises httpx2.HTTPError."""
        if self._authority != target.authority:
            await self._client.aclose()
            self._client, self._authority = self._new_client(), target.authority
        *others, last = found
        for address in others:
            try:
                return await self._post_to(target, address, body, headers)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return await self._post_to(target, last, body, headers)

    async def _post_to(
        self, target: Target, address: Address, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, str]:
        # The address is connected to; the certificate is to be that of the name.
        named = {"sni_hostname": target.host} if isinstance(target.host, str) else {}
        asked = self._client.build_request(
            "POST", target.at(address), content=body,
            headers={**headers, "host": target.authority, "content-type": "application/json"},
            extensions=named,
        )  # fmt: skip
        answer = await self._client.send(asked, stream=True)
        try:
            kept = b""
            async for piece in answer.aiter_raw():
                kept += piece
                if len(kept) >= ANSWER_BYTES:
                    break
        finally:
            await answer.aclose()
        text = kept[:ANSWER_BYTES].decode("utf-8", "replace").replace("\0", "")
        return answer.status_code, text


@cache
def _trusting() -> SSLContext:
    """Whom certificates are believed of; read once, since that takes a while."""
    return httpx2.create_ssl_context()
