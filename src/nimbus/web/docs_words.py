"""The words and examples of the API's documentation that its OpenAPI document cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

# The groups in the order in which people meet them, each with its icon; others follow.
ICONS = {
    "contacts": "users", "companies": "building-2", "imports": "upload", "fields": "columns-3",
    "segments": "layers", "bulk actions": "list-checks", "duplicates": "copy-minus",
    "engagement": "activity", "suppression": "ban", "scoring": "target", "webhooks": "webhook",
    "workspace": "settings", "jobs": "loader", "authentication": "key-round", "audit": "activity",
    "exports": "download",
}  # fmt: skip
TONES = {"GET": "blue", "POST": "green", "PUT": "amber", "PATCH": "amber", "DELETE": "red"}

# What a schema alone does not tell: a request that makes sense and is accepted. By operation; a
# mapping is the body, a text the query. Operations that are not here are shown as they are.
_SENIOR: Schema = {"field": "seniority", "op": "in", "value": ["vp", "c_level"]}
_RULES: Schema = {"data": [{"name": "Decides", "tier": "A", "filter": _SENIOR}]}
_MODEL: Schema = {
    "weights": {"fit": 40, "engagement": 30, "intent": 30},
    "thresholds": {"A": 70, "B": 55, "C": 40, "D": 25},
    "rules": [{"component": "fit", "name": "Decides", "points": 30, "filter": _SENIOR}],
}
EXAMPLES: Mapping[str, Schema | str] = {
    "list_changes": "thing=contact&field=title&page_size=2",
    "list_contacts": "icp_tier=A,B&lead_score__gte=30&page_size=2",
    "list_events": "event_type=email_opened,email_replied&limit=50",
    "log_call": {"outcome": "connected", "duration_minutes": 12, "summary": "Wants a price."},
    "log_meeting": {"at": "2027-03-01T09:00:00Z", "title": "Demo"},
    "create_note": {"body": "Budget is decided in March."},
    "replace_personalization": {
        "status": "ready", "source": "Research bot",
        "lines": {"opening": "Congratulations on the new office in Hamburg."},
    },
    "update_note": {"body": "Budget was decided in February."},
    "create_task": {"title": "Send the offer", "due_at": "2027-03-01T09:00:00Z"},
    "update_task": {"status": "done"},
    "set_auto_merge": {"auto_merge": True},
    "merge_contacts": {"survivor": "CONTACT_ID", "sources": ["OTHER_CONTACT_ID"], "dry_run": True},
    "merge_groups": {
        "groups": [{"survivor": "CONTACT_ID", "sources": ["OTHER_CONTACT_ID"]}], "dry_run": True,
    },
    "create_deal": {"name": "Pilot", "amount": 12_000, "currency": "EUR"},
    "update_deal": {"stage": "won"},
    "create_export": {"columns": ["email", "full_name", "company.name"]},
    "search_contacts": {
        "filters": [{"field": "lead_score", "op": "gte", "value": 30}], "filters_logic": "AND",
        "sort": [{"field": "lead_score", "direction": "desc"}], "page_size": 2,
    },
    "list_companies": "search=labs&page_size=2",
    "list_duplicates": "verdict=likely&page_size=2",
    "list_suppressions": "reason=opt_out,unsubscribe",
    "list_import_rows": "status=errored",
    "replace_required_fields": {"fields": ["email", "last_name"]},
    "list_field_history": "field=title",
    "delete_icp_tier_rules": "client_id=ID",
    "delete_scoring_model": "client_id=ID",
    "read_contact": "expand=company,owner",
    "update_contact": {"title": "VP Sales", "tags": ["vip", "emea"]},
    "tag_contact": {"add": ["vip"], "remove": ["cold"]},
    "correct_contact_email": {"email": "right@example.com", "why": "It was mistyped."},
    "delete_contact": {"deletion_reason": "Asked us to."},
    "create_contact": {
        "email": "bob@example.com", "first_name": "Bob", "title": "VP Marketing",
        "company_domain": "example.com", "tags": ["inbound_lead"],
    },
    "upsert_contact": {"email": "bob@example.com", "title": "CMO"},
    "create_contacts": {
        "contacts": [{"email": "bo@example.com", "first_name": "Bo"}, {"email": "cy@example.com"}],
        "options": {"dedup_behavior": "update"},
    },
    "begin_bulk": {
        "action": "tags", "options": {"add": ["webinar_q3"]},
        "filter": {"field": "email", "op": "contains", "value": "@"},
    },
    "list_bulk_rows": "outcome=failed",
    "create_client": {"name": "Northwind", "assignment_days": 60},
    "create_invitation": {"email": "bob@example.com", "role": "member"},
    "change_person": {"role": "viewer"},
    "create_key": {"name": "Reporting", "scopes": ["contacts:read"]},
    "create_token": {"email": "EMAIL", "password": "PASSWORD"},
    "refresh_token": {"refresh_token": "TOKEN"},
    "revoke_token": {"refresh_token": "TOKEN"},
    "create_custom_field": {
        "name": "onboarding_stage", "field_type": "dropdown", "options": ["Invited", "Live"],
    },
    "create_company": {"name": "Northwind", "domain": "example.com"},
    "create_companies": {"companies": [{"domain": "example.com", "country": "GB"}]},
    "change_company": {"industry": "Logistics", "employee_count": 250},
    "create_tag": {"name": "board_dinner", "colour": "blue"},
    "change_tag": {"colour": "green"},
    "rename_tag": {"from": "trade_show", "to": "event"},
    "change_custom_field": {"rename_options": {"Live": "Active"}},
    "create_suppressions": {"emails": ["no.more@example.com"], "reason": "opt_out"},
    "create_suppression_domains": {"domains": ["rival.example.com"], "reason": "competitor"},
    "delete_suppression": {"why": "Asked in writing to be contacted again."},
    "delete_suppression_domain": {"why": "No longer a competitor."},
    "create_webhook": {
        "url": "https://1.1.1.1/nimbus", "event_types": ["contact.created"], "is_active": False,
    },
    "update_webhook": {"mode": "batched"},
    "replay_webhook": {"since": "2026-11-20T00:00:00Z", "status": "dead"},
    "create_import": {"file": "@people.csv", "dedup_behavior": "update"},
    "map_import": {"mapping": {"E-Mail": "email", "Notes": None}},
    "resume_import": {"enrich": False},
    "create_field_mapping": {
        "name": "Trade show", "columns": [{"header": "E-Mail", "field": "email"}],
    },
    "change_field_mapping": {"name": "Trade show in spring"},
    "create_segment": {"name": "Senior people", "filter": _SENIOR},
    "change_segment": {"name": "Senior people, renamed"},
    "change_segment_members": {"add": ["cont_01h455vb4pex5vsknk084sn02q"]},
    "explain_segment": "contact=ID",
    "create_saved_view": {
        "name": "Hot leads", "filter": _SENIOR, "sort": "lead_score_desc", "is_shared": True,
    },
    "change_saved_view": {"is_shared": True},
    "replace_icp_tier_rules": _RULES,
    "preview_icp_tier_rules": _RULES,
    "replace_scoring_model": _MODEL,
    "preview_scoring_model": _MODEL,
}  # fmt: skip

# Which refusals an operation can answer is told by its path, parameters and body (`openapi.py`),
# but for a thing that is named elsewhere than in the path.
LOOKED_UP = frozenset({"get_scoring_model", "create_import"})
# Of the operations that need no credential, all that they refuse with.
OPENLY: Mapping[str, tuple[str, ...]] = {
    "create_token": ("400", "401", "404", "413", "429", "5XX"),
    "refresh_token": ("400", "401", "413", "5XX"),
    "revoke_token": ("400", "413", "5XX"),
}
REFUSALS: Mapping[str, str] = {
    "400": "A parameter or a member of the body is missing, unknown or not allowed.",
    "401": "There is no key or token, or it is mistyped, unknown, over or revoked.",
    "403": "The key lacks the scope, or is limited to another client.",
    "404": "There is no such thing in the workspace of the key.",
    "409": "The request contradicts what is there, or one with its `Idempotency-Key` is at work.",
    "412": "What you change was changed since the state that `If-Match` names.",
    "413": "The request is larger than the server takes.",
    "422": "The `Idempotency-Key` was sent with another request, or the email is suppressed.",
    "429": "Too many in a short time; `Retry-After` says in how many seconds to try again.",
    "5XX": "A mistake of ours, or something that is needed does not answer.",
}

# When each code is answered, and what to do then: for `/api/v1/docs/errors`.
WHEN: Mapping[str, tuple[str, str]] = {
    "validation_error": (
        "A parameter or a member of the body is missing, unknown or not allowed, or the body is "
        "not JSON. `field` is the path of what is wrong, such as `filter.and[1].op`.",
        "Change what `field` names as `message` says, and send the request again.",
    ),
    "too_expensive": (
        "A filter or a search took longer than the server allows for one question.",
        "Narrow it: fewer `contains`, another field, or a segment.",
    ),
    "client_required": (
        "The workspace works for several clients, and the request does not say for which one it "
        "claims the contacts.",
        "Send `client_id`, or use a key that is limited to one client.",
    ),
    "authentication_required": (
        "There is no key or token in the `Authorization` header, or it is mistyped, unknown, over "
        "or revoked.",
        "Send `Authorization: Bearer KEY` with a key of the workspace, or refresh the token.",
    ),
    "forbidden": (
        "The key is valid and lacks the scope that the operation needs, which the member `scope` "
        "names; or it is limited to another client; or it would make a key that reaches further "
        "than itself.",
        "Use a key that may do it. Scopes of a key cannot be changed: make a new one.",
    ),
    "not_found": (
        "There is nothing at this address, or no such id in the workspace of the key. Ids of "
        "other workspaces answer exactly like ids that do not exist.",
        "Look at the id and at the workspace that the key belongs to.",
    ),
    "method_not_allowed": (
        "The address exists and does not answer to this method.",
        "Use one of those that the header `Allow` lists.",
    ),
    "conflict": (
        "The request contradicts what is there: a name or an email that is taken (`existing_id` is "
        "what has it), a workspace that is full, an import that does not wait for a mapping or is "
        "not paused. Or a request with the same `Idempotency-Key` is being worked on at this "
        "moment.",
        "Read what is there now, and decide anew; with `Retry-After`, send the same once more.",
    ),
    "assigned_elsewhere": (
        "Another client holds the email for now, and two clients never work on one person. A row "
        "of an import is skipped with this reason, and `assigned_until` says how long.",
        "Try again after that time.",
    ),
    "globally_suppressed": (
        "The person has opted out of every workspace of this platform. A row of an import is "
        "suppressed with a reason that begins with `platform:`.",
        "Do not contact this person. Only the operator of the platform keeps this list.",
    ),
    "in_trash": (
        "The contact is in the trash, and the request leaves the trash alone. A row of an import "
        "is skipped with this reason.",
        "Restore it; or import with `in_trash` as `restore` or `new`, if that is what you want.",
    ),
    "in_use": (
        "Other things refer to what is to be deleted, such as a segment whose filter asks for it. "
        "The member `references` lists them.",
        "Change those first, or delete it with `force=true` if they may lose it.",
    ),
    "precondition_failed": (
        "`If-Match` names a state of the object that is no longer there, and a field that you "
        "change was changed since. The member `fields` tells both values of each.",
        "Read the object again, decide which value is right, and send it with the new `ETag`.",
    ),
    "payload_too_large": (
        "The request, or the file in it, is larger than this server takes.",
        "Send less at once: split the file and import the parts one after the other.",
    ),
    "suppressed": (
        "The email or its domain is on a suppression list of the workspace. A row of an import is "
        "suppressed with a reason that begins with `workspace:` or `domain:`. Or the person was "
        "erased here: `layer` is `erased` then.",
        "Look the entry up; take it off the list only if the person may be contacted again.",
    ),
    "idempotency_key_reused": (
        "The `Idempotency-Key` was used in the last 24 hours for another request to this "
        "operation: with another id, query or body.",
        "Send each request with a key of its own, and a repeat of it exactly as it was.",
    ),
    "rate_limited": (
        "Too many calls in a short time, or too many failed logins or previews of imports.",
        "Wait; `message` says how long, and `Retry-After` in seconds, where that is known.",
    ),
    "internal_error": (
        "A mistake of ours. Nothing was changed, and the details are in the log of the server.",
        "Try once more; if it stays, tell the operator the `X-Request-Id` of the answer.",
    ),
    "insufficient_storage": (
        "The disk of the files or of the database is full. Nothing was kept.",
        "Ask the operator to make room, then send it again.",
    ),
    "unavailable": (
        "Something that the operation needs does not answer, such as the database.",
        "Try again after `Retry-After` seconds. Nothing was written by half.",
    ),
}
