"""`GET /api/v1/companies/` and one of them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from nimbus.db import ids
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_company

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
            add_company(tx, name=name, domain=f"{name[:3].lower()}.example")
    assert found(http, world.bob, page_size=2) == ["Fjord", "Société", "Acme"]
    assert found(http, world.bob, page_size=1, sort="created_asc") == ["Acme", "Société", "Fjord"]
    assert found(http, world.bob, search="societe") == ["Société"]
    assert found(http, world.bob, search="fjo.exam") == ["Fjord"]
    assert found(http, world.bob, domain="ACM.example") == ["Acme"]
    assert found(http, world.bob, domain="acm") == []


def test_one_company_with_all_it_has(http: TestClient, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = add_company(tx, name="Acme", tech_stack=["Kafka"], country="FR")
    shown = http.get(f"{LIST}{ids.show('comp', company)}/", headers=world.bob.headers).json()
    listed = http.get(LIST, headers=world.bob.headers).json()["data"]
    assert listed == [shown]
    assert (shown["tech_stack"], shown["country"], shown["website"]) == (["Kafka"], "FR", None)


@pytest.mark.parametrize(
    ("name", "value"), [("sort", "name_asc"), ("page_size", "0"), ("cursor", "x"), ("tag", "x")]
)
def test_a_bad_parameter_is_named(http: TestClient, world: World, name: str, value: str) -> None:
    answer = http.get(LIST, params={name: value}, headers=world.bob.headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == name
