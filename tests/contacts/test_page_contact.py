"""The page of one contact, its peek and its activity (S0-14 … S0-25, S0-59, F-21)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb
from starlette.testclient import TestClient

from nimbus import operations
from nimbus.access import Who
from nimbus.contacts import panels
from nimbus.contacts.panels import Panel
from nimbus.contacts.words import value_words
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.engagement import printed
from nimbus.enrichment.personalization import put
from nimbus.fields.read import catalogue
from nimbus.operations.operation import log
from tests.conftest import World
from tests.contacts.contact_rows import add_company, add_contact


def text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def address(id: UUID) -> str:
    return f"/contacts/{ids.show('cont', id)}"


@pytest.fixture
def ann(world: World) -> UUID:
    """Imported, then changed by Alice."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = add_company(tx, name="Acme", industry="Software")
        contact = add_contact(
            tx, email="ann@acme.example", full_name="Ann Lee", title="VP Sales",
            phone="+1-555-0100", company_id=company, tags=["vip"], seniority="vp",
            linkedin_url="https://linkedin.com/in/ann",
        )  # fmt: skip
        who = Who("system", tx.workspace_id, "alice@acme.test")
        begun = operations.start(
            tx, who, "import", "web", subject="import", subject_id=uuid4(), why="Q2.csv"
        )
        log(tx, begun, "contact", contact, "created", None, {"full_name": "Ann Lee", "title": "AE"})
        log(tx, begun, "company", company, "created", None, {"name": "Acme"})
        edit = operations.start(tx, world.alice.who, "contact.update", "api")
        change = {"title": "VP Sales", "client_id": str(world.alice.client.id), "score_rules": [1]}
        log(tx, edit, "contact", contact, "updated", {"title": "AE"}, change)
    return contact


def test_nobody_without_a_login(http: TestClient, ann: UUID) -> None:
    assert http.get(address(ann)).status_code == 303


def test_another_workspace_finds_nothing(world: World, browser_of: Any, ann: UUID) -> None:
    browser = browser_of(world.charlie)
    theirs, nobody = browser.get(address(ann)), browser.get(address(uuid4()))
    assert theirs.status_code == nobody.status_code == 404
    assert "Ann" not in theirs.text


def test_details_say_where_values_came_from(world: World, browser_of: Any, ann: UUID) -> None:
    page = text(browser_of(world.bob).get(f"{address(ann)}?tab=details").text)
    assert "VP Sales at Acme" in page
    assert "Full name Ann Lee from import Q2.csv · just now" in page
    assert f"Job title VP Sales by {world.alice.who.name} through the API · just now" in page
    assert "Company name Acme from import Q2.csv" in page
    assert "Seniority Vice president worked out from the title · just now" in page
    assert "Not known: First name, Last name, Name prefix" in page
    # What nobody brought has no such note.
    for label in ("Client", "Created at", "Updated at"):
        assert f"{label} " in page
        assert not re.search(rf"\b{label} .{{1,20}}? from import", page), label
    assert "Deletion reason" not in page
    assert "Not suppressed" in page


def test_activity_tells_before_and_after(world: World, browser_of: Any, ann: UUID) -> None:
    html = browser_of(world.bob).get(f"{address(ann)}?tab=activity").text
    page = text(html)
    assert "Today" in page
    assert re.search(r"2 fields changed by \S+ through the API Job title AE VP Sales", page)
    assert f"Client blank {world.alice.client.name}" in page
    assert "Imported from Q2.csv" in page
    assert re.search(r'href="/imports/imp_\w{26}">Q2.csv', html)
    assert "score_rules" not in page
    assert "/undo" not in html, "Bob may not write"


def test_a_score_alone_is_told_by_its_name(world: World, browser_of: Any, ann: UUID) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        again = operations.start(tx, Who("system", tx.workspace_id, "Scoring"), "rescore", "worker")
        log(tx, again, "contact", ann, "updated", {"lead_score": 24}, {"lead_score": 13})
    told = text(browser_of(world.bob).get(f"{address(ann)}?tab=activity").text)
    assert re.search(r"Scored again by Scoring.* Lead score 24 13", told), told
    assert "Title AE" not in told, "which has its name in the sentence"


def test_what_was_done_is_undone_from_the_activity(
    world: World, browser_of: Any, ann: UUID
) -> None:
    browser, here = browser_of(world.alice), f"{address(ann)}?tab=activity"
    [undo] = re.findall(r'action="(/operations/\w+/undo)"', browser.get(here).text)
    referer = {"referer": f"http://testserver{here}"}
    assert browser.post(undo, headers=referer).headers["location"] == here
    page = browser.get(here).text
    assert "set back" in text(page)
    assert undo not in page, "what is undone is not offered again"


