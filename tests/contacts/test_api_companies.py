"""`GET /api/v1/companies/` and one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.operations.read import history
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_company, add_contact
from tests.scoring.people import work_all

LIST = "/api/v1/companies/"


def found(http: TestClient, person: Person, **params: Any) -> list[str]:
    names: list[str] = []
    while True:
        page = http.get(LIST, params=params, headers=person.headers).json()
        names += [company["name"] for company in page["data"]]
        if not page["meta"]["has_more"]:
            assert page["meta"]["total_count"] == len(names)
            return names
        params["cursor"] = page["meta"]["next_cursor"]


def test_nobody_without_a_key(http: TestClient) -> None:
    assert http.get(LIST).status_code == 401


def test_another_workspace_sees_nothing(http: TestClient, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = add_company(tx)
    assert found(http, world.charlie) == []
    theirs = http.get(f"{LIST}{ids.show('comp', company)}/", headers=world.charlie.headers)
    nobody = http.get(f"{LIST}{ids.show('comp', uuid4())}/", headers=world.charlie.headers)
    assert (nobody.status_code, nobody.content) == (404, theirs.content)


def test_companies_are_listed_searched_and_paged(http: TestClient, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        for name in ("Acme", "Société", "Fjord"):
            add_company(tx, name=name, domain=f"{name[:3].lower()}.com")
    assert found(http, world.bob, page_size=2) == ["Fjord", "Société", "Acme"]
    assert found(http, world.bob, page_size=1, sort="created_asc") == ["Acme", "Société", "Fjord"]
    assert found(http, world.bob, search="societe") == ["Société"]
    assert found(http, world.bob, search="fjo.co") == ["Fjord"]
    assert found(http, world.bob, domain="www.ACM.com") == ["Acme"]
    assert found(http, world.bob, domain="nobody.com") == []
    assert found(http, world.bob, **{"name__contains": "OR", "created_at__within_last": 1}) == [
        "Fjord"
    ]
    blank = http.get(LIST, params={"domain": ""}, headers=world.bob.headers)
    assert (blank.status_code, blank.json()["error"]["field"]) == (400, "domain")
    refused = http.get(LIST, params={"company.name": "Acme"}, headers=world.bob.headers)
    assert refused.json()["error"]["field"] == "company.name"


def test_one_company_with_all_it_has(http: TestClient, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = add_company(tx, name="Acme", tech_stack=["Kafka"], country="FR")
    shown = http.get(f"{LIST}{ids.show('comp', company)}/", headers=world.bob.headers).json()
    listed = http.get(LIST, headers=world.bob.headers).json()["data"]
    assert listed == [shown]
    assert (shown["tech_stack"], shown["country"], shown["website"]) == (["Kafka"], "FR", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sort", "name_asc"),
        ("page_size", "0"),
        ("cursor", "x"),
        ("tag", "x"),
        ("cursor", ""),
        ("search", ""),
        ("search", " "),
    ],
)
def test_a_bad_parameter_is_named(http: TestClient, world: World, name: str, value: str) -> None:
    answer = http.get(LIST, params={name: value}, headers=world.bob.headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == name


class Program:
    """Alice's, unless another key is named."""

    def __init__(self, http: TestClient, world: World) -> None:
        self.http, self.world = http, world

    def call(self, method: str, path: str, status: int = 200, **asked: Any) -> Any:
        headers = self.world.alice.headers | asked.pop("headers", {})
        answer = self.http.request(method, f"{LIST}{path}", headers=headers, **asked)
        assert answer.status_code == status, answer.text
        self.etag = answer.headers.get("etag", "")
        return answer.json()

    def contact(self, id: UUID) -> Any:
        path = f"/api/v1/contacts/{ids.show('cont', id)}/"
        return self.http.get(path, headers=self.world.alice.headers).json()


