"""Roles and their scopes: the table of D-33, written out once more by hand."""

from __future__ import annotations

import pytest

from nimbus.access import ROLES, SCOPES, Who, scopes_of
from nimbus.access.scopes import ROLE_WORDS
from nimbus.problems import Problem

VIEWER = {scope for scope in SCOPES if scope.endswith(":read")} - {"audit:read"}
MEMBER = VIEWER | {
    "contacts:write", "imports:write", "segments:write", "exports:write", "engagement:write",
}  # fmt: skip
TABLE = {
    "viewer": VIEWER,
    "member": MEMBER,
    "compliance": VIEWER | {"audit:read", "suppression:write", "consent:write", "admin:gdpr"},
    "admin": MEMBER | {
        "suppression:write", "settings:write", "people:write", "keys:write", "webhooks:write",
        "assignments:write", "audit:read",
    },
    "owner": set(SCOPES),
}  # fmt: skip


@pytest.mark.parametrize("role", TABLE)
def test_a_role_has_exactly_its_scopes(role: str) -> None:
    assert scopes_of(role) == TABLE[role]


def test_every_role_is_explained_and_no_other() -> None:
    assert set(ROLES) == set(TABLE) == set(ROLE_WORDS)


def test_who_lacks_a_scope_is_told_which(world) -> None:
    with pytest.raises(Problem) as refused:
        world.bob.who.need("contacts:write")
    assert refused.value.code == "forbidden"
    assert refused.value.more == {"scope": "contacts:write"}
    assert "contacts:write" in refused.value.message


def test_a_scope_that_does_not_exist_is_our_own_mistake(world) -> None:
    who: Who = world.alice.who
    with pytest.raises(KeyError):
        who.need("contacts:fly")
