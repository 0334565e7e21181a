"""The lists over the API: anonymous, Bob, Charlie, then what Alice can do (G-48, D-31)."""

from __future__ import annotations

import json

import pytest

from nimbus.access.keys import issue
from tests.contacts.contact_rows import add_contact

EMAILS, DOMAINS = "/api/v1/suppressions/", "/api/v1/suppression-domains/"
GIVEN = {
    EMAILS: {"emails": ["bo@acme.com"], "reason": "opt_out"},
    DOMAINS: {"domains": ["acme.com"], "reason": "competitor"},
}
both = pytest.mark.parametrize("url", [EMAILS, DOMAINS], ids=["emails", "domains"])


@pytest.fixture
def api(http, world):
    """`api(method, url, person, …)`; the answer's status and body."""

    def call(method, url, person=world.alice, **more):
        headers = {"Content-Type": "application/json"} | (person.headers if person else {})
        headers |= more.pop("headers", {})
        answer = http.request(method, url, headers=headers, **more)
        return answer.status_code, answer.json()

    return call


@both
def test_nobody_without_a_key(api, url):
    assert api("GET", url, None)[0] == 401
    assert api("POST", url, None, json=GIVEN[url])[0] == 401


@both
def test_bob_reads_and_may_not_write(api, world, url):
    [made] = api("POST", url, json=GIVEN[url])[1]["data"]
    status, seen = api("GET", url, world.bob)
    assert (status, len(seen["data"])) == (200, 1)
    for method, place, body in (
        ("POST", url, GIVEN[url]),
        ("DELETE", f"{url}{made['id']}/", {"why": "let me"}),
    ):
        status, refused = api(method, place, world.bob, json=body)
        assert (status, refused["error"]["code"]) == (403, "forbidden")
        assert refused["error"]["scope"] == "suppression:write"


@both
def test_charlie_sees_nothing_and_an_id_of_acme_is_like_one_that_does_not_exist(api, world, url):
    [made] = api("POST", url, json=GIVEN[url])[1]["data"]
    assert api("GET", url, world.charlie)[1]["data"] == []
    prefix = made["id"].split("_")[0]
    answers = [
        api("DELETE", f"{url}{id}/", world.charlie, json={"why": "mine"})
        for id in (made["id"], f"{prefix}_01h455vb4pex5vsknk084sn02q", "nonsense", "cont_x")
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 404
    assert len(api("GET", url)[1]["data"]) == 1


def test_an_email_goes_on_the_list_and_off_it(api, world):
    status, made = api("POST", EMAILS, json={
        "emails": ["Bo@Acme.com", "not an email", "bo@acme.com"], "reason": "unsubscribe",
        "note": "by reply", "source": "helpdesk",
    })  # fmt: skip
    assert status == 201
    assert (made["added"], made["repeated"], made["already_there"]) == (1, 1, 0)
    assert (made["refused"][0]["index"], made["refused"][0]["value"]) == (1, "not an email")
    [entry] = api("GET", EMAILS)[1]["data"]
    assert entry["id"] == made["data"][0]["id"]
    assert entry["id"].startswith("sup_")
    assert entry["created_at"].endswith("Z")
    assert {key: entry[key] for key in ("email", "reason", "source", "note", "created_by")} == {
        "email": "bo@acme.com",
        "reason": "unsubscribe",
        "source": "helpdesk",
        "note": "by reply",
        "created_by": "First key, made with the workspace",
    }
    status, refused = api("DELETE", f"{EMAILS}{entry['id']}/")
    assert (status, refused["error"]["field"]) == (400, "why")
    assert api("DELETE", f"{EMAILS}{entry['id']}/", json={"why": "signed up"}) == (200, entry)
    assert api("DELETE", f"{EMAILS}{entry['id']}/", json={"why": "again"})[0] == 404


@pytest.mark.parametrize(
    ("url", "body", "field"),
    [
        (EMAILS, {"reason": "opt_out"}, "emails"),
        (EMAILS, {"emails": [], "reason": "opt_out"}, "emails"),
        (EMAILS, {"emails": ["bo@acme.com"]}, "reason"),
        (EMAILS, {"emails": ["bo@acme.com"], "reason": "competitor"}, "reason"),
        (EMAILS, {"emails": ["nobody"], "reason": "opt_out"}, "emails[0]"),
        (EMAILS, {"emails": ["bo@acme.com"], "reason": "manual", "colour": "red"}, "colour"),
        (DOMAINS, {"domains": ["acme"], "reason": "competitor"}, "domains[0]"),
        (DOMAINS, {"domains": ["acme.com"], "reason": "spite"}, "reason"),
    ],
)
def test_a_refusal_names_the_field(api, url, body, field):
    status, refused = api("POST", url, json=body)
    assert (status, refused["error"]["code"]) == (400, "validation_error")
    assert refused["error"]["field"] == field
    assert api("GET", url)[1]["meta"]["total_count"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"reason": "opt_out,spite"}, "reason"),
        ({"cursor": "abc"}, "cursor"),
        ({"cursor": "é" * 40}, "cursor"),
        ({"page_size": 501}, "page_size"),
        ({"created_after": "yesterday"}, "created_after"),
    ],
)
def test_a_list_asked_for_wrongly_names_the_field(api, query, field):
    status, refused = api("GET", EMAILS, params=query)
    assert (status, refused["error"]["field"]) == (400, field)