def test_a_company_from_its_making_to_its_end(
    http: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(http, world)
    call, workspace = program.call, world.alice.who.workspace_id
    made = call("POST", "", 201, json={"name": "Acme 100% Inc", "domain": "https://www.acme.com/x"})
    assert (made["domain"], made["tech_stack"]) == ("acme.com", [])
    tag = program.etag
    assert call("GET", f"{made['id']}/") == made
    assert program.etag == tag
    again = call("POST", "", json={"domain": "acme.com", "industry": "Toys", "name": None})
    assert again == {**made, "industry": "Toys", "updated_at": again["updated_at"]}
    assert call("POST", "", json={"name": "ACME 100%"})["id"] == made["id"]
    for body, field in (({}, "name"), ({"domain": "nowhere"}, "domain"), ({"size": 1}, "size"),
                        ({"name": "X", "country": "Atlantis"}, "country")):  # fmt: skip
        assert call("POST", "", 400, json=body)["error"]["field"] == field

    # Its people show what is changed, and are judged by it.
    rule = {"field": "company.employee_count", "op": "gte", "value": 100}
    http.put("/api/v1/icp-tier-rules/", headers=world.alice.headers,
             json={"data": [{"name": "Large", "tier": "A", "filter": rule}]})  # fmt: skip
    company = ids.read("comp", made["id"])
    with world.door.workspace(workspace) as tx:
        people = [add_contact(tx, company_id=company) for _ in range(3)]
    one = f"{made['id']}/"
    call("GET", one)
    seen = program.etag
    changed = call("PATCH", one, json={"employee_count": 200, "industry": None},
                   headers={"If-Match": seen})  # fmt: skip
    assert (changed["industry"], changed["meta"]["affected_contacts"]) == (None, 3)
    newer = program.etag
    assert program.contact(people[0])["icp_tier"] == "A"
    assert program.contact(people[0])["company"]["employee_count"] == 200
    assert http.get(f"{LIST}{one}", headers={
        **world.alice.headers, "If-None-Match": newer}).status_code == 304  # fmt: skip
    assert changed["meta"]["warnings"] == []
    blanked = call("PATCH", one, json={"industry": "NULL"})
    assert "industry: “NULL” says that there is nothing" in blanked["meta"]["warnings"][0]
    lost = call("PATCH", one, 412, json={"employee_count": 5}, headers={"If-Match": seen})
    assert lost["error"]["fields"]["employee_count"]["theirs"] == 200
    call("PATCH", one, json={"city": "Ulm", "tech_stack": ["Go"]}, headers={"If-Match": seen})
    assert changed["meta"]["job_id"] is None
    with monkeypatch.context() as patch:
        patch.setattr("nimbus.scoring.rescore.INLINE_LIMIT", 2)
        for count in (300, 200):  # The second joins what waits for the first.
            told = call("PATCH", one, json={"employee_count": count})["meta"]["job_id"]
    job = http.get(f"/api/v1/jobs/{told}/", headers=world.alice.headers).json()
    assert (job["kind"], job["status"]) == ("scoring.rescore", "queued")

    other = call("POST", "", 201, json={"name": "Other", "domain": "other.com"})
    taken = call("PATCH", f"{other['id']}/", 409, json={"domain": "acme.com"})["error"]
    assert (taken["field"], taken["existing_id"]) == ("domain", made["id"])
    both = {"domain": None, "name": None}
    assert call("PATCH", f"{other['id']}/", 400, json=both)["error"]["field"] == "name"
    call("PATCH", f"{other['id']}/", json={"domain": None})
    named = call("POST", "", 201, json={"name": "Third", "domain": "third.com"})
    taken = call("PATCH", f"{named['id']}/", 409, json={"name": "OTHER GmbH", "domain": None})
    assert taken["error"]["existing_id"] == other["id"]

    # Many at once: each with its own status, the same company twice is one.
    rows = [{"domain": "acme.com", "city": "Bonn"}, {"domain": "new.com"}, {"phone": "1"},
            {"domain": "new.com", "name": "New"}, {"name": "Other"}]  # fmt: skip
    done = call("POST", "bulk/", json={"companies": rows})
    assert [row["status"] for row in done["data"]] == [
        "updated", "created", "invalid", "updated", "unchanged",
    ]  # fmt: skip
    assert done["data"][4]["id"] == other["id"]
    assert done["data"][2]["error"]["field"] == "name"
    assert call("GET", f"{done['data'][1]['id']}/")["name"] == "New"
    assert found(http, world.bob, city="bonn", employee_count__gte=100) == ["Acme 100% Inc"]

    # Its end: told who has it first; with force they have none, as a job where they are many.
    listed = call("GET", f"{one}contacts/", params={"page_size": 2})
    assert (len(listed["data"]), listed["meta"]["total_count"]) == (2, 3)
    uses = call("GET", f"{one}references/")["data"]
    assert [(use["kind"], use["count"]) for use in uses] == [("contacts", 3)]
    assert call("DELETE", one, 409)["error"]["references"] == uses
    monkeypatch.setattr("nimbus.contacts.writing.values.INLINE_LIMIT", 2)
    gone = call("DELETE", f"{one}?force=true")["meta"]
    assert gone["affected_contacts"] == 3
    work_all(world)
    assert {(program.contact(p)["company"], program.contact(p)["icp_tier"]) for p in people} == {
        (None, "D")
    }
    call("GET", one, 404)
    with world.door.workspace(workspace) as tx:
        kinds = [entry.kind for entry in history(tx, company)]
    assert (kinds[0], kinds[-1]) == ("deleted", "created")
