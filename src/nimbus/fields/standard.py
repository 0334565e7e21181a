"""The standard fields of a contact and of its company, one line each (S0-04 … S0-07, S2, S3-05)."""

from __future__ import annotations

from typing import Any

from nimbus.fields import choices as c
from nimbus.fields import types as t
from nimbus.fields.derive import DEPARTMENTS, SENIORITIES, department_slug, seniority_slug
from nimbus.fields.field import Field, FieldType, Group, Thing
from nimbus.fields.synonyms import synonyms

SENIORITY = t.Slug("seniority", seniority_slug, SENIORITIES)
DEPARTMENT = t.Slug("department", department_slug, DEPARTMENTS)

# What people may do with a field. What is worked out is edited by no one; what tools keep is
# neither imported nor edited.
_DERIVED: dict[str, Any] = {"importable": False, "editable": False}
_COUNTED: dict[str, Any] = {**_DERIVED, "help": "Blank until anything happens."}


def _contact(key: str, label: str, type: FieldType, group: Group, **more: Any) -> Field:
    return _field("contact", key, key, label, type, group, **more)


def _company(column: str, label: str, type: FieldType, **more: Any) -> Field:
    return _field("company", f"company.{column}", column, label, type, "company", **more)


def _field(
    thing: Thing, key: str, column: str, label: str, type: FieldType, group: Group, **more: Any
) -> Field:
    words = synonyms(key)
    options = tuple(getattr(type, "labels", ()))
    return Field(key, label, type, thing, column, group, synonyms=words, options=options, **more)


# A line of text that mapping takes apart into city, state and country; it has no column.
_LINE: dict[str, Any] = {
    "editable": False,
    "filterable": False,
    "help": "“City, State, Country” on one line; it fills the three fields.",
}

# fmt: off
STANDARD: tuple[Field, ...] = (
    _contact("email", "Email", t.EMAIL, "identity", help="The contact's key; lower-cased."),
    _contact("email_domain", "Email domain", t.HOST, "identity", **_DERIVED),
    _contact("first_name", "First name", t.PERSON_NAME, "identity"),
    _contact("last_name", "Last name", t.PERSON_NAME, "identity"),
    _contact("full_name", "Full name", t.PERSON_NAME, "identity"),
    _contact("name_prefix", "Name prefix", t.PERSON_NAME, "identity"),
    _contact("name_suffix", "Name suffix", t.PERSON_NAME, "identity"),
    _contact("title", "Job title", t.TEXT, "work"),
    _contact("department", "Department", DEPARTMENT, "work"),
    _contact("seniority", "Seniority", SENIORITY, "work"),
    _contact("phone", "Phone", t.PHONE, "reach"),
    _contact("phone_e164", "Phone (E.164)", t.PHONE, "reach", **_DERIVED),
    _contact("mobile", "Mobile", t.PHONE, "reach"),
    _contact("mobile_e164", "Mobile (E.164)", t.PHONE, "reach", **_DERIVED),
    _contact("linkedin_url", "LinkedIn URL", t.LINKEDIN, "reach"),
    _contact("twitter_url", "X (Twitter) URL", t.TWITTER, "reach"),
    _contact("city", "City", t.TEXT, "place"),
    _contact("state", "State", t.TEXT, "place"),
    _contact("country", "Country", t.COUNTRY, "place", help="ISO code, used for jurisdiction."),
    _contact("time_zone", "Time zone", t.TIME_ZONE, "place"),
    _contact("role", "Role", c.ROLE, "work"),
    _contact("status", "Status", c.STATUS, "status"),
    _contact("lead_source", "Lead source", t.TEXT, "status"),
    _contact("external_id", "External ID", t.TEXT, "identity"),
    _contact("owner_id", "Owner", t.Reference("user"), "status", importable=False),
    _contact("consent_status", "Consent status", c.CONSENT_STATUS, "consent"),
    _contact("consent_type", "Consent type", c.CONSENT_TYPE, "consent"),
    _contact("consent_date", "Consent date", t.DATE, "consent"),
    _contact("consent_source", "Consent source", t.TEXT, "consent"),
    _contact("gdpr_basis", "GDPR basis", c.GDPR_BASIS, "consent"),
    _contact("verification_status", "Verification status", c.VERIFICATION_STATUS, "status"),
    _contact("enrichment_status", "Enrichment status", c.ENRICHMENT_STATUS, "status", **_DERIVED),
    _contact("tags", "Tags", t.TAGS, "status"),
    _contact("lead_score", "Lead score", t.SCORE, "score", **_DERIVED),
    _contact("icp_tier", "ICP tier", c.ICP_TIER, "score", **_DERIVED),
    _contact("grade", "Grade", c.GRADE, "score", **_DERIVED),
    _contact("score_fit", "Fit score", t.SCORE, "score", **_DERIVED),
    _contact("score_engagement", "Engagement score", t.SCORE, "score", **_DERIVED),
    _contact("score_intent", "Intent score", t.SCORE, "score", **_DERIVED),
    _contact("total_sent", "Emails sent", t.COUNT, "engagement", **_COUNTED),
    _contact("total_opened", "Emails opened", t.COUNT, "engagement", **_COUNTED),
    _contact("total_clicked", "Links clicked", t.COUNT, "engagement", **_COUNTED),
    _contact("total_replied", "Emails replied", t.COUNT, "engagement", **_COUNTED),
    _contact("last_contacted_at", "Last contacted", t.MOMENT, "engagement", **_DERIVED),
    _contact("last_opened_at", "Last opened", t.MOMENT, "engagement", **_DERIVED),
    _contact("last_replied_at", "Last replied", t.MOMENT, "engagement", **_DERIVED),
    _contact("last_activity_at", "Last activity", t.MOMENT, "engagement", **_DERIVED),
    _contact("client_id", "Client", t.Reference("client"), "status", **_DERIVED),
    _contact("assigned_until", "Assigned until", t.MOMENT, "status", **_DERIVED),
    _contact("is_deleted", "Is deleted", t.BOOLEAN, "status", **_DERIVED),
    _contact("deleted_at", "Deleted at", t.MOMENT, "status", **_DERIVED),
    _contact("deletion_reason", "Deletion reason", t.TEXT, "status", **_DERIVED),
    _contact("created_at", "Created at", t.MOMENT, "status", **_DERIVED),
    _contact("updated_at", "Updated at", t.MOMENT, "status", **_DERIVED),
    _field("contact", "location", "", "Location", t.LOCATION, "place", **_LINE),
    _company("name", "Company name", t.TEXT),
    _company("domain", "Company domain", t.DOMAIN, help="The company's key."),
    _company("website", "Company website", t.URL),
    _company("industry", "Company industry", t.TEXT),
    _company("employee_count", "Employees", t.EMPLOYEE_COUNT),
    _company("revenue_band", "Revenue band", t.REVENUE),
    _company("tech_stack", "Tech stack", t.TEXT_LIST),
    _company("phone", "Company phone", t.PHONE),
    _company("linkedin_url", "Company LinkedIn URL", t.LINKEDIN_COMPANY),
    _company("city", "Company city", t.TEXT),
    _company("state", "Company state", t.TEXT),
    _company("country", "Company country", t.COUNTRY),
)
# fmt: on
