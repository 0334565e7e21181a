"""How many are in a segment, and how many of them may be written to (G-28, F-34)."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from nimbus.accounts.client import clients
from nimbus.contacts.read import ContactList, Reading
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside, together
from nimbus.problems import Problem
from nimbus.segments import read
from nimbus.segments.segment import Segment
from nimbus.suppression.read import check_statement
from nimbus.web.counting import COUNT_BUDGET, Count

_SQL = beside(__file__, "count.sql")

# What the check of the suppression lists and the questions below need of a member.
_PERSON = sql.SQL(
    "row_number() over () as row_no, m.email, m.email_domain, m.email_key, m.client_id, "
    "m.consent_status = 'opted_out' or m.status in ('unsubscribed', 'bounced') as is_unwilling"
)


@dataclass(frozen=True, slots=True)
class Split:
    """`total` are those in the segment; of them `suppressed` are held back by a list of the
    workspace or by the platform, and `sendable` by nothing that is known today: not suppressed, no
    refusal of consent, neither unsubscribed nor bounced, and nobody else's. `deleted` are in the
    trash, and therefore not in it.

    Exact up to 10,000 members; of more, the shares are those of about as many, chosen evenly.
    """

    total: int
    sendable: int
    suppressed: int
    deleted: int
    is_exact: bool
    took_ms: int


def count(tx: Tx, segment: Segment) -> Split:
    begun = time.perf_counter()
    reading = Reading(tx, ContactList(read.members(tx, segment), shown="live"))
    total, deleted = _count(reading), _in_trash(tx, segment)
    people = _people(tx, reading, total)
    suppressed = _suppressed(tx, people)
    elsewhere = _elsewhere(tx, people)
    sendable = sum(
        not person["is_unwilling"] and person["email_key"] not in suppressed | elsewhere
        for person in people
    )
    share = total.value / len(people) if people and not total.exact else 1
    return Split(
        total.value, round(sendable * share), round(len(suppressed) * share), deleted.value,
        total.exact and deleted.exact, round((time.perf_counter() - begun) * 1000),
    )  # fmt: skip


def _count(reading: Reading) -> Count:
    return reading.count(reading.page(1))


def _in_trash(tx: Tx, segment: Segment) -> Count:
    """Those that would be in the segment."""
    if segment.kind == "static":
        values = {"workspace": tx.workspace_id, "segment": segment.id}
        return Count(int(tx.value(_SQL["trashed"], values)), exact=True)
    try:
        filter = read.filter_of(tx, segment)
    except Problem:
        return Count(0, exact=True)
    return _count(Reading(tx, ContactList(filter, shown="deleted")))


def _people(tx: Tx, reading: Reading, total: Count) -> list[dict[str, Any]]:
    """The members or, of too many, a part of them: the keys of emails are evenly spread hashes, so
    that those below a bound are chosen by nothing but chance."""
    members, values = reading.select(_PERSON)
    if not total.exact:
        few: LiteralString = "{members} and m.email_key < %(bound)s limit %(most)s"
        members = together(few, members=members)
        part = int(2**128 * min(1.0, COUNT_BUDGET / total.value))
        values = {**values, "bound": UUID(int=min(part, 2**128 - 1)), "most": 2 * COUNT_BUDGET}
    statement = sql.SQL(_SQL["people"]).format(members=members, check=sql.SQL(check_statement))
    return tx.rows(statement, values)


def _suppressed(tx: Tx, people: list[dict[str, Any]]) -> set[UUID]:
    held = {person["email_key"] for person in people if person["is_held"]}
    keys = [person["email_key"] for person in people]
    return held.union(tx.column(_SQL["platform"], {"keys": keys}))


def _elsewhere(tx: Tx, people: list[dict[str, Any]]) -> set[UUID]:
    """Those whom another client holds than the one that the contact belongs to."""
    by_client: defaultdict[UUID, list[UUID]] = defaultdict(list)
    usual = clients(tx)[0].id
    for person in people:
        by_client[person["client_id"] or usual].append(person["email_key"])
    found: set[UUID] = set()
    for client, keys in by_client.items():
        found.update(tx.column(_SQL["elsewhere"], {"keys": keys, "client": client, "now": tx.now}))
    return found
