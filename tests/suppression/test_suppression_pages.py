"""The pages under /suppression, as Alice, Bob and Charlie see them."""

from __future__ import annotations

import re
from html import unescape

import psycopg
import pytest

from nimbus.db import ids
from nimbus.identity import email_key
from nimbus.suppression import DOMAINS, EMAILS, add, held_back
from tests.contacts.contact_rows import add_contact


@pytest.fixture
def put(world):
    """Adds lines as Alice; answers the address of the first one's page."""

    def put(listing, *lines, reason="manual", note=""):
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            added = add(
                tx, world.alice.who, listing, lines, reason=reason, note=note, through="api"
            )
        first = next(iter(added.added.values()))
        return f"/suppression/{listing.key}/{ids.show(listing.prefix, first)}"

    return put


def test_nobody_without_a_session(http):
    answer = http.get("/suppression")
    assert (answer.status_code, "/login" in answer.headers["location"]) == (303, True)


def test_an_empty_list_says_what_to_do_next(world, browser_of):
    alice = browser_of(world.alice)
    assert "Nobody is suppressed yet" in alice.get("/suppression").text
    assert "No domain is suppressed yet" in alice.get("/suppression/domains").text
    assert 'href="/suppression/emails/new"' in alice.get("/suppression").text


def test_bob_reads_but_is_offered_no_change(world, browser_of, put):
    entry = put(EMAILS, "bo@acme.com")
    bob = browser_of(world.bob)
    assert "bo@acme.com" in bob.get("/suppression").text
    assert "/new" not in bob.get("/suppression").text
    assert "Remove" not in bob.get(entry).text
    assert bob.get("/suppression/emails/new").status_code == 403
    assert bob.post("/suppression/emails", data={"lines": "a@b.com"}).status_code == 403
    assert bob.post(f"{entry}/removal").status_code == 403


def test_charlie_sees_nothing_of_it(world, browser_of, put):
    entry = put(EMAILS, "bo@acme.com")
    charlie = browser_of(world.charlie)
    assert "bo@acme.com" not in charlie.get("/suppression").text
    assert charlie.get(entry).status_code == 404
    assert charlie.post(f"{entry}/removal", data={"why": "mine"}).status_code == 404


def test_lines_are_added_and_what_cannot_be_read_stays_in_the_form(world, browser_of, put):
    put(EMAILS, "old@acme.com")
    alice = browser_of(world.alice)
    answer = alice.post("/suppression/emails", data={
        "lines": "bo@acme.com\n\nold@acme.com\nno <email>\n", "reason": "opt_out", "note": "",
    })  # fmt: skip
    assert answer.status_code == 400
    assert "1 email added, 1 given the stricter reason" in answer.text
    assert "1 added, 1 could not be read: “no &lt;email&gt;”. It is not an email" in answer.text
    assert ">no &lt;email&gt;</textarea>" in answer.text
    assert "bo@acme.com" in alice.get("/suppression").text


def test_what_is_pasted_in_a_row_is_taken_apart(world, browser_of):
    alice = browser_of(world.alice)
    pasted = "a@b.com, c@d.com; Brandt, Bo <bo@acme.com>\nAl <al@b.org>, e@f.com\tg@h.com nobody"
    answer = alice.post("/suppression/emails", data={"lines": pasted, "reason": "manual"})
    assert "6 added, 1 could not be read: “nobody”." in answer.text
    shown = alice.get("/suppression").text
    for email in ("a@b.com", "c@d.com", "bo@acme.com", "al@b.org", "e@f.com", "g@h.com"):
        assert f">{email}</a>" in shown
    pasted = {"lines": "https://a.com/x, b.org;c.net d.io", "reason": "manual"}
    answer = alice.post("/suppression/domains", data=pasted)
    assert "4 domains added (a.com, b.org, c.net and 1 more)" in answer.text


def test_a_pasted_address_holds_back_the_domain_and_free_mail_is_warned_of(world, browser_of):
    alice = browser_of(world.alice)
    form = {"lines": "https://www.acmeurl.com/contact", "reason": "competitor"}
    answer = alice.post("/suppression/domains", data=form)
    assert "1 domain added (acmeurl.com)" in answer.text
    assert "Did you mean everybody there?" not in answer.text
    checked = alice.get("/suppression/platform?email=joe@acmeurl.com").text
    assert "acmeurl.com, added by" in checked
    assert "may be contacted</" not in checked
    answer = alice.post("/suppression/domains", data={**form, "lines": "gmail.com"})
    assert answer.status_code == 200
    assert "gmail.com gives addresses to anybody" in answer.text


