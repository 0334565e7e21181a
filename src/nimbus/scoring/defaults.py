"""What a new workspace starts with: tiers and a scoring model for outbound sales to businesses.

Plain data in the forms that `read_tier_rule` and `read_model` read, as a workspace may edit them.
A contact that is new has only its fit, of which an ideal prospect reaches 100; what happens then
counts for engagement and intent, less with every day.
"""

from __future__ import annotations

from typing import Any

LEADERS = ["c_level", "founder", "partner", "vp", "head", "director"]
BUYERS = ["sales", "marketing", "revenue_operations", "executive"]
NEIGHBOURS = ["operations", "customer_success", "product", "data", "consulting", "it"]

# Industries are free text, so a rule looks for the words that most spellings share.
SOFTWARE = ["software", "saas", "internet", "information technology", "it services", "computer"]
SERVICES = ["marketing", "advertising", "consulting", "staffing", "recruit", "financial services"]


def _leaf(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return (
        {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}
    )


def _industry(words: list[str]) -> dict[str, Any]:
    return {"or": [_leaf("company.industry", "contains", word) for word in words]}


_LEADS = _leaf("seniority", "in", LEADERS)
_BUYS = _leaf("department", "in", BUYERS)
_NOT_WORKING = _leaf("seniority", "in", ["intern"])

TIER_RULES: list[dict[str, Any]] = [
    {
        "name": "Revenue leaders of companies with 50 or more people",
        "tier": "A",
        "filter": {"and": [_LEADS, _BUYS, _leaf("company.employee_count", "gte", 50)]},
    },
    {
        "name": "Revenue leaders elsewhere, and revenue managers of 50 or more people",
        "tier": "B",
        "filter": {
            "or": [
                {"and": [_LEADS, _BUYS]},
                {
                    "and": [
                        _leaf("seniority", "in", ["manager", "senior"]),
                        _BUYS,
                        _leaf("company.employee_count", "gte", 50),
                    ]
                },
            ]
        },
    },
    {
        "name": "Other leaders, and everyone else in revenue teams",
        "tier": "C",
        "filter": {"and": [{"or": [_LEADS, _BUYS]}, {"not": _NOT_WORKING}]},
    },
]


def _fit(number: int, name: str, points: int, filter: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": number,
        "component": "fit",
        "name": name,
        "points": points,
        "filter": filter,
    }


def _event(
    number: int, component: str, name: str, event: str, points: int, half_life_days: int
) -> dict[str, Any]:
    return {
        "number": number,
        "component": component,
        "name": name,
        "event": event,
        "points": points,
        "half_life_days": half_life_days,
    }


SCORING_MODEL: dict[str, Any] = {
    "weights": {"fit": 40, "engagement": 30, "intent": 30},
    "thresholds": {"A": 70, "B": 55, "C": 40, "D": 25},
    "rules": [
        _fit(1, "Decides: VP, founder or C-level", 30,
             _leaf("seniority", "in", ["c_level", "founder", "partner", "vp"])),
        _fit(2, "Leads: head or director", 25, _leaf("seniority", "in", ["head", "director"])),
        _fit(3, "Manages a team", 15, _leaf("seniority", "in", ["manager"])),
        _fit(4, "Works in sales, marketing or revenue operations", 25, _BUYS),
        _fit(5, "Works next to revenue teams", 10, _leaf("department", "in", NEIGHBOURS)),
        _fit(6, "Company of 50 to 1,000 people", 20,
             _leaf("company.employee_count", "between", [50, 1000])),
        _fit(7, "Company of more than 1,000 people", 15,
             _leaf("company.employee_count", "gt", 1000)),
        _fit(8, "Company of 11 to 49 people", 10,
             _leaf("company.employee_count", "between", [11, 49])),
        _fit(9, "Software and technology", 10, _industry(SOFTWARE)),
        _fit(10, "Services that sell to businesses", 5, _industry(SERVICES)),
        _fit(11, "Email address is valid", 5, _leaf("verification_status", "eq", "valid")),
        _fit(12, "Can be called", 5,
             {"or": [_leaf("phone", "is_not_empty"), _leaf("mobile", "is_not_empty")]}),
        _fit(13, "Profile is complete", 5,
             {"and": [_leaf(field, "is_not_empty") for field in
                      ("first_name", "last_name", "title", "country", "linkedin_url")]}),
        _fit(14, "Email address is risky", -10, _leaf("verification_status", "eq", "risky")),
        _fit(15, "Email address is invalid", -50, _leaf("verification_status", "eq", "invalid")),
        _fit(16, "Opted out", -50, _leaf("consent_status", "eq", "opted_out")),
        _fit(17, "Intern or student", -30, _NOT_WORKING),
        _event(18, "engagement", "Replied", "replied", 40, 30),
        _event(19, "engagement", "Clicked a link", "clicked", 15, 21),
        _event(20, "engagement", "Opened an email", "opened", 5, 14),
        _event(21, "engagement", "Spoke on the phone", "call", 20, 30),
        _event(22, "engagement", "Email bounced", "bounced", -30, 90),
        _event(23, "engagement", "Unsubscribed", "unsubscribed", -100, 365),
        _event(24, "intent", "Met", "meeting", 50, 30),
        _event(25, "intent", "Booked a meeting", "meeting_booked", 50, 21),
        _event(26, "intent", "Submitted a form", "form_submitted", 40, 14),
        _event(27, "intent", "Deal opened", "deal_created", 60, 60),
        _event(28, "intent", "Deal lost", "deal_lost", -60, 60),
    ],
}  # fmt: skip
