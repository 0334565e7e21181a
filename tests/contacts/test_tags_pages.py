"""Tags in the settings: told, renamed, merged once that is meant, and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from nimbus.contacts import tags
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
    assert ">vip<" in browser.get(HERE, params={"all": "1"}).text


def test_tags_in_the_settings(world: World, browser_of: Any) -> None:
    alice = browser_of(world.alice)
    assert "No tags yet" in alice.get(HERE).text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, tags=["vip", "a/b & c"])
        add_contact(tx, tags=["vip", "hot"])

    page = alice.get(HERE).text
    assert page.index("a/b &amp; c") < page.index(">hot<") < page.index(">vip<")
    assert '/contacts?tag=a%2Fb%20%26%20c"' in page
    assert ">hot<" not in alice.get(HERE, params={"q": "vi"}).text
    assert "No tag has" in alice.get(HERE, params={"q": "zz"}).text
    assert "2 contacts" in alice.get(f"{HERE}/one?tag=vip").text
    for name, status, words in (
        ("", 400, "f-name-error"), ("vip", 400, "its name already"), ("a;b", 400, "f-name-error"),
        ("hot", 409, "There is a tag “hot” already"),
    ):  # fmt: skip
        refused = alice.post(f"{HERE}/name?tag=vip", data={"name": name})
        assert refused.status_code == status
        assert words in refused.text
    merged = alice.post(f"{HERE}/name?tag=vip", data={"name": "hot", "merge": "1"})
    assert "The tags were merged" in alice.get(merged.headers["location"]).text
    renamed = alice.post(f"{HERE}/name?tag=hot", data={"name": "warm"})
    assert "The tag was renamed" in alice.get(renamed.headers["location"]).text
    gone = alice.post(f"{HERE}/deletion", params={"tag": "a/b & c"})
    assert "The tag was deleted" in alice.get(gone.headers["location"]).text
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
