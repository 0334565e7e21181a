"""The first steps of a new workspace: people, a key, the first request; gone once they are done."""

from __future__ import annotations

from dataclasses import dataclass

from nimbus.access.scopes import READ
from nimbus.accounts.client import workspace
from nimbus.accounts.create import FIRST_KEY
from nimbus.db import ids
from nimbus.db.sqlfile import beside
from nimbus.imports.find import recent
from nimbus.imports.import_job import RUNNING
from nimbus.web.route import Ask

_SQL = beside(__file__, "steps.sql")

# Who does not want to see them says so for this browser, as with the theme.
COOKIE = "steps"
KEY_NAME = "My first key"
NO_KEY = "YOUR_KEY"


@dataclass(frozen=True, slots=True)
class Steps:
    """`key` is a new key in the one moment that it is shown. `has_sample` is false where somebody
    must say first for which client, `may_key` where it takes an admin to make keys."""

    imported: bool
    is_importing: bool
    has_key: bool
    called: bool
    may_key: bool
    has_sample: bool
    key: str | None
    curl: str

    @property
    def left(self) -> int:
        done = [self.imported, *((self.has_key, self.called) if self.may_key else ())]
        return done.count(False)


def steps(ask: Ask, key: str | None = None) -> Steps | None:
    """None for who cannot take them, and once they are done or dismissed."""
    if not ask.who.may("imports:write"):
        return None
    if key is None and ask.request.cookies.get(COOKIE) == marked(ask):
        return None
    done = ask.tx.row(_SQL["done"], {"workspace": ask.tx.workspace_id, "first": FIRST_KEY}) or {}
    address = ask.request.url_for("list_contacts").include_query_params(page_size=2)
    found = Steps(
        done["imported"], any(one.status in RUNNING for one in recent(ask.tx, 1)),
        done["has_key"] or done["called"], done["called"], ask.who.may("keys:write"),
        not workspace(ask.tx).agency, key,
        f"curl -H 'Authorization: Bearer {key or NO_KEY}' \\\n  '{address}'",
    )  # fmt: skip
    return found if found.left or key else None


def marked(ask: Ask) -> str:
    """What the cookie says of this workspace."""
    return ids.show("ws", ask.tx.workspace_id)


def scopes(ask: Ask) -> list[str]:
    """What the first key may do: read."""
    return [scope for scope in READ if ask.who.may(scope)]
