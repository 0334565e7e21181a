"""The article of the Contacts API, call by call, with the typed client against a running server
(S3-01 … S3-64). It reads from the top to the bottom."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from nimbus.client import Nimbus, NimbusError
from tests.serving import Site

ALICE = {
    "email": "alice@acme-example.com", "first_name": "Alice", "last_name": "Smith",
    "title": "Director of Revenue Operations", "phone": "+1-555-0100", "city": "New York",
    "state": "NY", "country": "US", "company_domain": "acme-example.com",
    "tags": ["director_plus", "us_east"], "custom_fields": {"onboarding_stage": "trial_active"},
}  # fmt: skip


@pytest.fixture
def nimbus(site: Site) -> Iterator[Nimbus]:
    article = site.another(f"Article{uuid.uuid4().hex[:6]}")
    with Nimbus(article.url, article.key) as client:
        yield client


def refused(code: str) -> pytest.RaisesExc[NimbusError]:
    return pytest.raises(NimbusError, match=f"^{code}:")


def test_the_article(nimbus: Nimbus, tmp_path: Path) -> None:
    # Custom fields come first: a value of an unknown field is refused by its name (D-13).
    with refused("validation_error") as unknown:
        nimbus.contacts.create(**ALICE)
    assert unknown.value.field == "custom_fields.onboarding_stage"
    stage = nimbus.custom_fields.create(
        name="onboarding_stage", display_label="Onboarding Stage", field_type="dropdown",
        options=["not_started", "trial_active", "trial_expired", "customer"],
        fallback_value="not_started",
    )  # fmt: skip

    # Create: the contact object of the article.
    alice = nimbus.contacts.create(key="create_contact_alice", **ALICE)
    assert alice.id.startswith("cont_")
    assert alice.workspace_id.startswith("ws_")
    assert (alice.full_name, alice.seniority, alice.department) == (
        "Alice Smith", "director", "revenue_operations",
    )  # fmt: skip
    assert alice.time_zone == "America/New_York"
    assert alice.phone == "+1-555-0100"
    assert alice.tags == ["director_plus", "us_east"]
    assert alice.custom_fields == {"onboarding_stage": "trial_active"}
    assert alice.company
    assert alice.company.domain == "acme-example.com"
    assert alice.lead_score is not None
    assert alice.icp_tier in "ABCD"
    assert alice.meta
    assert alice.meta.outcome == "created"

    # Idempotency: the same key answers the same; another body is another request.
    again = nimbus.contacts.create(key="create_contact_alice", **ALICE)
    assert again == alice
    with refused("idempotency_key_reused"):
        nimbus.contacts.create(key="create_contact_alice", **{**ALICE, "title": "CEO"})

    # Create where the contact exists: the contact that is here.
    known = nimbus.contacts.create(email="ALICE@acme-example.com", department="sales")
    assert known.id == alice.id
    assert known.meta
    assert (known.meta.outcome, known.meta.changed) == ("updated", ["department"])

    # Get; update changes only what is named, and tags are replaced.
    assert nimbus.contacts.get(alice.id).department == "sales"
    changed = nimbus.contacts.update(
        alice.id, title="Senior Director of RevOps", tags=["us_east", "verified_email"]
    )
    assert (changed.title, changed.city) == ("Senior Director of RevOps", "New York")
    assert changed.tags == ["us_east", "verified_email"]
    tagged = nimbus.contacts.tag(alice.id, add=["executive_sponsor"], remove=["us_east"])
    assert tagged.tags == ["verified_email", "executive_sponsor"]

    # Two people at once: other fields merge, of the same field both values are told.
    _, etag = nimbus.contacts.etag(alice.id)
    nimbus.contacts.update(alice.id, title="Chief of Staff")
    assert nimbus.contacts.update(alice.id, if_match=etag, city="Boston").city == "Boston"
    with refused("precondition_failed") as changed_since:
        nimbus.contacts.update(alice.id, if_match=etag, title="CFO")
    assert "Chief of Staff" in str(changed_since.value.more)

    # Bulk: a status for every row, in order.
    bulk = nimbus.contacts.bulk(
        [
            {"email": "bob@example-b.com", "first_name": "Bob", "tags": ["hot"]},
            {"email": "alice@acme-example.com", "first_name": "Alice"},
            {"email": "not an address"},
        ],
        dedup_behavior="update",
    )
    assert [row.status for row in bulk.data] == ["created", "unchanged", "invalid"]
    assert bulk.data[2].error
    assert bulk.data[2].error["field"] == "email"
    crowd = [{"email": f"p{n}@crowd-example.com", "title": "VP Sales"} for n in range(120)]
    assert {row.status for row in nimbus.contacts.bulk(crowd).data} == {"created"}

    # Upsert by a name of one's own.
    erin = nimbus.contacts.upsert(
        matching="external_id", external_id="crm-7", email="erin@example-e.com"
    )
    assert nimbus.contacts.upsert(matching="external_id", external_id="crm-7", city="Oslo").id == (
        erin.id
    )

    # List: every parameter of the article, page by page.
    page = nimbus.contacts.list(page_size=100, sort="created_asc")
    assert (len(page.data), page.meta.has_more, page.meta.total_count) == (100, True, 123)
    everybody = list(nimbus.contacts.each(page_size=50))
    assert len({contact.id for contact in everybody}) == len(everybody) == 123
    tiers = {contact.icp_tier for contact in everybody}
    assert sum(nimbus.contacts.list(icp_tier=[tier]).meta.total_count for tier in tiers) == 123
    assert [c.id for c in nimbus.contacts.each(tag="verified_email")] == [alice.id]
    assert [c.id for c in nimbus.contacts.each(search="smit acme")] == [alice.id]
    assert nimbus.contacts.list(created_after="2100-01-01T00:00:00Z").data == []
    with refused("validation_error"):
        nimbus.contacts.list(nobody="knows")

    # Search: the article's own question.
    found = nimbus.contacts.search(
        [
            {"field": "icp_tier", "op": "in", "value": ["A", "B", "C", "D"]},
            {"field": "lead_score", "op": "gte", "value": 0},
            {"field": "has_tag", "op": "eq", "value": "verified_email"},
        ],
        logic="AND",
        sort=[{"field": "lead_score", "direction": "desc"}],
        page_size=100,
    )
    assert [contact.id for contact in found] == [alice.id]
    with refused("validation_error") as nonsense:
        list(nimbus.contacts.search([{"field": "title", "op": "gte", "value": "x"}]))
    assert nonsense.value.field == "filters[0].op"

    # Segments: whoever the filter finds, from now on.
    hot = nimbus.segments.create(
        name="Hot", filter={"field": "tags", "op": "contains", "value": "hot"}
    )
    assert [c.email for c in nimbus.segments.contacts(hot.id)] == ["bob@example-b.com"]
    nimbus.contacts.tag(alice.id, add=["hot"])
    assert nimbus.segments.count(hot.id).total == nimbus.contacts.list(
        segment_id=hot.id
    ).meta.total_count == 2  # fmt: skip
    assert nimbus.segments.explain(hot.id, alice.id)["is_member"] is True

    # Custom fields keep their data by any name, and cannot go while they are in use.
    nimbus.custom_fields.update(stage.id, name="stage")
    assert nimbus.contacts.get(alice.id).custom_fields == {"stage": "trial_active"}
    assert nimbus.custom_fields.references(stage.id)
    with refused("in_use"):
        nimbus.call("DELETE", f"/custom-fields/{stage.id}/")

    # Events are read and never written; enrollments are empty until there are sequences.
    assert list(nimbus.contacts.events(alice.id, event_type=["email_opened"])) == []
    nimbus.call("POST", f"/contacts/{alice.id}/calls/", json={"summary": "Wants a demo."})
    assert [event.type for event in nimbus.contacts.events(alice.id)] == ["call"]
    assert nimbus.contacts.enrollments(alice.id).data == []

    # Suppression and the trash answer with codes of their own.
    nimbus.call("POST", "/suppressions/", json={"emails": ["no@example-n.com"], "reason": "manual"})
    with refused("suppressed"):
        nimbus.contacts.create(email="no@example-n.com")
    gone = nimbus.contacts.delete(alice.id, "opted_out_via_form")
    assert (gone.is_deleted, gone.deletion_reason) == (True, "opted_out_via_form")
    assert nimbus.contacts.list(is_deleted=False).meta.total_count == 122
    assert nimbus.contacts.list().meta.total_count == 123
    with refused("in_trash"):
        nimbus.contacts.create(email="alice@acme-example.com")
    assert not nimbus.contacts.restore(alice.id).is_deleted

    # Erased people do not come back, whatever the way.
    nimbus.contacts.erase(alice.id, "asked_to_be_forgotten")
    with refused("not_found"):
        nimbus.contacts.get(alice.id)
    with refused("suppressed"):
        nimbus.contacts.create(email="alice@acme-example.com")
    assert [
        row.status for row in nimbus.contacts.bulk([{"email": "alice@acme-example.com"}]).data
    ] == ["suppressed"]

    # Larger batches: a file.
    people = tmp_path / "people.csv"
    people.write_text("Email,First name\nfay@example-f.com,Fay\nalice@acme-example.com,Alice\n")
    done = nimbus.imports.wait(nimbus.imports.upload(people).id)
    assert (done.status, done.imported, done.suppressed) == ("complete", 1, 1)
