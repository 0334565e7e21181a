"""Tags in the settings: told, renamed, merged once that is meant, and deleted."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from nimbus.contacts.tags import pages, tags
from nimbus.db import ids
from tests.conftest import World
from tests.contacts.contact_rows import add_contact

HERE = "/settings/tags"


def test_those_of_many_contacts_come_after_the_page(
    world: World, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, tags=["vip"])
        add_contact(tx, tags=["vip"])
    monkeypatch.setattr(tags, "AT_ONCE", 1)
    page = browser.get(HERE).text
    assert f'hx-get="{HERE}?all=1"' in page
    assert ">vip<" not in page
    assert f'hx-get="{HERE}?all=1&amp;q=vi"' in browser.get(HERE, params={"q": "vi"}).text
    assert ">vip<" in browser.get(HERE, params={"all": "1"}).text


def test_tags_in_the_settings(
    world: World, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = browser_of(world.alice)
    assert "No tags yet" in alice.get(HERE).text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, tags=["vip", "a/b & c"])
        add_contact(tx, tags=["vip", "hot"])

    # What somebody else did is not offered to be undone, whatever an address says.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        other = tx.value("select id from operation order by id limit 1")
    lured = alice.get(HERE, params={"done": "added", "operation": ids.show("op", other)}).text
    assert "The tag was added" in lured
    assert "/undo/" not in lured

    page = alice.get(HERE).text
    assert page.index("a/b &amp; c") < page.index(">hot<") < page.index(">vip<")
    assert '/contacts?tag=a%2Fb%20%26%20c"' in page
    assert ">hot<" not in alice.get(HERE, params={"q": "vi"}).text
    assert "No tag has" in alice.get(HERE, params={"q": "zz"}).text
    with monkeypatch.context() as patch:
        patch.setattr(pages, "PAGE", 2)
        assert "2 tags on this page" in alice.get(HERE).text
        assert "1 tag on this page" in alice.get(HERE, params={"after": "hot"}).text
    assert "2 contacts" in alice.get(f"{HERE}/one?tag=vip").text
    for name, status, words in (
        ("", 400, "this name is blank"), ("vip", 400, "its name already"),
        ("a;b", 400, "f-name-error"),
        ("hot", 409, "There is a tag “hot” already"),
    ):  # fmt: skip
        refused = alice.post(f"{HERE}/name?tag=vip", data={"name": name})
        assert refused.status_code == status
        assert words in refused.text
    merged = alice.post(f"{HERE}/name?tag=vip", data={"name": "hot", "merge": "1"})
    assert "The tags were merged: vip → hot" in alice.get(merged.headers["location"]).text
    renamed = alice.post(f"{HERE}/name?tag=hot", data={"name": "warm"})
    assert "The tag was renamed" in alice.get(renamed.headers["location"]).text
    gone = alice.post(f"{HERE}/deletion", params={"tag": "a/b & c"})
    assert "The tag was deleted: 1 contact loses it" in alice.get(gone.headers["location"]).text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.column("select tags from contact order by tags") == [["warm"], ["warm"]]


def test_bob_sees_them_and_charlie_does_not(world: World, browser_of: Any) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, tags=["vip"])
    bob = browser_of(world.bob)
    shown = bob.get(HERE)
    assert ">vip<" in shown.text
    assert "/one?tag" not in shown.text
    assert bob.post(f"{HERE}/name?tag=vip", data={"name": "x"}).status_code == 403
    charlie = browser_of(world.charlie)
    assert "vip" not in charlie.get(HERE).text.split("<main")[1]
    for path in (f"{HERE}/one?tag=vip", f"{HERE}/one?tag=nobody"):
        assert charlie.get(path).status_code == 404


def test_a_tag_is_added_coloured_and_all_of_it_undone(world: World, browser_of: Any) -> None:
    alice = browser_of(world.alice)

    def post(path: str, **data: str) -> Any:
        answer = alice.post(f"{HERE}{path}", data=data)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def undo(at: str) -> None:
        shown = parse_qs(urlsplit(at).query)["operation"][0]
        assert f"/operations/{shown}/undo" in alice.get(at).text
        assert alice.post(f"/operations/{shown}/undo").status_code == 303

    def held() -> list[list[str]]:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            return tx.column("select tags from contact order by created_at, id")

    assert 'name="colour"' in alice.get(f"{HERE}/new").text
    added = post("", name="Fair", colour="violet")
    assert "tag is-violet" in alice.get(added).text
    assert alice.post(HERE, data={"name": "fair"}).status_code == 400
    assert "Nobody has it yet" in alice.get(f"{HERE}/one?tag=fair").text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, tags=["fair", "vip"])
        add_contact(tx, tags=["vip"])
    assert 'class="tag is-violet"' in alice.get("/contacts").text

    # Another colour of one that has none yet; the same again is nothing.
    coloured = post("/colour?tag=vip", colour="green")
    assert "tag is-green" in alice.get(HERE).text
    assert post("/colour?tag=vip", colour="green") == HERE
    undo(coloured)
    assert "tag is-green" not in alice.get(HERE).text

    merged = post("/name?tag=vip", name="fair", merge="1")
    assert held() == [["fair"], ["fair"]]
    undo(merged)
    assert sorted(held()[0]) == ["fair", "vip"]
    assert held()[1] == ["vip"]
    renamed = post("/name?tag=fair", name="show")
    assert "tag is-violet" in alice.get("/contacts").text
    undo(renamed)
    assert "fair" in held()[0]
    gone = post("/deletion?tag=fair")
    assert "tag is-violet" not in alice.get(HERE).text
    undo(gone)
    assert "fair" in held()[0]
    assert "tag is-violet" in alice.get(HERE).text


def test_what_rules_ask_for_is_not_undone_behind_them(world: World, http: TestClient) -> None:
    def call(method: str, path: str, status: int, **asked: Any) -> Any:
        answer = http.request(method, f"/api/v1/{path}", headers=world.alice.headers, **asked)
        assert answer.status_code == status, answer.text
        return answer

    call("POST", "tags/", 201, json={"name": "vip", "colour": "red"})
    call("PATCH", "tags/vip/", 200, json={"colour": "blue"})
    call("PATCH", "tags/nobodys/", 404, json={"colour": "blue"})
    listed = call("GET", "tags/", 200).json()["data"]
    assert listed == [{"name": "vip", "contacts": 0, "colour": "blue"}]
    rule = {"name": "VIP", "tier": "A", "filter": {"field": "has_tag", "op": "eq", "value": "vip"}}
    call("PUT", "icp-tier-rules/", 200, json={"data": [rule]})
    renamed = call("POST", "tags/rename/", 200, json={"from": "vip", "to": "top"})
    operation = renamed.headers["nimbus-operation"]
    refused = call("POST", f"operations/{operation}/undo/", 409).json()["error"]
    assert "Rules, scoring or webhooks" in refused["message"]


def test_what_a_tag_will_be_called_is_told_while_it_is_typed(world: World, browser_of: Any) -> None:
    alice = browser_of(world.alice)
    for name, typed, told in (
        ("name", "Messe 2026", "Kept as messe_2026."),
        ("add", "vip, Hot  Lead;Messe 2026", "Kept as hot_lead and messe_2026."),
        ("remove", "vip, hot_lead", ""), ("tags", "<b>", ""), ("tags", "x" * 101, ""),
        ("tags", "A <b>", "Kept as a_&lt;b&gt;."),
    ):  # fmt: skip
        assert alice.get(f"{HERE}/called", params={name: typed}).text == told
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = ids.show("cont", add_contact(tx))
    for page in (f"{HERE}/new", "/contacts/new", f"/contacts/{contact}/fields/tags"):
        assert f'hx-get="{HERE}/called"' in alice.get(page).text, page
    added = alice.post(HERE, data={"name": "Messe 2026"})
    assert "The tag was added: messe_2026" in alice.get(added.headers["location"]).text
    assert f'hx-get="{HERE}/called"' in alice.get(f"{HERE}/one?tag=messe_2026").text
