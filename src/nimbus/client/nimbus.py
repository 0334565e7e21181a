"""One server, one key, and everything that can be asked of it."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from nimbus.client.collection import Collection
from nimbus.client.contacts import Contacts
from nimbus.client.http import Http
from nimbus.client.imports import Imports
from nimbus.client.lists import Segments, Webhooks
from nimbus.client.shown import Company, CustomField


class Nimbus:
    """`url` is the server's, `key` an API key or an access token. A call waits `timeout` seconds at
    most and is tried `tries` times where that is safe."""

    def __init__(self, url: str, key: str, *, timeout: float = 60, tries: int = 6) -> None:
        self.http = Http(url, key, timeout, tries)
        self.contacts = Contacts(self.http)
        self.companies = Collection(self.http, "/companies/", Company)
        self.custom_fields = Collection(self.http, "/custom-fields/", CustomField)
        self.segments = Segments(self.http)
        self.webhooks = Webhooks(self.http)
        self.imports = Imports(self.http)

    def call(self, method: str, path: str, **sent: Any) -> Any:
        """Anything else of the API, as JSON has it: `call("GET", "/fields/")`."""
        return self.http.call(object, method, path, **sent)

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Nimbus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        where: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()
