"""Certain pairs merge by themselves where the workspace wants it, and stay apart once somebody has
parted them (F-16)."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from tests.conftest import World
from tests.imports.test_run import bring

CSV = """Email,First name,Last name
anna.kern@gmail.com,Anna,Kern
annakern+news@gmail.com,Anna,Kern
otto@one-example.com,Otto,Ek
"""
AUTO = "/api/v1/duplicates/auto-merge/"


def test_certain_pairs_merge_by_themselves_until_somebody_parts_them(
    world: World, http: TestClient
) -> None:
    def ask(method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = http.request(method, path, headers=world.alice.headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    def live() -> list[str]:
        found = ask("GET", "/api/v1/contacts/?is_deleted=false")["data"]
        return sorted(one["email"] for one in found)

    bring(world, CSV)
    ask("POST", "/api/v1/duplicates/scan/", 202)
    world.work()
    (pair,) = ask("GET", "/api/v1/duplicates/")["data"]
    assert pair["verdict"] == "certain"
    assert len(live()) == 3
    assert ask("GET", AUTO) == {"auto_merge": False}

    # Those that wait are merged as well, as the log says.
    assert ask("POST", AUTO, json={"auto_merge": True}) == {"auto_merge": True}
    world.work()
    assert live() == ["anna.kern@gmail.com", "otto@one-example.com"]
    assert ask("GET", "/api/v1/duplicates/")["data"] == []
    kept, gone = pair["contact_ids"]
    assert ask("GET", f"/api/v1/contacts/{gone}/")["id"] == kept

    # Whoever parts them has said what they are.
    ask("POST", f"/api/v1/contacts/{gone}/unmerge/")
    world.work()
    ask("POST", "/api/v1/duplicates/scan/", 202)
    world.work()
    assert len(live()) == 3
    (parted,) = ask("GET", "/api/v1/duplicates/?state=dismissed")["data"]
    assert parted["contact_ids"] == [kept, gone]
