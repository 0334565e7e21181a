"""Where people can go: both levels of the navigation, and the palette's places, which are these."""

from __future__ import annotations

from dataclasses import dataclass

from nimbus.home import palette as home_palette
from nimbus.web import palette, parts


@dataclass(frozen=True)
class NavEntry(parts.NavEntry):
    """An entry of the navigation, shown to those who have the scope."""

    scope: str


@dataclass(frozen=True)
class SettingsEntry:
    """A page of the settings, shown to those who have the scope (to everybody without one);
    `also` is a page that belongs to it and lies elsewhere."""

    label: str
    href: str
    scope: str | None = None
    also: str | None = None

    def holds(self, path: str) -> bool:
        """Whether a page of this address belongs to this entry."""
        under = (self.also,) if self.href == "/settings" else (self.href, self.also)
        return path in (self.href, self.also) or any(
            one is not None and path.startswith(one + "/") for one in under
        )


def navigation() -> list[NavEntry]:
    return [
        NavEntry("home", "Home", "/", "house", "contacts:read"),
        NavEntry("contacts", "Contacts", "/contacts", "users", "contacts:read"),
        NavEntry("companies", "Companies", "/companies", "building-2", "companies:read"),
        NavEntry("segments", "Segments", "/segments", "layers", "segments:read"),
        NavEntry(
            "imports", "Imports", "/imports", "upload", "imports:read", also="/contacts/import"
        ),
        NavEntry("duplicates", "Duplicates", "/duplicates", "copy-minus", "contacts:read"),
        NavEntry("suppression", "Suppression", "/suppression", "ban", "suppression:read"),
        NavEntry("settings", "Settings", "/settings", "settings", "fields:read"),
    ]


def settings_navigation() -> list[SettingsEntry]:
    """The second level of the settings; their pages extend `accounts/settings.html`."""
    return [
        SettingsEntry("Profile", "/settings", also="/settings/second-factor"),
        SettingsEntry("Workspace", "/settings/workspace", "clients:read"),
        SettingsEntry("People", "/settings/people", "people:read"),
        SettingsEntry("Fields", "/settings/fields", "fields:read"),
        SettingsEntry("Field mappings", "/settings/mappings", "imports:read"),
        SettingsEntry("Tags", "/settings/tags", "contacts:read"),
        SettingsEntry("Tiers", "/settings/icp-rules", "scoring:read"),
        SettingsEntry("Scoring", "/settings/scoring", "scoring:read"),
        SettingsEntry("Bulk actions", "/settings/bulk", "contacts:read"),
        SettingsEntry("Exports", "/exports", "exports:write"),
        SettingsEntry("API keys", "/settings/keys", "keys:write"),
        SettingsEntry("Webhooks", "/settings/webhooks", "webhooks:write"),
        SettingsEntry("Limits and usage", "/settings/limits", "clients:read"),
        SettingsEntry("Audit log", "/settings/audit", "audit:read"),
    ]


# What people call a page beside its name.
ALSO: dict[str, tuple[str, ...]] = {
    "Duplicates": ("Merge",),
    "Suppression": ("Do not contact", "Blocklist", "Unsubscribed"),
    "Profile": ("Password", "Second factor", "Account"),
    "Workspace": ("Clients",),
    "People": ("Members", "Team", "Users", "Roles"),
    "Fields": ("Custom fields", "Required fields"),
    "Tags": ("Labels",),
    "Tiers": ("ICP rules", "Tier rules"),
    "Scoring": ("Weights", "Grades", "Scores"),
    "API keys": ("Tokens",),
    "Limits and usage": ("Quota",),
    "Audit log": ("History",),
}
# Pages that the menus, or Home, lead to.
MORE: tuple[home_palette.Place, ...] = (
    (palette.Found("Tasks", "/tasks", "list-checks", also=("To do", "Due", "Reminders")),
     "contacts:read"),
    (palette.Found("Mentions", "/mentions", "message-square", "Notes that name you",
                   ("Notes", "Comments")), "contacts:read"),
    (palette.Found("Keyboard", "/keyboard", "list-checks", also=("Keys", "Shortcuts", "Help")),
     "contacts:read"),
)  # fmt: skip


def places() -> list[home_palette.Place]:
    """Every page of both levels of the navigation, of the menus and of Home, for the palette."""
    pages: list[home_palette.Place] = [
        (palette.Found(one.label, one.href, one.icon, also=ALSO.get(one.label, ())), one.scope)
        for one in navigation()
    ]
    pages += [
        (palette.Found(one.label, one.href, "settings", "Settings", ALSO.get(one.label, ())),
         one.scope)
        for one in settings_navigation()
    ]  # fmt: skip
    return [*pages, *MORE]
