"""The one list of what the rooms offer each other; the only place where they meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nimbus import files as _files  # noqa: F401 - the nameless ones register their tasks
from nimbus.accounts.create import Starter
from nimbus.companies import restore as companies
from nimbus.contacts import expand, panels, restore, values
from nimbus.contacts import jobs as _contacts_jobs  # noqa: F401
from nimbus.contacts import offered as contacts
from nimbus.contacts import references as contact_references
from nimbus.contacts.answers import erase as erase_answers
from nimbus.contacts.vocabulary import erase as erase_words
from nimbus.db.door import Door
from nimbus.engagement import offered as engagement
from nimbus.engagement.erase import erase as erase_engagement
from nimbus.engagement.timeline import TAB as TIMELINE
from nimbus.fields import held
from nimbus.fields import read as fields
from nimbus.imports import announce, rollback
from nimbus.imports import offered as imports
from nimbus.imports import references as import_references
from nimbus.imports import task as _imports_task  # noqa: F401
from nimbus.imports.erase import erase as erase_imports
from nimbus.jobs.heal import install as heal_also
from nimbus.operations import erasing, references, rename, undo
from nimbus.scoring import jobs as _scoring_jobs  # noqa: F401
from nimbus.scoring import references as scoring_references
from nimbus.scoring import rescore
from nimbus.scoring.panel import score_reasons, verdict_panel
from nimbus.scoring.start import give_defaults
from nimbus.segments import field as segment_field
from nimbus.segments import references as segment_references
from nimbus.segments.panel import segments_panel
from nimbus.segments.write_members import erase as erase_members
from nimbus.web import parts
from nimbus.webhooks import jobs as webhook_jobs
from nimbus.webhooks import outbox
from nimbus.webhooks import references as webhook_references
from nimbus.webhooks.events import erase as erase_events

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
    """Give the door its followers and what requests read ahead, and every undo its steps.
    Importing this module has loaded every room's tasks."""
    # The outbox comes last: it also tells of what the others changed.
    door.followers[:] = [rescore.follow, outbox.follow]
    door.ahead[:] = [fields.OWN]
    fields.install((contacts.offer(), segment_field.OFFER, engagement.offer(), imports.offer()))
    references.install((
        contact_references.find, scoring_references.find, import_references.find,
        segment_references.references, webhook_references.references,
    ))  # fmt: skip
    rename.install(
        (scoring_references.rewrite, segment_references.rewrite, webhook_references.rewrite)
    )
    held.install(values.HOLDER)
    erasing.install((
        erase_imports, erase_members, erase_words, erase_engagement, erase_events, erase_answers,
    ))  # fmt: skip
    outbox.install((announce.announce,))
    heal_also((webhook_jobs.heal,))
    expand.install(score_reasons)
    panels.install({"verdict": (verdict_panel,), "side": (segments_panel,)}, (TIMELINE,))
    undo.install((companies.FIRST, restore.STEP, companies.LAST, rollback.STEP))


def routers() -> list[APIRouter]:
    """Every room's pages and API. Only the web process needs them: a worker that is started again
    after a crash is at work a second sooner without."""
    from nimbus.accounts import routes as accounts
    from nimbus.contacts import routes as contacts
    from nimbus.engagement import routes as engagement_routes
    from nimbus.fields import routes as field_routes
    from nimbus.filters import routes as filters
    from nimbus.imports import routes as imports
    from nimbus.intake import routes as intake
    from nimbus.jobs import routes as jobs
    from nimbus.scoring import routes as scoring
    from nimbus.segments import routes as segments
    from nimbus.suppression import routes as suppression
    from nimbus.web import docs
    from nimbus.webhooks import routes as webhook_routes

    # Contacts come last: neither `/contacts/import` nor `/contacts/new` is the id of a contact.
    return [
        *accounts.ROUTERS, *jobs.ROUTERS, *field_routes.ROUTERS, *filters.ROUTERS,
        *suppression.ROUTERS, *scoring.ROUTERS, *segments.ROUTERS, *imports.ROUTERS,
        *intake.ROUTERS, *engagement_routes.ROUTERS, *webhook_routes.ROUTERS, *contacts.ROUTERS,
        docs.router,
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
