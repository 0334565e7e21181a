"""Audiences, and those who are told of changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nimbus.client.collection import Collection
from nimbus.client.http import Http
from nimbus.client.shown import Contact, Page, Segment, SegmentCount, Webhook


class Segments(Collection[Segment]):
    def __init__(self, http: Http) -> None:
        super().__init__(http, "/segments/", Segment)

    def contacts(self, id: str, **params: Any) -> Iterator[Contact]:
        more: dict[str, Any] = {}
        while True:
            page = self.http.call(
                Page[Contact], "GET", f"/segments/{id}/contacts/", params={**params, **more}
            )
            yield from page.data
            if not page.meta.next_cursor:
                return
            more = {"cursor": page.meta.next_cursor}

    def count(self, id: str) -> SegmentCount:
        return self.http.call(SegmentCount, "GET", f"/segments/{id}/count/")

    def explain(self, id: str, contact: str) -> Mapping[str, Any]:
        """Why the contact is in the segment, or not: each question with its answer (G-29)."""
        return self.http.call(
            dict[str, Any], "GET", f"/segments/{id}/explain/", params={"contact": contact}
        )

    def members(
        self, id: str, *, add: Sequence[str] = (), remove: Sequence[str] = (),
        key: str | None = None,
    ) -> Mapping[str, Any]:  # fmt: skip
        """Put contacts on a static list, or take them off."""
        body = {"add": list(add), "remove": list(remove)}
        return self.http.call(
            dict[str, Any], "POST", f"/segments/{id}/members/", json=body, key=key
        )


class Webhooks(Collection[Webhook]):
    def __init__(self, http: Http) -> None:
        super().__init__(http, "/webhooks/", Webhook)

    def rotate_secret(self, id: str, *, key: str | None = None) -> Webhook:
        """A new secret; the old one signs too for a while."""
        return self.http.call(Webhook, "POST", f"/webhooks/{id}/rotate-secret/", key=key)

    def deliveries(self, id: str, **params: Any) -> Page[dict[str, Any]]:
        return self.http.call(
            Page[dict[str, Any]], "GET", f"/webhooks/{id}/deliveries/", params=params
        )

    def replay(self, id: str, *, key: str | None = None, **which: Any) -> Mapping[str, Any]:
        """Send again what was sent: `event_id`, or `since` and `until`."""
        return self.http.call(
            dict[str, Any], "POST", f"/webhooks/{id}/replay/", json=which, key=key
        )
