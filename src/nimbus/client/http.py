"""Requests that may be sent again: every write has an Idempotency-Key, so a lost answer costs
nothing, and limits are kept by waiting as long as the server says (G-35, G-38)."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import httpx2
import msgspec

T = TypeVar("T")
Params = Mapping[str, Any]

# What is worth another try: in flight, too many at once, or away for a moment.
AGAIN = frozenset({429, 502, 503, 504})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class NimbusError(Exception):
    """A refusal: its `code` (docs/api.md), the words for people, the `field` to fix, the status,
    and further members such as `existing_id` or `fields` in `more`."""

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(error.get("code", "internal_error"))
        self.message = str(error.get("message", "The server gave no reason."))
        self.field = error.get("field")
        self.more = {k: v for k, v in error.items() if k not in ("code", "message", "field")}
        super().__init__(f"{self.code}: {self.message}")


class Http:
    """One connection pool to one server, with one key."""

    def __init__(self, url: str, key: str, timeout: float, tries: int) -> None:
        self.tries = tries
        self._http = httpx2.Client(
            base_url=f"{url.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {key}"},
            timeout=timeout,
        )

    def close(self) -> None:
        self._http.close()

    def call(
        self, answer: type[T], method: str, path: str, *, json: Any = None,
        params: Params | None = None, headers: Mapping[str, str] | None = None,
        key: str | None = None, **sent: Any,
    ) -> T:  # fmt: skip
        """The answer as `answer`. `key` is the Idempotency-Key of a write, made when not given.
        Raises NimbusError for a refusal, httpx2.HTTPError when the server cannot be reached."""
        response = self.send(
            method, path, json=json, params=params, headers=headers, key=key, **sent
        )
        return self.read(response, answer)

    @staticmethod
    def read(response: httpx2.Response, answer: type[T]) -> T:
        return msgspec.json.decode(response.content, type=answer)

    def send(
        self, method: str, path: str, *, json: Any = None, params: Params | None = None,
        headers: Mapping[str, str] | None = None, key: str | None = None, **sent: Any,
    ) -> httpx2.Response:  # fmt: skip
        """The response itself; else as `call`."""
        own = dict(headers or {})
        if method in WRITES:
            own["Idempotency-Key"] = key or str(uuid.uuid4())
        if json is not None:
            own["Content-Type"] = "application/json"
            sent["content"] = msgspec.json.encode(json, enc_hook=str)
        for left in range(self.tries - 1, -1, -1):
            try:
                response = self._http.request(
                    method, path, params=_plain(params or {}), headers=own, **sent
                )
            except httpx2.TransportError:
                if not left:
                    raise
                time.sleep(_pause(self.tries - left))
                continue
            if response.is_success or response.status_code == 304:
                return response
            after = response.headers.get("retry-after")
            again = response.status_code in AGAIN or (response.status_code == 409 and after)
            if not (left and again):
                break
            time.sleep(float(after) if after else _pause(self.tries - left))
        raise NimbusError(response.status_code, _error(response))


def _plain(params: Params) -> httpx2.QueryParams:
    """Lists with commas, booleans as words, nothing for None."""
    found: list[tuple[str, str | int | float | bool | None]] = []
    for name, value in params.items():
        if value is None:
            continue
        if isinstance(value, bool):
            text = str(value).lower()
        elif isinstance(value, Sequence) and not isinstance(value, str):
            text = ",".join(map(str, value))
        else:
            text = str(value)
        found.append((name, text))
    return httpx2.QueryParams(found)


def _pause(nth: int) -> float:
    """Seconds before the next try: twice as long each time, and never for all at once."""
    longest: float = min(30.0, 0.2 * 2.0**nth)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - not a secret


def _error(response: httpx2.Response) -> Mapping[str, Any]:
    try:
        error = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        return {"message": response.text[:200]}
    return error if isinstance(error, Mapping) else {}