def test_an_addition_is_undone_from_its_toast(world, browser_of):
    alice = browser_of(world.alice)
    answer = alice.post(
        "/suppression/domains", data={"lines": "acme.com\nb.org", "reason": "customer"}
    )
    assert "2 domains added" in answer.text
    undo = re.search(r'action="(/suppression/domains/undo/op_\w+)"', answer.text)[1]
    undone = alice.post(undo, headers={"HX-Request": "true"})
    assert "Undone for 2 domains" in undone.text
    assert undone.headers["HX-Retarget"] == "body"
    assert "No domain is suppressed yet" in undone.text


@pytest.mark.parametrize("given", [{"lines": " \n"}, {"lines": "a@b.com", "reason": "spite"}])
def test_a_wrong_form_comes_back_with_its_error(world, browser_of, given):
    answer = browser_of(world.alice).post("/suppression/emails", data=given)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text


def test_a_protected_entry_goes_with_a_reason_and_comes_back_by_undo(world, browser_of, put):
    entry = put(EMAILS, "bo@acme.com", reason="opt_out", note="by phone")
    alice = browser_of(world.alice)
    page = alice.get(entry).text
    assert "by phone" in page
    assert "put it on the list" in page
    refused = alice.post(f"{entry}/removal", data={"why": ""})
    assert (refused.status_code, "Say why it may be contacted" in refused.text) == (400, True)
    removed = alice.post(f"{entry}/removal", data={"why": "signed up again"})
    assert "bo@acme.com was removed" in removed.text
    assert alice.get(entry).status_code == 404
    alice.post(re.search(r'action="(/suppression/emails/undo/op_\w+)"', removed.text)[1])
    assert "signed up again" in alice.get(entry).text


def test_pages_lead_on_and_back_and_keep_what_was_sought(world, browser_of, put):
    put(EMAILS, *[f"person{n:03}@acme.com" for n in range(120)])
    put(EMAILS, "bo@other.com")
    alice = browser_of(world.alice)
    url, seen = "/suppression?q=person", []
    for _ in range(3):
        page = alice.get(url).text
        assert "120 emails" in page
        seen.append(re.findall(r"<a href=\"/suppression/emails/sup_\w+\">(\S+)</a>", page))
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        url = onward[1].replace("&amp;", "&") if onward else None
    assert (url, [len(page) for page in seen]) == (None, [50, 50, 20])
    back = re.search(r'href="([^"]+)" rel="prev"', page)[1].replace("&amp;", "&")
    assert (
        re.findall(r"<a href=\"/suppression/emails/sup_\w+\">(\S+)</a>", alice.get(back).text)
        == seen[1]
    )
    assert "Nothing found" in alice.get("/suppression?q=nobody").text
    assert "Nothing found" in alice.get("/suppression?reason=compliance").text


def test_one_address_is_asked_for_on_all_layers(world, browser_of, put):
    put(EMAILS, "bo@mail.acme.com", reason="opt_out")
    domain = put(DOMAINS, "acme.com", reason="competitor")
    key = email_key(world.instance.secrets.key("email"), "bo@mail.acme.com")
    with psycopg.connect(world.instance.logins.migrate) as operator:
        operator.execute(
            "insert into global_contact (email_key, is_globally_suppressed) values (%s, true)",
            [key],
        )
    alice = browser_of(world.alice)
    page = alice.get("/suppression/platform", params={"email": "Bo@mail.acme.com"}).text
    for words in ("This workspace: Opt-out", "Domain: Competitor", "Platform: Opt-out", domain):
        assert words in page
    free = alice.get("/suppression/platform", params={"email": "al@other.com"}).text
    assert "al@other.com may be contacted" in free
    assert alice.get("/suppression/platform", params={"email": "nobody"}).status_code == 400
    assert "may be contacted<" not in alice.get("/suppression/platform").text


def test_a_domain_tells_whom_it_holds_back(world, browser_of, put, monkeypatch):
    emails = ("a@acme.com", "b@mail.acme.com", "c@notacme.com", "d@acme.com.other.com")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        for email in emails:
            add_contact(tx, email=email)
        add_contact(tx, email="e@acme.com", is_deleted=True, deleted_at=tx.now)
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        add_contact(tx, email="f@acme.com")
    entry = put(DOMAINS, "acme.com", "nobody.com")
    alice = browser_of(world.alice)
    page = alice.get("/suppression/domains").text
    assert "Contacts held back by acme.com: 2" in page
    assert "Contacts held back by nobody.com" not in page
    assert "Contacts held back by acme.com: 2" in alice.get(entry).text
    link = re.search(r'href="(/contacts\?filter=[^"]+)"', page)[1]
    listed = alice.get(unescape(link)).text
    assert [email in listed for email in emails] == [True, True, False, False]
    assert "Holds back" not in alice.get("/suppression").text
    monkeypatch.setattr(held_back, "COUNT_BUDGET", 1)
    assert ">1+</a>" in alice.get("/suppression/domains").text
