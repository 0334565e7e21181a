"""Who may give and take which role: nobody hands out more than they have themselves (D-33)."""

from __future__ import annotations

from nimbus.access import ROLES, SCOPES, Who
from nimbus.problems import Problem, invalid


def givable(who: Who) -> list[str]:
    """The roles that somebody can give, from the least to the most."""
    return [role for role, scopes in ROLES.items() if scopes <= who.scopes]


def refuse_role(who: Who, role: str) -> None:
    """Raises Problem that names the field: there is no such role, or it may do what the asking one
    may not."""
    if role not in ROLES:
        raise invalid(f"A role is one of: {', '.join(ROLES)}.", "role")
    if missing := [scope for scope in SCOPES if scope in ROLES[role] - who.scopes]:
        raise Problem(
            "forbidden",
            f"The role {role} may do what you may not ({missing[0]}): ask an owner to give it.",
            "role",
        )


def refuse_above(who: Who, role: str) -> None:
    """Somebody whose role may do more cannot be changed by those who may do less. Raises
    Problem(forbidden)."""
    if not ROLES[role] <= who.scopes:
        raise Problem(
            "forbidden", f"Your role cannot change a person who is {role}. Ask an owner to do it."
        )
