"""The one list of what the rooms offer each other; the only place where they meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nimbus import files as _files  # noqa: F401 - these three register their tasks
from nimbus.accounts.create import Starter
from nimbus.companies import restore as companies
from nimbus.contacts import offered as contacts
from nimbus.contacts import panels, restore
from nimbus.db.door import Door
from nimbus.fields import read as fields
from nimbus.imports import offered as imports
from nimbus.imports import rollback
from nimbus.imports import task as _imports_task  # noqa: F401
from nimbus.operations import references, undo
from nimbus.scoring import jobs as _scoring_jobs  # noqa: F401
from nimbus.scoring import rescore
from nimbus.scoring.panel import verdict_panel
from nimbus.scoring.start import give_defaults
from nimbus.web import parts

if TYPE_CHECKING:
    from fastapi import APIRouter


@dataclass(frozen=True)
class NavEntry(parts.NavEntry):
    """An entry of the navigation, shown to those who have the scope."""

    scope: str


@dataclass(frozen=True)
class SettingsEntry:
    """A page of the settings, shown to those who have the scope (to everybody without one)."""

    label: str
    href: str
    scope: str | None = None

    def holds(self, path: str) -> bool:
        """Whether a page of this address belongs to this entry."""
        return path == self.href or (self.href != "/settings" and path.startswith(self.href + "/"))


def install(door: Door) -> None:
    """Give the door its followers and every undo its steps. Importing this module has loaded every
    room's tasks."""
    door.followers[:] = [rescore.follow]
    fields.install((contacts.offer(), imports.offer()))
    references.install(())
    panels.install({"verdict": (verdict_panel,)})
    undo.install((companies.FIRST, restore.STEP, companies.LAST, rollback.STEP))


def routers() -> list[APIRouter]:
    """Every room's pages and API. Only the web process needs them: a worker that is started again
    after a crash is at work a second sooner without."""
    from nimbus.accounts import routes as accounts
    from nimbus.contacts import routes as contacts
    from nimbus.fields import routes as field_routes
    from nimbus.filters import routes as filters
    from nimbus.imports import routes as imports
    from nimbus.jobs import routes as jobs
    from nimbus.scoring import routes as scoring
    from nimbus.suppression import routes as suppression
    from nimbus.web import docs

    # Contacts come last: `/contacts/import` is not the id of a contact.
    return [
        *accounts.ROUTERS, *jobs.ROUTERS, *field_routes.ROUTERS, *filters.ROUTERS,
        *suppression.ROUTERS, *scoring.ROUTERS, *imports.ROUTERS, *contacts.ROUTERS, docs.router,
    ]  # fmt: skip


def starters() -> tuple[Starter, ...]:
    """What every new workspace begins with."""
    return (give_defaults,)


def navigation() -> list[NavEntry]:
    return [
        NavEntry("contacts", "Contacts", "/contacts", "users", "contacts:read"),
        NavEntry("imports", "Imports", "/imports", "upload", "imports:read"),
        NavEntry("suppression", "Suppression", "/suppression", "ban", "suppression:read"),
        NavEntry("settings", "Settings", "/settings", "settings", "fields:read"),
    ]


def settings_navigation() -> list[SettingsEntry]:
    """The second level of the settings; their pages extend `accounts/settings.html`."""
    return [
        SettingsEntry("Profile", "/settings"),
        SettingsEntry("Workspace", "/settings/workspace", "clients:read"),
        SettingsEntry("People", "/settings/people", "people:read"),
        SettingsEntry("Fields", "/settings/fields", "fields:read"),
        SettingsEntry("Tiers", "/settings/icp-rules", "scoring:read"),
        SettingsEntry("Scoring", "/settings/scoring", "scoring:read"),
        SettingsEntry("API keys", "/settings/keys", "keys:write"),
    ]
