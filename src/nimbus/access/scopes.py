"""What a person or a key may do: the scopes, and the roles that bundle them (D-33)."""

from __future__ import annotations

READ = (
    "contacts:read", "companies:read", "imports:read", "fields:read", "segments:read",
    "scoring:read", "suppression:read", "people:read", "clients:read",
)  # fmt: skip

SCOPES: dict[str, str] = {
    "contacts:read": "See contacts and their history",
    "companies:read": "See companies",
    "imports:read": "See imports and their rows",
    "fields:read": "See fields and field mappings",
    "segments:read": "See segments and saved views",
    "scoring:read": "See tier rules and the scoring model",
    "suppression:read": "See the suppression lists",
    "people:read": "See who belongs to the workspace",
    "clients:read": "See the clients of an agency",
    "contacts:write": "Create and change contacts and companies",
    "imports:write": "Import contacts",
    "segments:write": "Create and change segments and saved views",
    "exports:write": "Export contacts",
    "engagement:write": "Log calls, meetings, notes, tasks and deals",
    "suppression:write": "Change the suppression lists",
    "consent:write": "Record consent",
    "audit:read": "See the audit log",
    "settings:write": "Change fields, tier rules, the scoring model and clients",
    "people:write": "Invite people and change roles",
    "keys:write": "Create and revoke API keys",
    "webhooks:write": "Change webhooks",
    "assignments:write": "Transfer assignments from client to client",
    "admin:gdpr": "Erase people for good",
}

_MEMBER = (*READ, "contacts:write", "imports:write", "segments:write", "exports:write",
           "engagement:write")  # fmt: skip

ROLES: dict[str, frozenset[str]] = {
    "viewer": frozenset(READ),
    "member": frozenset(_MEMBER),
    "compliance": frozenset(
        (*READ, "audit:read", "suppression:write", "consent:write", "admin:gdpr")
    ),
    "admin": frozenset(
        (*_MEMBER, "suppression:write", "settings:write", "people:write", "keys:write",
         "webhooks:write", "assignments:write", "audit:read")
    ),
    "owner": frozenset(SCOPES),
}  # fmt: skip


ROLE_WORDS: dict[str, str] = {
    "viewer": "Sees contacts, companies, imports, segments and the suppression lists.",
    "member": "Also imports, creates, changes and exports contacts, and logs calls and notes.",
    "compliance": "Sees everything a viewer sees and the audit log; suppresses, records consent "
    "and erases people.",
    "admin": "A member who also changes fields, rules, clients, people, keys, webhooks and the "
    "suppression lists.",
    "owner": "May do everything.",
}


def scopes_of(role: str) -> frozenset[str]:
    """The scopes of a role. Raises KeyError for a role that does not exist."""
    return ROLES[role]


def is_write(method: str, scope: str) -> bool:
    """Whether an operation changes anything. A question may be so long that it comes as a POST:
    then its scope says that it only reads."""
    return method not in ("GET", "HEAD") and not scope.endswith(":read")
