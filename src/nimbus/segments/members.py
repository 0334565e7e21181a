"""Putting people on a static list by their emails, as they are pasted (S0-64, S1-69)."""

from __future__ import annotations

from uuid import UUID

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.field import Invalid
from nimbus.fields.types import EMAIL
from nimbus.problems import invalid
from nimbus.segments.segment import Segment
from nimbus.segments.write_members import MOST, change_members
from nimbus.suppression.lists import EMAILS
from nimbus.suppression.pasted import entries

_SQL = beside(__file__, "members.sql")

# So many of those that cannot be put on it are named.
NAMED = 5


def put_by_email(tx: Tx, who: Who, segment: Segment, text: str) -> UUID:
    """All of them or none; answers the operation. Raises Problem that names `emails`: for what is
    no email, and for those that no contact has."""
    emails = [_email(one) for one in entries(EMAILS, text)]
    if not emails:
        raise invalid("Enter at least one email.", "emails")
    if len(emails) > MOST:
        raise invalid(f"Enter at most {MOST:,} emails at once.", "emails")
    rows = tx.rows(_SQL["by_email"], {"workspace": tx.workspace_id, "emails": emails})
    known = {row["email"]: row["id"] for row in rows}
    if missing := [one for one in dict.fromkeys(emails) if one not in known]:
        more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
        raise invalid(
            f"No contact has {', '.join(missing[:NAMED])}{more}. Add them as contacts first, or "
            "take them out.",
            "emails",
        )
    added = [known[one] for one in dict.fromkeys(emails)]
    return change_members(tx, who, segment, added, [], through="web").operation


def _email(text: str) -> str:
    try:
        return EMAIL.parse(text) or ""
    except Invalid as wrong:
        raise invalid(str(wrong), "emails") from None