def test_text_that_no_database_can_keep_does_no_harm(api):
    body = {"emails": ["bo@acme.com", "b\x00o@\ud800"], "reason": "manual", "note": "a\x00b"}
    status, made = api("POST", EMAILS, content=json.dumps(body))
    assert (status, made["added"], len(made["refused"])) == (201, 1, 1)
    assert api("GET", EMAILS, params={"search": "b\x00o"})[0] == 200


def test_ten_thousand_emails_in_one_request_then_page_by_page(api):
    emails = [f"person{n}@acme.com" for n in range(10_000)]
    status, made = api("POST", EMAILS, json={"emails": emails, "reason": "hard_bounce"})
    assert (status, made["added"]) == (201, 10_000)
    seen, cursor = [], None
    while True:
        query = {"page_size": 500} | ({"cursor": cursor} if cursor else {})
        page = api("GET", EMAILS, params=query)[1]
        seen += [entry["email"] for entry in page["data"]]
        cursor = page["meta"]["next_cursor"]
        assert page["meta"]["has_more"] == bool(cursor)
        assert (page["meta"]["total_count"], page["meta"]["total_is_exact"]) == (10_000, True)
        if not cursor:
            break
    assert len(seen) == 10_000
    assert sorted(seen) == sorted(emails)


def test_search_and_filters(api):
    api("POST", EMAILS, json={"emails": ["bo@acme.com", "al@acme.com"], "reason": "manual"})
    api("POST", EMAILS, json={"emails": ["cy@other.com"], "reason": "opt_out", "source": "form"})

    def found(**query):
        return sorted(entry["email"] for entry in api("GET", EMAILS, params=query)[1]["data"])

    assert found(search="ACME") == ["al@acme.com", "bo@acme.com"]
    assert found(search="_") == []
    assert found(reason="opt_out, compliance") == ["cy@other.com"]
    assert found(source="form") == ["cy@other.com"]
    assert found(created_after="2000-01-01T00:00:00") == found()
    assert found(created_after="2999-01-01T00:00:00Z") == []


def test_a_cursor_is_of_no_use_for_the_other_list(api):
    api("POST", EMAILS, json={"emails": ["bo@acme.com", "al@acme.com"], "reason": "manual"})
    cursor = api("GET", EMAILS, params={"page_size": 1})[1]["meta"]["next_cursor"]
    status, refused = api("GET", DOMAINS, params={"cursor": cursor})
    assert (status, refused["error"]["field"]) == (400, "cursor")


def test_a_key_with_the_one_scope_is_enough(http, world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        _, key = issue(tx, world.alice.who, "Bounces", ["suppression:write"])
    headers = {"Authorization": f"Bearer {key}"}
    assert http.post(EMAILS, headers=headers, json=GIVEN[EMAILS]).status_code == 201
    assert http.get(EMAILS, headers=headers).status_code == 403


def test_free_mail_is_accepted_with_a_warning_and_www_is_dropped(api):
    given = {"domains": ["https://www.acme.com/about", "gmail.com"], "reason": "competitor"}
    status, answer = api("POST", DOMAINS, json=given)
    assert (status, sorted(one["name"] for one in answer["data"])) == (
        201,
        ["acme.com", "gmail.com"],
    )
    [warning] = answer["warnings"]
    assert warning.startswith("gmail.com gives addresses to anybody")
    assert api("POST", EMAILS, json=GIVEN[EMAILS])[1]["warnings"] == []


def test_a_page_of_domains_counts_whom_each_holds_back(api, world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, email="a@mail.acme.com")
    api("POST", DOMAINS, json={"domains": ["acme.com", "nobody.com"], "reason": "manual"})
    listed = api("GET", DOMAINS)[1]["data"]
    told = {one["domain"]: (one["held_back"], one["held_back_is_exact"]) for one in listed}
    assert told == {"acme.com": (1, True), "nobody.com": (0, True)}
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        _, key = issue(tx, world.alice.who, "Lists", ["suppression:read"])
    untold = api("GET", DOMAINS, None, headers={"Authorization": f"Bearer {key}"})[1]["data"]
    assert {one["held_back"] for one in untold} == {None}
