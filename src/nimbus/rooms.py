"""The one list of what the rooms offer each other; the only place where they meet."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from nimbus.accounts.create import Starter
from nimbus.db.door import Door


@dataclass(frozen=True, slots=True)
class NavEntry:
    """An entry of the navigation, shown to those who have the scope."""

    key: str
    label: str
    href: str
    icon: str
    scope: str


def install(door: Door) -> None:
    """Give the door its followers. Importing this module has loaded every room's tasks."""
    door.followers[:] = []


def routers() -> list[APIRouter]:
    """Every room's pages and API."""
    return []


def starters() -> tuple[Starter, ...]:
    """What every new workspace begins with."""
    return ()


def navigation() -> list[NavEntry]:
    return [
        NavEntry("contacts", "Contacts", "/contacts", "users", "contacts:read"),
        NavEntry("imports", "Imports", "/imports", "upload", "imports:read"),
        NavEntry("suppression", "Suppression", "/suppression", "ban", "suppression:read"),
        NavEntry("settings", "Settings", "/settings", "settings", "fields:read"),
    ]