@pytest.mark.parametrize(
    ("came", "back"),
    [
        ("http://testserver/contacts?icp_tier=A&q=ann", "/contacts?icp_tier=A&q=ann"),
        ("http://testserver/contacts", "/contacts"),
        ("http://testserver/imports?before=1", "/contacts"),
        ("http://evil.example/contacts?icp_tier=A", "/contacts"),
        ("http://testserver/contacts?q=" + "x" * 3000, "/contacts"),
        ("nonsense", "/contacts"),
    ],
)
def test_the_way_back_is_the_list_one_came_from(
    world: World, browser_of: Any, ann: UUID, came: str, back: str
) -> None:
    browser = browser_of(world.bob)
    page = browser.get(address(ann), headers={"referer": str(browser.base_url.join(came))})
    crumb = re.search(r'class="crumb" href="([^"]*)"', page.text)
    assert crumb is not None
    assert unescape(crumb[1]) == back
    tab = re.search(r'href="([^"]*tab=activity[^"]*)"', page.text)
    assert tab is not None
    activity = browser.get(unescape(tab[1]), headers={"referer": str(page.url)})
    crumb = re.search(r'class="crumb" href="([^"]*)"', activity.text)
    assert crumb is not None
    assert unescape(crumb[1]) == back


def test_the_peek_is_a_piece(world: World, browser_of: Any, ann: UUID) -> None:
    answer = browser_of(world.bob).get(f"{address(ann)}?peek=1", headers={"hx-request": "true"})
    assert "<html" not in answer.text
    assert "ann@acme.example" in answer.text
    assert f'href="{address(ann)}"' in answer.text


def test_tier_and_score_have_their_reasons(world: World, browser_of: Any) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        rule = tx.row("select id, name from icp_tier_rule where tier = 'A' order by position")
        model = tx.row("select id, version, rules from scoring_model where is_current")
        assert rule
        assert model
        first = model["rules"][0]
        judged = add_contact(
            tx, icp_tier="A", tier_rule_id=rule["id"], lead_score=34, grade="D", score_fit=85,
            score_engagement=0, score_intent=0, scoring_model_id=model["id"],
            score_rules=[first["number"]],
        )  # fmt: skip
        forgotten = add_contact(tx, icp_tier="A", tier_rule_id=uuid4(), lead_score=7, grade="F")
    browser = browser_of(world.bob)
    page = text(browser.get(address(judged)).text)
    assert f"because {rule['name']} Seniority is" in page
    assert "Score 34 of 100" in page
    assert "Fit 34 /40" in page
    assert first["name"] in page
    assert "Score 7 of 100" in text(browser.get(address(forgotten)).text)


