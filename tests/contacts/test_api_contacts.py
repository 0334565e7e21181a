"""`GET /api/v1/contacts/` and one of them: the article's object, its lists and refusals (S3)."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from nimbus.contacts.contact import Contact, Engagement
from nimbus.db import ids
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_company, add_contact, add_crowd, add_import

LIST = "/api/v1/contacts/"
MADE = datetime(2026, 4, 1, 10, tzinfo=UTC)
CHANGED = datetime(2026, 4, 20, 14, 32, 11, tzinfo=UTC)


def one(id: UUID) -> str:
    return f"{LIST}{ids.show('cont', id)}/"


@pytest.fixture
def ada(world: World) -> UUID:
    """A contact of Alice's with every value."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        stage = tx.value(
            "insert into custom_field (workspace_id, name, label, field_type, position) "
            "values (%s, 'onboarding_stage', 'Onboarding stage', 'string', 1) returning id",
            [tx.workspace_id],
        )
        company = add_company(
            tx, name="Acme Corporation", domain="acme.example", industry="Software",
            employee_count=350, revenue_band="25M_50M",
        )  # fmt: skip
        return add_contact(
            tx, email="ada@acme.example", first_name="Ada", last_name="King",
            full_name="Ada King", title="Director of Revenue Operations", seniority="director",
            department="revenue_operations", phone="+1-555-0100", phone_e164="+15550100",
            linkedin_url="https://linkedin.com/in/ada", city="New York", state="NY", country="US",
            time_zone="America/New_York", lead_source="apollo_import_20260401", lead_score=72,
            icp_tier="A", grade="A", tags=["director_plus", "us_east"],
            verification_status="valid", enriched_at=MADE, enrichment_status="completed",
            company_id=company, custom=Jsonb({str(stage): "trial_active", "gone": 1}),
            created_at=MADE, updated_at=CHANGED, score_fit=80, score_engagement=60, score_intent=70,
            consent_status="opted_in", consent_type="explicit", consent_date=date(2026, 3, 31),
            owner_id=world.alice.who.id, client_id=world.alice.client.id, assigned_until=CHANGED,
        )  # fmt: skip


def test_nobody_without_a_key(http: TestClient, ada: UUID) -> None:
    assert http.get(LIST).status_code == 401
    assert http.get(one(ada)).status_code == 401


def test_another_workspace_sees_nothing(http: TestClient, world: World, ada: UUID) -> None:
    assert http.get(LIST, headers=world.charlie.headers).json()["data"] == []
    theirs = http.get(one(ada), headers=world.charlie.headers)
    for id in (ids.show("cont", uuid4()), ids.show("comp", ada), "cont_x", "%00"):
        nobody = http.get(f"{LIST}{id}/", headers=world.charlie.headers)
        assert (nobody.status_code, nobody.content) == (404, theirs.content)


