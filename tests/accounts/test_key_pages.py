"""The pages of keys in the settings: a key is shown once, and says what it may do."""

from __future__ import annotations

import html
import re

import pytest

from nimbus.access import SCOPES
from tests.conftest import World

# Nothing can be read by these alone.
WRITES_ONLY: set[str] = {
    "contacts:write", "imports:write", "segments:write", "exports:write", "engagement:write",
    "suppression:write", "consent:write", "settings:write", "assignments:write", "admin:gdpr",
}  # fmt: skip


def test_a_key_is_shown_once_and_revoked_after_a_question(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    form = {"name": "Nightly sync", "scopes": ["contacts:read", "imports:write"]}
    sent = browser.post("/settings/keys", data=form)
    assert sent.status_code == 303
    assert "nmb_" not in sent.headers["location"] + sent.headers["set-cookie"]
    made = browser.get(sent.headers["location"])
    [key] = set(re.findall(r"nmb_\w{46}", made.text))
    assert made.headers["cache-control"] == "no-store"
    assert browser.get("/api/v1/workspace/", headers={"authorization": f"Bearer {key}"}).is_success
    assert key not in browser.get(sent.headers["location"]).text
    page = browser.get("/settings/keys").text
    assert key not in page
    assert f"nmb_…{key[-4:]}" in page
    question = re.findall(r'href="(/settings/keys/key_\w+/revocation)"[^>]*Revoke Nightly', page)[0]
    assert "cannot be undone" in browser.get(question).text
    assert browser.post(question).headers["location"] == "/settings/keys?saved=revoked"
    assert browser.get("/api/v1/workspace/", headers={"authorization": f"Bearer {key}"}).is_error
    assert browser.post(question).status_code == 404


def test_the_first_request_of_a_key_is_one_that_it_may_make(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    for scope in SCOPES:
        sent = browser.post("/settings/keys", data={"name": scope, "scopes": [scope]})
        made = html.unescape(browser.get(sent.headers["location"]).text)
        found = re.search(r"Bearer (nmb_\w{46})' \\\n  '([^']+)'", made)
        assert found or scope in WRITES_ONLY, scope
        if found:
            told = browser.get(found[2], headers={"authorization": f"Bearer {found[1]}"})
            assert told.status_code == 200, scope
            assert scope not in WRITES_ONLY, scope


def test_a_key_has_a_page_that_says_what_it_may_do(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    form = {"name": "Nightly sync", "scopes": ["contacts:read", "imports:write"]}
    browser.post("/settings/keys", data=form)
    keys = browser.get("/settings/keys").text
    [place] = set(re.findall(r'<a href="(/settings/keys/key_\w+)">Nightly sync', keys))
    page = browser.get(place).text
    for words in ("2 scopes", "Import contacts", "imports:write", "by alice", "never"):
        assert words in page, words
    assert browser_of(world.charlie).get(place).status_code == 404
    assert browser_of(world.bob).get(place).status_code == 403


def test_the_same_form_sent_again_makes_no_second_key(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    number = re.findall(r'name="form" value="([\w-]{36})"', browser.get("/settings/keys").text)[0]
    form = {"name": "Nightly sync", "scopes": ["contacts:read"], "form": number}
    refused = browser.post("/settings/keys", data={**form, "name": ""})
    assert refused.status_code == 400
    first = browser.post("/settings/keys", data=form)
    assert "made=key_" in first.headers["location"]
    again = browser.post("/settings/keys", data=form)
    assert (again.status_code, again.headers["location"]) == (303, "/settings/keys?saved=before")
    page = browser.get(again.headers["location"]).text
    assert "This key was made already" in page
    assert page.count("Revoke Nightly sync") == 1
    assert "nmb_" not in re.sub(r"nmb_…", "", page)


def test_a_new_key_is_shown_to_nobody_else(world: World, browser_of) -> None:
    browser = browser_of(world.alice)
    form = {"name": "Nightly sync", "scopes": ["contacts:read"]}
    place = browser.post("/settings/keys", data=form).headers["location"]
    charlie = browser_of(world.charlie)
    answer = charlie.get(place)
    assert not re.findall(r"nmb_\w{46}", answer.text)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "", "scopes": ["contacts:read"]}, "Give the key a name"),
        ({"name": "N"}, "Choose at least one scope"),
        ({"name": "N", "scopes": ["contacts:fly"]}, "There is no scope"),
        ({"name": "N", "scopes": ["contacts:read"], "client_id": "nonsense"}, "must be the id"),
    ],
)
def test_a_refused_key_keeps_what_was_chosen(world: World, browser_of, form, words: str) -> None:
    refused = browser_of(world.alice).post("/settings/keys", data=form)
    assert refused.status_code == 400
    assert words in refused.text
    assert "nmb_" not in refused.text.split("Create a key")[1]