def test_a_rule_that_asks_for_a_lost_field_does_not_break_the_page(
    world: World, browser_of: Any
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        lost = Jsonb({"field_id": str(uuid4()), "op": "is_empty"})
        rule = tx.value(
            "update icp_tier_rule set filter = %s where tier = 'A' returning id", [lost]
        )
        model = tx.value(
            "update scoring_model set rules = %s where is_current returning id",
            [Jsonb([{"number": 1, "component": "fit", "name": "x", "points": 1,
                     "filter": {"field_id": str(uuid4()), "op": "is_empty"}}])],
        )  # fmt: skip
        contact = add_contact(tx, icp_tier="A", tier_rule_id=rule, lead_score=9, grade="F",
                              scoring_model_id=model, score_rules=[1], score_fit=9)  # fmt: skip
    page = browser_of(world.bob).get(address(contact))
    assert page.status_code == 200
    assert "Score 9 of 100" in text(page.text)


def test_suppression_and_the_trash_are_told_first(world: World, browser_of: Any) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = add_contact(
            tx, email="no@acme.example", is_deleted=True, deletion_reason="opted_out_via_form"
        )
        tx.run(
            "insert into suppression (workspace_id, email, reason, source, created_by, created_at)"
            " values (%s, 'no@acme.example', 'unsubscribe', 'web', 'Alice', %s)",
            [tx.workspace_id, tx.now],
        )
    page = text(browser_of(world.bob).get(address(contact)).text)
    assert "In the trash Moved there: Opted out via form." in page
    assert "Must not be contacted This workspace: Unsubscribe" in page
    assert "Not suppressed" not in page


def test_its_days_are_those_of_whoever_looks(world: World, browser_of: Any) -> None:
    night = datetime(2020, 5, 5, 3, tzinfo=UTC)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        client = world.alice.client.id
        contact = add_contact(
            tx, is_deleted=True, deleted_at=night, client_id=client,
            email_key=(key := uuid4()),
        )  # fmt: skip
        tx.rows(
            "select * from registry_claim(array[%s::uuid], %s, 60::smallint, %s, %s)",
            [key, client, night - timedelta(days=900), night - timedelta(days=800)],
        )
    browser = browser_of(world.bob)
    for zone, deleted, before in (
        ("UTC", "5 May 2020", "17 Nov 2017 – 25 Feb 2018"),
        ("America/Los_Angeles", "4 May 2020", "16 Nov 2017 – 24 Feb 2018"),
    ):
        browser.cookies.set("zone", zone)
        page = text(browser.get(address(contact)).text)
        assert f"Moved there on {deleted}, without a reason." in page
        assert before in page
    # A value that is compared is told as it is kept and written, and says so.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        created_at = catalogue(tx).get("created_at")
    assert value_words(created_at, "2020-05-05T03:00:00Z", {}) == "5 May 2020, 03:00 UTC"


def test_a_merged_contact_leads_to_the_one_that_was_kept(
    world: World, browser_of: Any, ann: UUID
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        old = add_contact(tx, is_deleted=True, merged_into=ann)
    answer = browser_of(world.bob).get(address(old))
    assert (answer.status_code, answer.headers["location"]) == (303, address(ann))


def claim(tx: Tx, key: UUID, client: UUID, begin: int, end: int) -> None:
    day = timedelta(days=1)
    tx.rows(
        "select * from registry_claim(array[%s::uuid], %s, 60::smallint, %s, %s)",
        [key, client, tx.now + begin * day, tx.now + end * day],
    )


def test_the_assignment_and_those_before_it(world: World, browser_of: Any) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contact = add_contact(tx, email_key=(key := uuid4()))
        claim(tx, key, world.alice.client.id, -200, -110)
        second = tx.value(
            "insert into client (workspace_id, name) values (%s, 'Second client') returning id",
            [tx.workspace_id],
        )
    browser = browser_of(world.bob)
    page = text(browser.get(address(contact)).text)
    assert re.search(
        rf"nobody holds this address Before {world.alice.client.name} \d+ \w+ 20", page
    )
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        claim(tx, key, second, -5, 85)
        tx.run(
            "update contact set client_id = %s, assigned_until = %s where id = %s",
            [second, tx.now + timedelta(days=85), contact],
        )
    page = text(browser.get(address(contact)).text)
    assert re.search(r"Client Second client Ends \d+ \w+ (\d+ )?Priority 60 Before", page)
    # Bob may only read: nothing is offered that he may not do.
    for verb in ("Renew", "Release", "Transfer"):
        assert verb not in page
    # Platform-wide totals belong to the address, and the operator may turn them off (D-16).
    assert "Emails sent 0" in page


def test_other_rooms_add_panels(world: World, browser_of: Any, ann: UUID) -> None:
    seen = []

    def offer(tx: Tx, row: Any) -> Panel | None:
        seen.append(row["email"])
        return None

    before = dict(panels._offers)
    panels.install({**before, "side": (offer,)})
    browser_of(world.bob).get(address(ann))
    panels.install(before)
    assert seen == ["ann@acme.example"]


def test_the_whole_person_on_paper(world: World, browser_of: Any, ann: UUID) -> None:
    """Left column, details, timeline and research on one page, without anything to press."""
    alice = browser_of(world.alice)
    who = world.alice.who
    with world.door.workspace(who.workspace_id) as tx:
        put(tx, who, ann, {"status": "ready", "lines": {"opener": "About your talk."}}, "api")
    note = alice.post(f"{address(ann)}/timeline/notes", data={"body": "Likes tea."})
    assert note.status_code == 303
    assert f"{address(ann)}/print" in alice.get(address(ann)).text
    html = alice.get(f"{address(ann)}/print").text
    page = text(html)
    for words in ("Ann Lee", "+1-555-0100", "Full name", "Likes tea.", "About your talk.",
                  "Enrichment", "Owner"):  # fmt: skip
        assert words in page, words
    assert "<form" not in html.partition("<main")[2].partition("</main")[0]
    assert browser_of(world.bob).get(f"{address(ann)}/print").status_code == 200
    assert browser_of(world.charlie).get(f"{address(ann)}/print").status_code == 404


def test_a_long_timeline_says_on_paper_that_it_is_shortened(
    world: World, browser_of: Any, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = browser_of(world.alice)
    for body in ("One note", "Two notes", "Three notes"):
        alice.post(f"{address(ann)}/timeline/notes", data={"body": body})
    monkeypatch.setattr(printed, "MOST", 2)
    page = text(alice.get(f"{address(ann)}/print").text)
    assert "Three notes" in page
    assert "One note" not in page
    assert "The 2 newest of 3 events" in page
