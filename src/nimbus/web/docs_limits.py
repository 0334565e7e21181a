"""The limits of the API in words, read from where they are kept, so that they cannot differ."""

from __future__ import annotations

from nimbus.access import tokens
from nimbus.access.limits import Buckets, Limits
from nimbus.settings import Settings
from nimbus.web import idempotency, kept


def calls(given: Limits) -> dict[str, str]:
    """Of each kind of call, how many."""
    return {"Reads": _words(given.reads), "Writes": _words(given.writes)}


def _words(buckets: Buckets | None) -> str:
    if buckets is None:
        return "As many as you like."
    return f"{buckets.rate:,} a second, and {buckets.size:,} at once."


def limits(settings: Settings) -> dict[str, str]:
    """What else there is a limit to."""
    return {
        "Size of an upload": f"{settings.upload_max_bytes:,} bytes.",
        "Size of any other request": f"{settings.body_max_bytes:,} bytes.",
        "Rows of an import": f"{settings.import_max_rows:,}.",
        "Imports at once": f"{settings.imports_at_once:,} of a workspace; further ones wait.",
        "Custom fields": f"{settings.custom_fields_limit:,} of a workspace.",
        "Look-ups of the registry": f"{settings.registry_asks:,} of a workspace per hour, such as "
        "previews of imports.",
        "Failed logins": f"{settings.login_attempts:,} of one email from one address within 15 "
        "minutes.",
        "Access tokens": f"Good for {int(tokens.LASTS.total_seconds()):,} seconds.",
        f"`{kept.HEADER}`": f"At most {idempotency.LONGEST} characters; the answer is kept for "
        f"{int(kept.KEPT.total_seconds() // 3600)} hours.",
    }
