"""What the tests of editing share: some people, and the API as one of us uses it."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from nimbus.access.keys import issue
from nimbus.access.who import Who
from nimbus.db import ids
from tests.conftest import Person, World
from tests.imports.test_run import bring

LIST = "/api/v1/contacts/"


CSV = """Email,First name,Last name,Title,Company,Domain,City,Country,Phone,Tags,Consent status
ada@acme.com,Ada,King,Director of RevOps,Acme,acme.com,Berlin,Germany,030 901820,vip,opted in
bo@acme.com,Bo,Ek,VP Sales,Acme,acme.com,,,,,
cy@example.com,Cy,Orr,,,,,,,,opted out
"""


class Api:
    """The API as one person uses it, and the contacts of the file by first name."""

    def __init__(self, http: TestClient, world: World) -> None:
        self.http, self.world = http, world
        bring(world, CSV)
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            found = tx.rows("select first_name, id from contact")
        self.ids = {row["first_name"].lower(): ids.show("cont", row["id"]) for row in found}

    def __call__(
        self, method: str, name: str, at: str = "", status: int = 200, key: str | None = None,
        **more: Any,
    ) -> Any:  # fmt: skip
        headers = {"Authorization": f"Bearer {key}"} if key else self.world.alice.headers
        more["headers"] = {**headers, **more.get("headers", {})}
        path = f"{LIST}{self.ids.get(name, name)}/{at}"
        answer = self.http.request(method, path, **more)
        assert answer.status_code == status, answer.text
        return answer

    def get(self, name: str) -> Any:
        return self("GET", name).json()

    def patch(self, name: str, body: dict[str, Any], status: int = 200, **more: Any) -> Any:
        answer = self("PATCH", name, status=status, json=body, **more).json()
        return answer if status == 200 else answer["error"]

    def key(self, *scopes: str) -> str:
        alice = self.world.alice.who
        with self.world.door.workspace(alice.workspace_id) as tx:
            limited = Who("person", tx.workspace_id, "Kim", alice.id, frozenset(scopes))
            return issue(tx, limited, " ".join(scopes))[1]

    def row(self, name: str) -> dict[str, Any]:
        with self.world.door.workspace(self.world.alice.who.workspace_id) as tx:
            found = tx.row(
                "select * from contact where id = %s", [ids.read("cont", self.ids[name])]
            )
        assert found
        return found


def of_an_agency(http: TestClient, world: World) -> Api:
    """Alice's workspace is an agency; its second client is called Beta."""
    made = Api(http, world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true where id = %s", [tx.workspace_id])
    answer = http.post("/api/v1/clients/", json={"name": "Beta"}, headers=world.alice.headers)
    made.ids["beta"] = answer.json()["id"]
    return made


def person(one: Person) -> str:
    assert one.who.id
    return ids.show("user", one.who.id)
