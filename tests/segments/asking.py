"""Segments as one person asks for them over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.testclient import TestClient

from nimbus.db import ids

SEGMENTS, VIEWS, CONTACTS = "/api/v1/segments/", "/api/v1/saved-views/", "/api/v1/contacts/"


VP = {"field": "seniority", "op": "eq", "value": "vp"}


class Api:
    """Calls as one person."""

    def __init__(self, http: TestClient, headers: dict[str, str]) -> None:
        self.http, self.headers = http, headers

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.http.request(method, path, json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def refusal(self, method: str, path: str, body: Any = None, status: int = 400) -> Any:
        return self(method, path, body, status)["error"]

    def segment(self, name: str, filter: Any = None) -> str:
        kind = "dynamic" if filter else "static"
        body = {"name": name, "kind": kind, "filter": filter}
        id: str = self("POST", SEGMENTS, body, 201)["id"]
        return id

    def people(self, segment: str) -> set[str]:
        listed = self("GET", f"{SEGMENTS}{segment}/contacts/")
        assert listed["meta"]["total_count"] == len(listed["data"])
        assert self("GET", f"{SEGMENTS}{segment}/count/")["total"] == len(listed["data"])
        return {one["id"] for one in listed["data"]}


def within(segment: str, op: str = "eq") -> dict[str, Any]:
    return {"field": "segment", "op": op, "value": [segment] if op.endswith("in") else segment}


def shown(*contacts: UUID) -> set[str]:
    return {ids.show("cont", id) for id in contacts}