def test_the_object_of_the_article(http: TestClient, world: World, ada: UUID) -> None:
    answer = http.get(one(ada), headers=world.bob.headers)
    assert answer.status_code == 200
    company = answer.json()["company"]
    expected = {
        "id": ids.show("cont", ada),
        "workspace_id": ids.show("ws", world.alice.who.workspace_id),
        "email": "ada@acme.example",
        "first_name": "Ada",
        "last_name": "King",
        "full_name": "Ada King",
        "title": "Director of Revenue Operations",
        "seniority": "director",
        "department": "revenue_operations",
        "phone": "+1-555-0100",
        "mobile": None,
        "linkedin_url": "https://linkedin.com/in/ada",
        "city": "New York",
        "state": "NY",
        "country": "US",
        "time_zone": "America/New_York",
        "lead_source": "apollo_import_20260401",
        "lead_score": 72,
        "icp_tier": "A",
        "grade": "A",
        "tags": ["director_plus", "us_east"],
        "verification_status": "valid",
        "is_enriched": True,
        "is_deleted": False,
        "company": {
            "id": company["id"],
            "name": "Acme Corporation",
            "domain": "acme.example",
            "industry": "Software",
            "employee_count": 350,
            "revenue_band": "25M_50M",
        },
        "custom_fields": {"onboarding_stage": "trial_active"},
        "created_at": "2026-04-01T10:00:00Z",
        "updated_at": "2026-04-20T14:32:11Z",
    }
    more = {
        "name_prefix": None,
        "name_suffix": None,
        "twitter_url": None,
        "role": None,
        "status": "active",
        "owner_id": ids.show("user", world.alice.who.id or uuid4()),
        "external_id": None,
        "consent_status": "opted_in",
        "consent_type": "explicit",
        "consent_date": "2026-03-31",
        "consent_source": None,
        "gdpr_basis": None,
        "enrichment_status": "completed",
        "client_id": ids.show("client", world.alice.client.id),
        "assigned_until": "2026-04-20T14:32:11Z",
        "deleted_at": None,
        "deletion_reason": None,
        "merged_into": None,
        "score": {"fit": 80, "engagement": 60, "intent": 70},
        "engagement": dict.fromkeys(Engagement.__slots__),
    }
    assert list(answer.json().items()) == list((expected | more).items())
    listed = http.get(LIST, headers=world.bob.headers).json()
    assert listed["data"] == [answer.json()]
    assert http.get(f"/api/v1/companies/{company['id']}/", headers=world.bob.headers).json()[
        "domain"
    ] == "acme.example"  # fmt: skip


def test_the_documented_shape_is_the_shape(http: TestClient, world: World, ada: UUID) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx)
    for contact in http.get(LIST, headers=world.alice.headers).json()["data"]:
        read = TypeAdapter(Contact).validate_json(json.dumps(contact))
        assert list(dataclasses.asdict(read)) == list(contact)
    document = http.get("/api/v1/openapi.json").json()
    assert list(document["components"]["schemas"]["Contact"]["properties"]) == list(contact)


