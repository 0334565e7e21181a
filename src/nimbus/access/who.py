"""The one who asks: a person with a session, a program with a key, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from nimbus.access.scopes import SCOPES
from nimbus.problems import Problem

Kind = Literal["person", "key", "system"]


@dataclass(frozen=True, slots=True)
class Who:
    """`kind` tells person, key or system; `id` is the person's or the key's; `client_id` is the
    one client a key is limited to in agency mode (D-14); `workspace` is its name, for pages."""

    kind: Kind
    workspace_id: UUID
    name: str
    id: UUID | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    client_id: UUID | None = None
    role: str | None = None
    email: str | None = None
    workspace: str | None = None

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def need(self, scope: str) -> None:
        """Raises Problem(forbidden) that names the missing scope (S3-58)."""
        if scope not in SCOPES:
            raise KeyError(scope)
        if scope not in self.scopes:
            raise Problem(
                "forbidden",
                f"This needs the scope {scope} ({SCOPES[scope].lower()}), which "
                f"{self.name} does not have.",
                scope=scope,
            )


def system(workspace_id: UUID, name: str = "Nimbus") -> Who:
    """The product itself, in periodic jobs and operator commands; may do everything."""
    return Who("system", workspace_id, name, scopes=frozenset(SCOPES))
