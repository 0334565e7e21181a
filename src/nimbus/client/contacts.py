"""The contacts: S3-15 … S3-45 of the article, call by call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nimbus.client.collection import Collection
from nimbus.client.http import Http
from nimbus.client.shown import Bulk, Contact, Event, Page

Filter = Mapping[str, Any]


class Contacts(Collection[Contact]):
    """`list` and `each` take the filters of the address: `icp_tier=["A", "B"]`,
    `lead_score__gte=60`, `tag="vip"`, `search="schmidt"`, `sort="lead_score_desc"`."""

    def __init__(self, http: Http) -> None:
        super().__init__(http, "/contacts/", Contact)

    def upsert(self, *, matching: str = "email", key: str | None = None, **members: Any) -> Contact:
        """Create or update whoever has this `email` or `external_id`; `meta.outcome` says which."""
        return self.http.call(
            Contact, "POST", "/contacts/upsert/", params={"matching": matching}, json=members,
            key=key,
        )  # fmt: skip

    def bulk(
        self, contacts: Sequence[Mapping[str, Any]], *, key: str | None = None, **options: Any
    ) -> Bulk:
        """Up to 1,000 at once; each has its own status, in the order in which they were given."""
        body = {"contacts": list(contacts), "options": options}
        return self.http.call(Bulk, "POST", "/contacts/bulk/", json=body, key=key)

    def search(
        self, filters: Sequence[Filter] = (), *, logic: str = "AND",
        sort: Sequence[Mapping[str, str]] = (), **more: Any,
    ) -> Iterator[Contact]:  # fmt: skip
        """Everybody for whom the filters hold, page by page (S3-37)."""
        body = {"filters": list(filters), "filters_logic": logic, **more}
        if sort:
            body["sort"] = list(sort)
        while True:
            page = self.http.call(Page[Contact], "POST", "/contacts/search/", json=body)
            yield from page.data
            if not page.meta.next_cursor:
                return
            body["cursor"] = page.meta.next_cursor

    def tag(
        self, id: str, *, add: Sequence[str] = (), remove: Sequence[str] = (),
        key: str | None = None,
    ) -> Contact:  # fmt: skip
        body = {"add": list(add), "remove": list(remove)}
        return self.http.call(Contact, "POST", f"/contacts/{id}/tags/", json=body, key=key)

    def delete(self, id: str, reason: str, *, key: str | None = None) -> Contact:
        """Into the trash, with the reason; `restore` brings it back."""
        return self.http.call(
            Contact, "DELETE", f"/contacts/{id}/", json={"deletion_reason": reason}, key=key
        )

    def erase(self, id: str, reason: str, *, key: str | None = None) -> None:
        """For good, so that no import brings the person back; needs the scope `admin:gdpr`."""
        self.http.send(
            "DELETE", f"/contacts/{id}/", params={"hard": True}, json={"deletion_reason": reason},
            key=key,
        )  # fmt: skip

    def restore(self, id: str, *, client_id: str | None = None, key: str | None = None) -> Contact:
        """`client_id` says for whom, in agency mode, where nobody holds it any more."""
        body = {"client_id": client_id} if client_id else None
        return self.http.call(Contact, "POST", f"/contacts/{id}/restore/", json=body, key=key)

    def events(self, id: str, **params: Any) -> Iterator[Event]:
        """What happened, newest first: `event_type=["email_opened", "email_replied"]`."""
        more: dict[str, Any] = {}
        while True:
            page = self.http.call(
                Page[Event], "GET", f"/contacts/{id}/events/", params={**params, **more}
            )
            yield from page.data
            if not page.meta.next_cursor:
                return
            more = {"cursor": page.meta.next_cursor}

    def enrollments(self, id: str) -> Page[dict[str, Any]]:
        return self.http.call(Page[dict[str, Any]], "GET", f"/contacts/{id}/enrollments/")
