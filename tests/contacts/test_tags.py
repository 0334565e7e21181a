"""Tags of a workspace: counted, renamed, merged and deleted with everything that names them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from nimbus.access.keys import issue
from nimbus.access.who import Who
from nimbus.contacts.writing import values
from tests.conftest import World
from tests.contacts.contact_rows import add_contact
from tests.scoring.people import work_all

TAGS = "/api/v1/tags/"


def test_tags(http: TestClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def call(method: str, path: str, status: int = 200, **asked: Any) -> Any:
        headers = {"Authorization": f"Bearer {asked.pop('key', world.alice.key)}"}
        answer = http.request(method, path, headers=headers, **asked)
        assert answer.status_code == status, answer.text
        return answer.json()

    def rename(old: str, new: str, status: int = 200) -> Any:
        return call("POST", f"{TAGS}rename/", status, json={"from": old, "to": new})

    def counted(**asked: Any) -> dict[str, int]:
        found, more = {}, True
        while more:
            page = call("GET", TAGS, params=asked)
            found |= {tag["name"]: tag["contacts"] for tag in page["data"]}
            asked["cursor"], more = page["meta"]["next_cursor"], page["meta"]["has_more"]
        assert page["meta"]["total_count"] == len(found)
        return found

    workspace = world.alice.who.workspace_id
    with world.door.workspace(workspace) as tx:
        add_contact(tx, tags=["vip", "a/b"])
        both = add_contact(tx, tags=["hot", "vip"])
        add_contact(tx, tags=["vip"], is_deleted=True)
        # One who may write contacts, and may not change rules.
        member = Who("key", workspace, "Member", world.alice.who.id, frozenset(
            {"contacts:write", "contacts:read"}), None)  # fmt: skip
        _, key = issue(tx, world.alice.who, "Member", scopes=member.scopes)
    vip = {"name": "VIP", "tier": "A", "filter": {"field": "has_tag", "op": "eq", "value": "vip"}}
    call("PUT", "/api/v1/icp-tier-rules/", json={"data": [vip]})
    work_all(world)

    assert counted() == counted(page_size=1) == {"a/b": 1, "hot": 1, "vip": 2}
    assert counted(search="V") == {"vip": 2}
    call("POST", f"{TAGS}rename/", 403, json={"from": "vip", "to": "x"}, key=world.bob.key)
    assert call("GET", TAGS, key=world.charlie.key)["data"] == []
    for old, new, field in (("nobody", "x", "from"), ("vip", "VIP", "to"), ("vip", "a;b", "to")):
        assert rename(old, new, 400)["error"]["field"] == field

    # Merged into another, in the rules too; whoever had both has one.
    done = rename("vip", "Hot")
    assert (done["name"], done["contacts"], done["merged"], done["job_id"]) == ("hot", 3, 1, None)
    assert counted() == {"a/b": 1, "hot": 2}
    with world.door.workspace(workspace) as tx:
        assert tx.value("select tags from contact where workspace_id = %s and id = %s",
                        [workspace, both]) == ["hot"]  # fmt: skip
    uses = call("GET", f"{TAGS}hot/references/")["data"]
    assert [(use["kind"], use["count"]) for use in uses] == [("contacts", 3), ("tier_rule", 1)]

    # Deleted: only by those who may change what asks for it, and as a job where many have it.
    assert call("DELETE", f"{TAGS}hot/", 409)["error"]["references"] == uses
    refused = call("DELETE", f"{TAGS}hot/?force=true", 403, key=key)["error"]
    assert refused["scope"] == "settings:write"
    assert call("DELETE", f"{TAGS}{quote('a/b', safe='')}/?force=true", key=key)["contacts"] == 1
    monkeypatch.setattr(values, "INLINE_LIMIT", 1)
    assert call("DELETE", f"{TAGS}hot/?force=true")["job_id"]
    assert rename("hot", "cold", 409)["error"]["code"] == "conflict"
    work_all(world)
    assert counted() == {}
    call("GET", f"{TAGS}hot/references/", 404)
    call("GET", f"{TAGS}%00/references/", 404)
    with world.door.workspace(workspace) as tx:
        assert set(tx.column("select icp_tier from contact where not is_deleted")) == {"D"}
