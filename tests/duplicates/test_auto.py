"""Certain pairs merge by themselves where the workspace wants it, and stay apart once somebody has
parted them (F-16)."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import World
from tests.imports.test_run import bring

CSV = """Email,First name,Last name
anna.kern@gmail.com,Anna,Kern
annakern+news@gmail.com,Anna,Kern
otto@one-example.com,Otto,Ek
"""
AUTO = "/api/v1/duplicates/auto-merge/"


class Api:
    """The API as Alice uses it, whose workspace has the people of the file."""

    def __init__(self, http: TestClient, world: World) -> None:
        self.http, self.headers = http, world.alice.headers
        bring(world, CSV)

    def __call__(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = self.http.request(method, path, headers=self.headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    def live(self) -> list[str]:
        found = self("GET", "/api/v1/contacts/?is_deleted=false")["data"]
        return sorted(one["email"] for one in found)


@pytest.fixture
def ask(http: TestClient, world: World) -> Api:
    return Api(http, world)


def test_certain_pairs_merge_by_themselves_until_somebody_parts_them(
    ask: Api, world: World
) -> None:
    ask("POST", "/api/v1/duplicates/scan/", 202)
    world.work()
    (pair,) = ask("GET", "/api/v1/duplicates/")["data"]
    assert pair["verdict"] == "certain"
    assert len(ask.live()) == 3
    assert ask("GET", AUTO) == {"auto_merge": False}

    # Those that wait are merged as well, as the log says.
    assert ask("POST", AUTO, json={"auto_merge": True}) == {"auto_merge": True}
    world.work()
    assert ask.live() == ["anna.kern@gmail.com", "otto@one-example.com"]
    assert ask("GET", "/api/v1/duplicates/")["data"] == []
    kept, gone = pair["contact_ids"]
    assert ask("GET", f"/api/v1/contacts/{gone}/")["id"] == kept

    # Whoever parts them has said what they are.
    ask("POST", f"/api/v1/contacts/{gone}/unmerge/")
    world.work()
    ask("POST", "/api/v1/duplicates/scan/", 202)
    world.work()
    assert len(ask.live()) == 3
    (parted,) = ask("GET", "/api/v1/duplicates/?state=dismissed")["data"]
    assert parted["contact_ids"] == [kept, gone]


def test_what_two_clients_hold_is_left_to_people(ask: Api, world: World) -> None:
    """Until one of the assignments is over (D-14)."""

    def hold(until: str) -> None:
        """Another client than Anna's has the second of her two emails."""
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            tx.run(
                "update contact set client_id = (select id from client where workspace_id = %s "
                f"and name = 'Beta'), assigned_until = now() + interval '{until}' "
                "where workspace_id = %s and email like 'annakern+%%'",
                [tx.workspace_id, tx.workspace_id],
            )

    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true where id = %s", [tx.workspace_id])
    ask("POST", "/api/v1/clients/", 201, json={"name": "Beta"})
    hold("1 day")
    ask("POST", AUTO, json={"auto_merge": True})
    ask("POST", "/api/v1/duplicates/scan/", 202)
    world.work()
    (pair,) = ask("GET", "/api/v1/duplicates/")["data"]
    assert (pair["verdict"], len(ask.live())) == ("certain", 3)

    hold("-1 day")
    ask("POST", "/api/v1/duplicates/scan/", 202)
    world.work()
    assert len(ask.live()) == 2
