"""What the demo's team has done at its desk: who is not to be written to, a file that came again,
with people who are there already, and how they look at the list."""

from __future__ import annotations

from itertools import islice
from uuid import UUID

from nimbus.access import Who
from nimbus.accounts.client import Client
from nimbus.contacts.tags import tags
from nimbus.contacts.tags.kept import Colour
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.demo.past import CONTACTS, TWICE, File, Row, bring
from nimbus.demo.people import people
from nimbus.segments.write import create
from nimbus.segments.write_members import change_members
from nimbus.segments.write_views import ListState, create_view
from nimbus.suppression.lists import DOMAINS, EMAILS
from nimbus.suppression.write import add

COLOURS: dict[str, Colour] = {
    "hot_lead": "red", "partner": "green", "webinar_q3": "blue", "trade_show_2026": "violet",
    "enterprise_tier": "amber",
}  # fmt: skip
KNOWN, SUPPRESSED, ON_LIST = 60, 14, 40
RIVAL = "rival-crm.example"


def work(here: Instance, who: Who, client: Client) -> None:
    """All of it today, after the weeks in which people came."""
    known = list(islice(people(CONTACTS), 40, 40 + KNOWN))
    off = [row[2] for row in known[:SUPPRESSED]]
    with here.door.workspace(who.workspace_id) as tx:
        add(tx, who, EMAILS, off, reason="opt_out", through="web")
        add(tx, who, DOMAINS, [RIVAL], reason="competitor", through="web")
    bring(here, who, client, File("CRM export, second part.csv", 0, "CRM"), _again(known))
    with here.door.workspace(who.workspace_id) as tx:
        _sort(tx, who)


def _again(known: list[Row]) -> list[Row]:
    """People with a new position, some under another address, some whom nobody may write to, and
    rows that are none."""
    promoted = [(*row[:3], f"Senior {row[3]}", *row[4:]) for row in known[:40]]
    double = [
        (first, last, f"{first[0]}.{last}@{email.partition('@')[2]}".lower(), *rest)
        for first, last, email, *rest in known[40 : 40 + TWICE]
    ]
    rival = [(*row[:2], f"{row[0]}@{RIVAL}".lower(), *row[3:]) for row in known[52:55]]
    broken = [(*row[:2], f"{row[0]} at work", *row[3:]) for row in known[55:]]
    return [*promoted, *double, *rival, *broken, *known[20:30]]


def _sort(tx: Tx, who: Who) -> None:
    for name, tone in COLOURS.items():
        tags.colour(tx, who, name, tone, through="worker")
    tier_a = {"field": "icp_tier", "op": "eq", "value": "A"}
    hot = {"field": "lead_score", "op": "gte", "value": 60}
    late = {"field": "tasks.overdue", "op": "is_true"}
    for view in (
        ListState("Tier A, best first", is_shared=True, filter=tier_a, sort="lead_score_desc"),
        ListState("Tasks overdue", is_shared=True, filter=late),
    ):
        create_view(tx, who, view, through="worker")
    create(
        tx, who, name="Hot leads", kind="dynamic", through="worker", filter=hot,
        description="A score of 60 or more",
    )  # fmt: skip
    dinner = create(tx, who, name="Invited to the dinner", kind="static", through="worker")
    best: list[UUID] = tx.column(
        "select id from contact where workspace_id = %s and not is_deleted "
        "order by lead_score desc nulls last, id limit %s",
        [tx.workspace_id, ON_LIST],
    )
    change_members(tx, who, dinner, best, [], through="worker")
