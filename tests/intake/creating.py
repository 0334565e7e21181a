"""What the tests of creating contacts share: the API as one of us uses it, and whom to create."""

from __future__ import annotations

import json
from typing import Any

import psycopg
from starlette.testclient import TestClient

from tests.conftest import Person, World

HERE = "/api/v1/contacts/"
BOB = {
    "email": "bob@example.com", "first_name": "Bob", "last_name": "Johnson",
    "title": "VP Marketing", "company_domain": "example.com",
    "tags": ["inbound_lead", "Demo Requested"], "company": {"employee_count": 350},
}  # fmt: skip


class Api:
    def __init__(self, http: TestClient, world: World) -> None:
        self.http, self.world = http, world
        self.tag: str | None = None

    def __call__(self, path: str, body: Any, person: Person | None = None) -> tuple[int, Any]:
        headers = (person or self.world.alice).headers
        headers = {**headers, "Content-Type": "application/json"}
        answer = self.http.post(f"{HERE}{path}", content=json.dumps(body), headers=headers)
        self.tag = answer.headers.get("etag")
        return answer.status_code, answer.json()

    def error(self, path: str, body: Any, person: Person | None = None) -> tuple[int, Any]:
        status, told = self(path, body, person)
        return status, told["error"]

    def rows(self, statement: Any, *values: Any, person: Person | None = None) -> list[Any]:
        workspace = (person or self.world.alice).who.workspace_id
        with self.world.door.workspace(workspace) as tx:
            return tx.rows(statement, [tx.workspace_id, *values])

    def owner(self, statement: Any, *values: Any) -> None:
        with psycopg.connect(self.world.instance.logins.migrate) as connection:
            connection.execute(statement, values)
