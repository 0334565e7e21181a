"""The closed lists of values that contact fields have (S2-04 … S2-16, S0-49, S0-51)."""

from __future__ import annotations

from nimbus.fields.types import Choice

ROLE = Choice(
    "role",
    {
        "decision_maker": "Decision maker",
        "influencer": "Influencer",
        "champion": "Champion",
        "blocker": "Blocker",
        "end_user": "End user",
        "other": "Other",
    },
    {
        "decider": "decision_maker",
        "economic buyer": "decision_maker",
        "budget holder": "decision_maker",
        "entscheider": "decision_maker",
        "décideur": "decision_maker",
        "beeinflusser": "influencer",
        "user": "end_user",
        "endnutzer": "end_user",
        "gatekeeper": "blocker",
    },
)
STATUS = Choice(
    "status",
    {
        "active": "Active",
        "inactive": "Inactive",
        "unsubscribed": "Unsubscribed",
        "bounced": "Bounced",
    },
    {
        "aktiv": "active",
        "actif": "active",
        "activo": "active",
        "inaktiv": "inactive",
        "inactif": "inactive",
        "opted out": "unsubscribed",
        "abgemeldet": "unsubscribed",
    },
)
CONSENT_STATUS = Choice(
    "consent_status",
    {
        "opted_in": "Opted in",
        "opted_out": "Opted out",
        "pending": "Pending",
        "unknown": "Unknown",
    },
    {
        "yes": "opted_in",
        "true": "opted_in",
        "1": "opted_in",
        "ja": "opted_in",
        "oui": "opted_in",
        "opt in": "opted_in",
        "subscribed": "opted_in",
        "granted": "opted_in",
        "no": "opted_out",
        "false": "opted_out",
        "0": "opted_out",
        "nein": "opted_out",
        "non": "opted_out",
        "opt out": "opted_out",
        "unsubscribed": "opted_out",
        "withdrawn": "opted_out",
        "not set": "unknown",
    },
)
CONSENT_TYPE = Choice(
    "consent_type",
    {"explicit": "Explicit", "implied": "Implied", "imported": "Imported"},
    {"express": "explicit", "double opt in": "explicit", "implicit": "implied"},
)
GDPR_BASIS = Choice(
    "gdpr_basis",
    {
        "consent": "Consent",
        "legitimate_interest": "Legitimate interest",
        "contract": "Contract",
    },
    {
        "freely given consent from contact": "consent",
        "legitimate interests": "legitimate_interest",
        "legitimate interest prospect lead": "legitimate_interest",
        "legitimate interest existing customer": "legitimate_interest",
        "performance of a contract": "contract",
        "einwilligung": "consent",
        "berechtigtes interesse": "legitimate_interest",
        "vertrag": "contract",
    },
)
VERIFICATION_STATUS = Choice(
    "verification_status",
    {"valid": "Valid", "risky": "Risky", "invalid": "Invalid", "unknown": "Unknown"},
    {
        "verified": "valid",
        "deliverable": "valid",
        "ok": "valid",
        "guessed": "risky",
        "catch all": "risky",
        "accept all": "risky",
        "likely to engage": "valid",
        "extrapolated": "risky",
        "undeliverable": "invalid",
        "bounced": "invalid",
        "unverified": "unknown",
        "unavailable": "unknown",
    },
)
ENRICHMENT_STATUS = Choice(
    "enrichment_status",
    {
        "never_attempted": "Never attempted",
        "in_progress": "In progress",
        "completed": "Completed",
        "failed": "Failed",
        "stale": "Stale",
    },
)
ICP_TIER = Choice("icp_tier", {tier: tier for tier in "ABCD"})
GRADE = Choice("grade", {grade: grade for grade in "ABCDF"})
