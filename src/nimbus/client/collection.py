"""What every collection of the API can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from nimbus.client.http import Http
from nimbus.client.shown import Page

T = TypeVar("T")
Shape = Mapping[str, Any]


class Collection(Generic[T]):
    """Things of one kind under one path. Every write takes `key`, its Idempotency-Key: give it your
    own event's id, and a repeat changes nothing (D-22)."""

    def __init__(self, http: Http, path: str, kind: type[T]) -> None:
        self.http, self.path, self.kind = http, path, kind

    def get(self, id: str, **params: Any) -> T:
        """Raises NimbusError(not_found), the same for what is not there and not yours."""
        return self.http.call(self.kind, "GET", f"{self.path}{id}/", params=params)

    def list(self, **params: Any) -> Page[T]:
        """One page. `params` are those of the API; lists are sent with commas."""
        return self.http.call(Page[self.kind], "GET", self.path, params=params)  # type: ignore[name-defined]

    def each(self, **params: Any) -> Iterator[T]:
        """Everything that `list` would page through."""
        page = self.list(**params)
        yield from page.data
        while page.meta.next_cursor:
            page = self.list(**params, cursor=page.meta.next_cursor)
            yield from page.data

    def create(self, *, key: str | None = None, **members: Any) -> T:
        return self.http.call(self.kind, "POST", self.path, json=members, key=key)

    def update(
        self, id: str, *, key: str | None = None, if_match: str | None = None, **members: Any
    ) -> T:
        """Changes what is named; None clears it. With `if_match`, the ETag of what you read, raises
        NimbusError(precondition_failed) when somebody else changed the same since (G-41)."""
        headers = {"If-Match": if_match} if if_match else None
        return self.http.call(
            self.kind, "PATCH", f"{self.path}{id}/", json=members, key=key, headers=headers
        )

    def etag(self, id: str) -> tuple[T, str]:
        """The thing with its ETag, for `if_match`."""
        answer = self.http.send("GET", f"{self.path}{id}/")
        return self.http.read(answer, self.kind), answer.headers["etag"]

    def references(self, id: str) -> Sequence[Shape]:
        """What uses it, and keeps it from being deleted (G-33)."""
        found = self.http.call(dict[str, Any], "GET", f"{self.path}{id}/references/")
        return tuple(found["data"])