def test_a_merged_contact_answers_with_the_one_that_was_kept(
    http: TestClient, world: World, ada: UUID
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        middle = add_contact(tx, is_deleted=True, merged_into=ada)
        first = add_contact(tx, is_deleted=True, merged_into=middle)
        lost = add_contact(tx, is_deleted=True)
        tx.run("update contact set merged_into = id where workspace_id = %s and id = %s",
               [tx.workspace_id, lost])  # fmt: skip
    kept = ids.show("cont", ada)
    for asked, merged_into in ((first, kept), (middle, kept), (ada, None)):
        found = http.get(one(asked), headers=world.bob.headers).json()
        assert (found["id"], found["merged_into"]) == (kept, merged_into)
        answer = http.get(one(asked), params={"expand": "owner"}, headers=world.bob.headers)
        assert answer.json()["merged_into"] == merged_into
        body, headers = {"title": f"VP {asked}"}, world.alice.headers
        changed = http.patch(one(asked), json=body, headers=headers)
        told = changed.json()
        assert (told["id"], told["merged_into"], told["title"]) == (
            kept,
            merged_into,
            *body.values(),
        )
        read = http.get(one(asked), headers=headers)
        assert read.headers["etag"] == changed.headers["etag"]
    assert http.get(one(lost), headers=world.bob.headers).status_code == 404


def everyone(http: TestClient, person: Person, **params: Any) -> list[str]:
    """The ids of every page."""
    found: list[str] = []
    while True:
        answer = http.get(LIST, params=params, headers=person.headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [contact["id"] for contact in page["data"]]
        assert page["meta"]["has_more"] == (page["meta"]["next_cursor"] is not None)
        if not page["meta"]["has_more"]:
            assert page["meta"]["total_is_exact"]
            assert page["meta"]["total_count"] == len(found)
            return found
        params["cursor"] = page["meta"]["next_cursor"]


@pytest.mark.parametrize("sort", ["created_desc", "created_asc", "updated_desc", "lead_score_desc"])
def test_pages_follow_each_other(http: TestClient, world: World, sort: str) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        made = {ids.show("cont", id) for id in add_crowd(tx, 30, seed=3)}
    found = everyone(http, world.bob, page_size=7, sort=sort)
    assert len(found) == 30
    assert set(found) == made


def test_filters_of_the_article(http: TestClient, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        a = add_contact(tx, icp_tier="A", grade="B", tags=["vip", "emea"], created_at=MADE)
        b = add_contact(tx, icp_tier="B", grade="B", tags=["vip"], updated_at=MADE)
        c = add_contact(tx, icp_tier="C", grade="F", tags=["emea"], is_deleted=True)
        imported = add_import(tx, world.alice.client.id, "Q2.csv", [c])
    names = {ids.show("cont", id): name for id, name in ((a, "a"), (b, "b"), (c, "c"))}

    def found(**params: Any) -> str:
        return "".join(sorted(names[id] for id in everyone(http, world.bob, **params)))

    assert found() == "abc"
    assert found(is_deleted="false") == "ab"
    assert found(is_deleted="true") == "c"
    assert found(icp_tier="A,C") == "ac"
    assert found(grade="B") == "ab"
    assert found(tag="vip,emea") == "abc"
    assert found(tag=["vip", "emea"]) == "a"
    assert found(created_after="2026-05-01T00:00:00Z") == "bc"
    assert found(updated_after="2026-05-01T00:00:00Z") == "ac"
    # A day alone is meant from its beginning, so that a sync that goes on from it loses nobody.
    assert found(created_after="2026-04-01") == "abc"
    assert found(created_after="2026-04-02") == "bc"
    assert found(updated_after="2026-04-01") == "abc"
    assert found(lead_score__is_empty="true", icp_tier="B") == "b"
    assert found(**{"import": ids.show("imp", imported)}) == "c"
    assert found(search="acme.example") == "abc"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("page_size", "0", "1"),
        ("page_size", "501", "500"),
        ("page_size", "x", "Send a whole number."),
        ("page_size", ["1", "2"], "more than once"),
        ("sort", "name", "created_desc"),
        ("icp_tier", "E", "A, B, C, D"),
        ("grade", "E", "A, B, C, D, F"),
        ("created_after", "yesterday", "2026"),
        ("created_after", "", "leave it out"),
        ("segment_id", "", "leave it out"),
        ("email", "", "leave it out"),
        ("tag", "", "leave it out"),
        ("icp_tier", "", "leave it out"),
        ("filter", "", "leave it out"),
        ("title__contains", "", "leave it out"),
        ("search", "", "leave it out"),
        ("search", " ", "leave it out"),
        ("cursor", "", "leave it out"),
        ("is_deleted", "maybe", "yes nor no"),
        ("import", "cont_1", "The id of an import"),
        ("phone__is_empty", "false", "send true"),
        ("icp_teir", "A", "icp_tier"),
        ("cursor", "x", "cursor"),
        ("cursor", "ß", "cursor"),
        ("search", "x" * 201, "200"),
    ],
)
def test_a_bad_parameter_is_named(
    http: TestClient, world: World, name: str, value: str | list[str], words: str
) -> None:
    answer = http.get(LIST, params={name: value}, headers=world.bob.headers)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == ("validation_error", name)
    assert words in error["message"]


def test_a_cursor_is_good_for_its_own_list_only(http: TestClient, world: World) -> None:
    for person in (world.alice, world.charlie):
        with world.door.workspace(person.who.workspace_id) as tx:
            add_crowd(tx, 5, seed=1)
    page = http.get(LIST, params={"page_size": 2}, headers=world.alice.headers).json()
    cursor = page["meta"]["next_cursor"]

    def status(person: Person, **params: Any) -> int:
        given = {"cursor": cursor, **params}
        return http.get(LIST, params=given, headers=person.headers).status_code

    assert status(world.alice) == status(world.bob) == 200
    assert status(world.alice, page_size=3) == 200
    assert status(world.charlie) == 400
    assert status(world.alice, sort="created_asc") == 400
    assert status(world.alice, search="x") == 400
    assert status(world.alice, icp_tier="A") == 400
    assert status(world.alice, cursor=cursor[:30] + "AAAA" + cursor[34:]) == 400
    assert status(world.alice, cursor=cursor[10:]) == 400
