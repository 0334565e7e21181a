"""The trash: who deleted, when and why; what uses a contact; back again, one or many (S0-44 …
S0-46, S4-15, F-32, G-08, G-33)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus import operations
from nimbus.contacts.trash.trash import restore_many
from nimbus.db import ids
from nimbus.identity.one import claims
from tests.conftest import World
from tests.contacts.editing import Api
from tests.imports.test_run import bring
from tests.imports.undoing import contacts


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def test_a_contact_goes_and_comes_back_by_its_pages(
    api: Api, world: World, browser_of: Any
) -> None:
    here = f"/contacts/{api.ids['ada']}"
    api("POST", "ada", "tasks/", 201, json={"title": "Call her"})
    api("POST", "ada", "deals/", 201, json={"name": "Sold already", "stage": "won"})
    made = {"name": "Germans", "filter": {"field": "country", "op": "eq", "value": "DE"}}
    answer = api.http.post("/api/v1/segments/", json=made, headers=world.alice.headers)
    assert answer.status_code == 201, answer.text
    used = api("GET", "ada", "references/").json()["data"]
    assert [(one["kind"], one["name"]) for one in used] == [
        ("segment", "Germans"), ("task", "Call her")
    ]  # fmt: skip

    browser = browser_of(world.alice)
    page = words(browser.get(f"{here}/deletion").text)
    assert "What uses this contact? 2 Segment Germans Task Call her" in page
    # Whatever uses it, it may go: nothing is lost.
    gone = browser.post(f"{here}/deletion", data={"reason": "Left the company\0"})
    assert gone.status_code == 303
    page = browser.get(gone.headers["location"])
    assert "Ada King was moved to the trash" in page.text
    assert re.search(r'action="/operations/op_\w{26}/undo"', page.text)
    told = words(page.text)
    assert re.search(r"Moved there by \S+ on \d+ \w+ \d{4}: Left the company\. Restore", told)
    assert browser.get(f"{here}/deletion").status_code == 303
    api("DELETE", "bo")

    listed = browser.get("/contacts?view=deleted").text
    name = re.escape(world.alice.who.name.split("@")[0])
    assert re.search(rf"Ada King ada@acme.com ada@acme.com {name}\S* just now Left", words(listed))
    assert "No reason given" in listed
    row = f"row-{api.ids['ada']}"
    assert f'id="{row}"' in listed
    back = browser.post(f"{here}/restore", headers={"hx-request": "true", "hx-target": row})
    # The row goes, and the message stays.
    assert back.status_code == 200
    assert "Ada King was restored" in back.text
    assert "<tr" not in back.text
    assert api.get("ada")["is_deleted"] is False
    again = browser.post(f"{here}/restore")
    assert (again.status_code, again.headers["location"]) == (303, here)


def test_a_program_is_told_what_used_whom_it_deletes(api: Api) -> None:
    """Nothing of it keeps a contact from going: with the contact it is back (S4-15, G-33)."""
    api("POST", "ada", "tasks/", 201, json={"title": "Call her"})
    made = {"name": "Guests", "kind": "static"}
    headers = api.world.alice.headers
    guests = api.http.post("/api/v1/segments/", json=made, headers=headers).json()["id"]
    members = f"/api/v1/segments/{guests}/members/"
    api.http.post(members, json={"add": [api.ids["ada"]]}, headers=headers)
    used = api("GET", "ada", "references/").json()["data"]
    assert [one["name"] for one in used] == ["Guests", "Call her"]

    gone = api("DELETE", "ada").json()
    assert gone["is_deleted"] is True
    assert (gone["meta"]["outcome"], gone["meta"]["references"]) == ("updated", used)
    assert api("DELETE", "bo").json()["meta"]["references"] == []
    api("POST", "ada", "restore/")
    assert api("GET", "ada", "references/").json()["data"] == used


def test_one_whose_email_another_has_leads_to_both(api: Api, world: World, browser_of: Any) -> None:
    here = f"/contacts/{api.ids['ada']}"
    api("DELETE", "ada")
    bring(world, "Email,First name\nada@acme.com,Another\n", in_trash="new")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        other = ids.show("cont", tx.value("select id from contact where first_name = 'Another'"))
    refused = api("POST", "ada", "restore/", 409).json()["error"]
    assert (refused["code"], refused["existing_id"]) == ("conflict", other)
    browser = browser_of(world.alice)
    answer = browser.post(f"{here}/restore")
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    page = browser.get(here).text
    assert f'href="/contacts/{other}"' in page
    assert "has this email by now" in page
    assert f'action="{here}/restore"' not in page
    assert f"/duplicates/compare?a={other}&amp;b={api.ids['ada']}" in page
    # Which brings them back as one, the older with the email that both have.
    assert (
        "Merge 2 contacts" in browser.get(f"/duplicates/compare?a={other}&b={api.ids['ada']}").text
    )
    given = {"survivor": other, "source": api.ids["ada"], "choice.title": api.ids["ada"]}
    answer = browser.post("/duplicates/merge", data=given)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{here}?done=merged&operation=op_")
    page = browser.get(answer.headers["location"]).text
    assert "is one contact now" in page
    assert "Undo merge" in page
    assert "Merge with another contact" in page
    # What was sent twice finds them merged.
    answer = browser.post("/duplicates/merge", data=given)
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    merged = api.get("ada")
    assert (merged["id"], merged["is_deleted"]) == (api.ids["ada"], False)
    assert api("POST", "ada", "unmerge/").json()["is_deleted"] is True


def test_many_come_back_each_for_itself(world: World) -> None:
    """All but those whose email another has, whom another workspace holds, and who are too many."""
    text = "Email,First name\n" + "".join(f"p{at}@acme.com,P{at}\n" for at in range(8))
    bring(world, text)
    alice = world.alice.who
    with world.door.workspace(alice.workspace_id) as tx:
        rows = tx.rows("select id, email, email_key from contact order by email")
        bins = [row["id"] for row in rows]
        tx.run("update contact set is_deleted = true, deleted_at = %s where email <> %s",
               [tx.now, rows[7]["email"]])  # fmt: skip
        tx.run("select registry_forget(%s)", [[rows[1]["email_key"]]])
        tx.run("update contact set email = 'p2@acme.com' where id = %s", [bins[3]])
    bring(world, "Email\np0@acme.com\n", in_trash="new")
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        claims(tx, world.charlie.client, [rows[1]["email_key"]])
    untouched = contacts(world)
    settings = world.instance.settings.model_copy(update={"contacts_hard_limit": 5})
    with world.door.workspace(alice.workspace_id) as tx:
        operation = operations.start(tx, alice, "bulk.restore", "web")
        outcomes = restore_many(tx, operation, bins, settings)
    told = [
        (one.state, one.problem.more.get("reason", one.problem.code) if one.problem else None)
        for one in outcomes
    ]
    # Of the two with one email the later one, and no more than there is room for.
    assert told == [
        ("failed", "conflict"), ("failed", "assigned_elsewhere"), ("failed", "conflict"),
        ("done", None), ("done", None), ("failed", "contact_limit"), ("failed", "contact_limit"),
        ("unchanged", None),
    ]  # fmt: skip
    assert outcomes[2].problem.more["existing_id"] == ids.show("cont", bins[3])
    after = contacts(world)
    assert {id for id in after if after[id] != untouched[id]} == {bins[3], bins[4]}
    with world.door.workspace(alice.workspace_id) as tx:
        assert tx.value("select count(*) from change where operation_id = %s", [operation.id]) == 2
