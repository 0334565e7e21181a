"""The catalogue finds fields by key, id, reference and header, and says what was meant."""

from collections import defaultdict
from uuid import UUID

import pytest

from nimbus.fields import Catalogue, CustomField, custom_field, fold
from nimbus.problems import Problem

STAGE = custom_field(
    CustomField(UUID("01890a5d-ac96-774b-bcce-b302099a8057"), "onboarding_stage", "Stage", "string")
)
CATALOGUE = Catalogue.of([STAGE])

CONTACT_COLUMNS = """
email email_domain first_name last_name full_name name_prefix name_suffix title department
seniority phone phone_e164 mobile mobile_e164 linkedin_url twitter_url city state country time_zone
role status lead_source external_id owner_id consent_status consent_type consent_date
consent_source gdpr_basis verification_status enrichment_status tags lead_score icp_tier grade
score_fit score_engagement score_intent total_sent total_opened total_clicked total_replied
last_contacted_at last_opened_at last_replied_at last_activity_at client_id assigned_until
is_deleted deleted_at deletion_reason created_at updated_at
"""
COMPANY_COLUMNS = """
name domain website industry employee_count revenue_band tech_stack phone linkedin_url city state
country
"""


def test_the_columns_are_those_of_the_tables() -> None:
    assert [f.column for f in CATALOGUE.contact_columns()] == CONTACT_COLUMNS.split()
    assert [f.column for f in CATALOGUE.company_columns()] == COMPANY_COLUMNS.split()


def test_lookups() -> None:
    assert CATALOGUE.get("company.industry").column == "industry"
    assert CATALOGUE.by_id(STAGE.id) is STAGE  # type: ignore[arg-type]
    assert CATALOGUE.by_ref(STAGE.ref) is STAGE
    assert CATALOGUE.by_ref("title").key == "title"
    assert CATALOGUE.by_ref("custom.onboarding_stage") is STAGE
    assert "title" in CATALOGUE
    assert CATALOGUE.find("nope") is None


def test_paths_of_the_api() -> None:
    assert CATALOGUE.get("title").path == ("title",)
    assert CATALOGUE.get("company.name").path == ("company", "name")
    assert STAGE.path == ("custom_fields", "onboarding_stage")


def test_an_unknown_field_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(Problem, match="Did you mean “seniority”") as caught:
        CATALOGUE.get("senority", at="filters[0].field")
    assert caught.value.field == "filters[0].field"
    assert caught.value.status == 400


def test_what_may_be_imported() -> None:
    keys = {f.key for f in CATALOGUE.importable()}
    assert {"email", "location", "tags", "company.domain", "custom.onboarding_stage"} <= keys
    assert keys.isdisjoint({"email_domain", "lead_score", "owner_id", "created_at", "grade"})
    assert CATALOGUE.get("location").column == ""


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("E-mail 1 - Value", "email"),
        ("Email Address", "email"),
        ("E-Mail-Adresse", "email"),
        ("Vorname", "first_name"),
        ("Prénom", "first_name"),
        ("NACHNAME", "last_name"),
        ("Organization 1 - Title", "title"),
        ("# Employees", "company.employee_count"),
        ("Person Linkedin Url", "linkedin_url"),
        ("Company Linkedin Url", "company.linkedin_url"),
        ("Company Name for Emails", "company.name"),
        ("Firma", "company.name"),
        ("Mailing Country", "country"),
        ("State/Region", "state"),
        ("onboarding stage", "custom.onboarding_stage"),
        ("Stage", "custom.onboarding_stage"),
    ],
)
def test_headers(header: str, key: str) -> None:
    found = CATALOGUE.by_header(header)
    assert found is not None
    assert found.key == key


def test_no_header_means_two_standard_fields() -> None:
    meant = defaultdict(set)
    for field in Catalogue.of().importable():
        for name in (field.key, field.label, *field.synonyms):
            meant[fold(name)].add(field.key)
    assert {name: keys for name, keys in meant.items() if len(keys) > 1} == {}


def test_synonyms_are_lower_case_and_every_importable_field_has_some() -> None:
    for field in Catalogue.of().importable():
        assert field.synonyms
        assert all(word == word.lower() for word in field.synonyms)


def test_groups_hold_every_field_once() -> None:
    fields = [f for group in CATALOGUE.groups().values() for f in group]
    assert len(fields) == len(list(CATALOGUE))
