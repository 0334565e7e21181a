"""Who is asking, and what they may do: keys, sessions, passwords, roles and scopes."""

from nimbus.access.scopes import ROLES, SCOPES, scopes_of
from nimbus.access.who import Who

__all__ = ["ROLES", "SCOPES", "Who", "scopes_of"]
