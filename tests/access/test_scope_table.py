"""docs/scopes.md says of every operation which scope it needs; the routes keep to it, exactly."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from nimbus.access import ROLES, SCOPES
from nimbus.access.keys import issue
from nimbus.web.route import ApiRouter
from tests.access.test_scope_first import Known, routes
from tests.conftest import World

PAGE = Path(__file__).parents[2] / "docs" / "scopes.md"


def table() -> list[Known]:
    """The rows as they stand there."""
    rows = re.findall(
        r"^\| (\w+) \| `(/api/\S+)` \| `([\w:]+)`(?:, or `([\w:]+)` for [^|]+)? \|$",
        PAGE.read_text(), re.M,
    )  # fmt: skip
    return [Known(*row) for row in rows]


def written(known: list[Known]) -> str:
    """The rows as they should be, to be put there once somebody has looked at them."""
    return "\n".join(
        f"| {one.method} | `{one.path}` | `{one.scope}`"
        f"{f', or `{one.other}` for …' if one.other else ''} |"
        for one in known
    )


def test_the_table_is_that_of_the_routes() -> None:
    found = sorted(routes(ApiRouter), key=lambda one: (one.path, one.method))
    assert table() == found, f"docs/scopes.md should say:\n{written(found)}"


def test_the_roles_are_told() -> None:
    lines = [
        f"| `{scope}` | {' | '.join('yes' if scope in ROLES[role] else '' for role in ROLES)} |"
        for scope in SCOPES
    ]
    head = f"| scope | {' | '.join(ROLES)} |"
    wanted = "\n".join(re.sub(r" +", " ", line) for line in (head, *lines))
    text = PAGE.read_text()
    assert [line for line in wanted.splitlines() if line not in text] == [], wanted


def test_a_key_needs_that_scope_and_no_other(world: World, http: TestClient) -> None:
    """All others do not help, and this one alone is enough to be let in; so is one that lets in,
    too, for a part of it."""
    alice = world.alice
    with world.door.workspace(alice.who.workspace_id) as tx:
        keys = {
            scope: (
                issue(tx, alice.who, f"only {scope}", [scope])[1],
                issue(tx, alice.who, f"all but {scope}", set(SCOPES) - {scope})[1],
            )
            for scope in {scope for one in table() for scope in (one.scope, one.other) if scope}
        }
    wrong = []
    for one in table():
        if one.other:
            with_neither = issue_without(world, one.scope, one.other)
            keys[one.scope] = keys[one.scope][0], with_neither
            part = try_with(http, one, keys[one.other][0])
            if part.status_code in (401, 403, 405) or part.status_code >= 500:
                wrong.append(f"{one} with {one.other} alone: {part.status_code} {part.text}")
        only, all_but = (try_with(http, one, key) for key in keys[one.scope])
        if only.status_code in (401, 403, 405) or only.status_code >= 500:
            wrong.append(f"{one} with its scope alone: {only.status_code} {only.text}")
        if all_but.status_code != 403 or all_but.json()["error"].get("scope") != one.scope:
            wrong.append(f"{one} with all others: {all_but.status_code} {all_but.text}")
    assert wrong == []


def issue_without(world: World, *scopes: str) -> str:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return issue(tx, world.alice.who, f"neither {scopes}", set(SCOPES) - set(scopes))[1]


def try_with(http: TestClient, one: Known, key: str) -> Any:
    return http.request(one.method, one.url, headers={"Authorization": f"Bearer {key}"})


def test_a_key_limited_to_a_client_reads_what_others_read(world: World, http: TestClient) -> None:
    """As docs/api.md says: the wall stands between workspaces; what it writes is another matter."""
    alice = world.alice
    with world.door.workspace(alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true where id = %s", [tx.workspace_id])
        _, limited = issue(tx, alice.who, "limited", None, alice.client.id)
    mine = {"Authorization": f"Bearer {limited}"}
    made = http.post("/api/v1/clients/", json={"name": "Northwind"}, headers=alice.headers)
    other = {"client_id": made.json()["id"]}
    for path in ("contacts", "companies", "clients", "suppressions", "imports"):
        read = [http.get(f"/api/v1/{path}/", headers=who) for who in (mine, alice.headers)]
        assert read[0].status_code == 200
        assert read[0].content == read[1].content, path
    assert made.json()["id"] in read[0].text or "Northwind" in http.get(
        "/api/v1/clients/", headers=mine
    ).text  # fmt: skip
    refused = [
        http.post("/api/v1/clients/", json={"name": "Third"}, headers=mine),
        http.delete("/api/v1/scoring-model/", params=other, headers=mine),
        http.post("/api/v1/keys/", json={"name": "k", "scopes": ["contacts:read"], **other},
                  headers=mine),
    ]  # fmt: skip
    assert [one.status_code for one in refused] == [403, 403, 403], [one.text for one in refused]


def test_a_key_limited_to_a_client_writes_what_is_that_clients(
    world: World, http: TestClient
) -> None:
    """Nothing of a contact that another client of the workspace holds, and nothing of what belongs
    to all of them (D-14)."""
    alice = world.alice
    with world.door.workspace(alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true where id = %s", [tx.workspace_id])
        _, key = issue(tx, alice.who, "limited", None, alice.client.id)

    def call(method: str, path: str, status: int, whole: bool = False, **more: Any) -> Any:
        headers = alice.headers if whole else {"Authorization": f"Bearer {key}"}
        answer = http.request(method, f"/api/v1/{path}", headers=headers, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    other = call("POST", "clients/", 201, True, json={"name": "Northwind"})["id"]
    body = {"email": "ann@example.com", "client_id": other, "tags": ["vip"],
            "company_domain": "northwind.com"}  # fmt: skip
    hers = call("POST", "contacts/", 201, True, json=body)
    mine = call("POST", "contacts/", 201, json={"email": "bo@example.com"})
    note = call("POST", f"contacts/{hers['id']}/notes/", 201, True, json={"body": "Hers."})
    field = call("POST", "custom-fields/", 201, True, json={"name": "a", "field_type": "string"})
    writes: list[tuple[str, str, Any]] = [
        ("PATCH", "contacts/{}/", {"city": "Oslo"}),
        ("POST", "contacts/{}/tags/", {"add": ["x"]}),
        ("POST", "contacts/{}/email/", {"email": "cy@example.com", "why": "Mistyped"}),
        ("POST", "contacts/{}/notes/", {"body": "Mine."}),
        ("POST", "contacts/{}/calls/", {"outcome": "connected"}),
        ("DELETE", "contacts/{}/", None),
        ("POST", "contacts/{}/restore/", None),
        ("DELETE", "contacts/{}/?hard=true", None),
    ]
    asked = {"field": "client_id", "op": "eq", "value": other}
    kept = call("POST", "segments/", 201, json={"name": "Northwind", "filter": asked})
    assert kept["filter"] == asked, "ids are told as they are given"
    before = call("GET", f"contacts/{hers['id']}/", 200)
    for method, path, sent in writes:
        call(method, path.format(hers["id"]), 403, json=sent)
    assert call("GET", f"contacts/{hers['id']}/", 200) == before
    call("PATCH", f"notes/{note['id']}/", 403, json={"body": "Not hers."})
    call("DELETE", f"notes/{note['id']}/", 403)
    call("POST", "tags/rename/", 403, json={"from": "vip", "to": "top"})
    call("DELETE", "tags/vip/?force=true", 403)
    call("PATCH", f"custom-fields/{field['id']}/", 403, json={"name": "b"})
    call("DELETE", f"custom-fields/{field['id']}/", 403)
    call("DELETE", f"companies/{hers['company']['id']}/?force=true", 403)
    for method, path, sent in writes:
        call(method, path.format(mine["id"]), 201 if "notes" in path or "calls" in path else 200,
             json=sent)  # fmt: skip
    # What is held no longer is anybody's.
    with world.door.workspace(alice.who.workspace_id) as tx:
        tx.run("update contact set assigned_until = %s", [tx.now])
    call("PATCH", f"contacts/{hers['id']}/", 200, json={"city": "Oslo"})
