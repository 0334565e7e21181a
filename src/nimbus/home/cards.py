"""The cards of Home about contacts: drawn from the daily counts, each number a link to the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from psycopg import sql

from nimbus.contacts.listing.asked import HERE
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.home.read import DAYS, Days, days
from nimbus.web import charts
from nimbus.web.cards import Card, Offer
from nimbus.web.counting import Count, count
from nimbus.web.render import zone_of
from nimbus.web.route import Ask

WEEK = 7
# From so many points on whoever has them is worth a call.
HOT = 60
TIERS = (("A", "green"), ("B", "blue"), ("C", "amber"), ("D", "grey"), ("", "none"))
GRADES = (
    ("A", "green"), ("B", "blue"), ("C", "amber"), ("D", "orange"), ("F", "red"), ("", "none"),
)  # fmt: skip
SHOWN_SOURCES = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """`picture` is what the template draws: columns over time where there are several days, else
    the pieces of one whole; `note` leads to `note_href` where it is a number of its own."""

    number: int | str
    href: str
    words: str
    as_of: str | None
    picture: Any = None
    pieces: Any = None
    note: str | None = None
    note_href: str | None = None


def contacts(ask: Ask) -> Card | None:
    """How many there are, and who came lately. Few are counted now, many by the day's count."""
    told = counted(ask)
    number, exact = told.total, True
    if not client_of(ask):
        live = everybody(ask.tx)
        if live.exact or told.at is None:
            number, exact = live.value, live.exact
    if not number:
        return None
    new = told.new()
    week = sum(value for _, value in new[-WEEK:])
    since = told.new(WEEK)[0][0] if new else None
    picture = charts.columns([(words(day), (value,)) for day, value in new])
    return Card("home/contacts.html", Shown(
        f"{number:,}" if exact else f"about {number:,}", href(ask),
        "contact" if number == 1 else "contacts", as_of(ask, told), picture if new else None,
        note=f"{week:,} new this week" if since else "They are being counted",
        note_href=href(ask, created_at__gte=since.isoformat()) if since else None,
    ))  # fmt: skip


def tiers(ask: Ask) -> Card | None:
    return _over_time(ask, "tier", "icp_tier", TIERS, "home/tiers.html", "in tier A", ("A",))


def grades(ask: Ask) -> Card | None:
    return _over_time(
        ask, "grade", "grade", GRADES, "home/grades.html", "with grade A or B", ("A", "B")
    )


def scores(ask: Ask) -> Card | None:
    told = counted(ask)
    if not told.total:
        return None
    bins = [told.of("score").get(str(tenth), 0) for tenth in range(10)]
    hrefs = [
        href(ask, lead_score__between=f"{low}..{low + 9 if low < 90 else 100}")
        for low in range(0, 100, 10)
    ]
    return Card("home/scores.html", Shown(
        sum(bins[HOT // 10 :]), href(ask, lead_score__gte=str(HOT), sort="lead_score_desc"),
        f"with a score of {HOT} or more", as_of(ask, told), charts.histogram(bins, hrefs=hrefs),
    ))  # fmt: skip


def sources(ask: Ask) -> Card | None:
    """Where they came from: the largest sources, and the rest together."""
    told = counted(ask)
    known = {source: number for source, number in told.of("source").items() if source}
    if not known:
        return None
    largest = list(known.items())[:SHOWN_SOURCES]
    hrefs = [href(ask, lead_source=source) for source, _ in largest]
    rest = told.total - sum(number for _, number in largest)
    if rest > 0:
        largest.append(("Other or none", rest))
    return Card("home/sources.html", Shown(
        told.total - told.of("source").get("", 0), href(ask, lead_source__is_not_empty=""),
        "with a known source", as_of(ask, told), charts.bars(largest, hrefs=hrefs),
    ))  # fmt: skip


CONTACTS, TIER_CARD, GRADE_CARD, SCORE_CARD, SOURCE_CARD = (
    Offer("contacts:read", make) for make in (contacts, tiers, grades, scores, sources)
)


def everybody(tx: Tx) -> Count:
    """Contacts that are not in the trash: exactly while they are few."""
    rows = sql.SQL(
        "select from contact c where c.workspace_id = %(workspace)s and not c.is_deleted"
    )
    return count(tx, rows, {"workspace": tx.workspace_id})


def counted(ask: Ask) -> Days:
    """The daily counts that the page is about, read once."""
    if "daily counts" not in ask.tx.memory:
        ask.tx.memory["daily counts"] = days(ask.tx, client_of(ask))
    found: Days = ask.tx.memory["daily counts"]
    return found


def client_of(ask: Ask) -> UUID | None:
    """The client that the page's address asks for."""
    given = ask.request.query_params.get("client")
    return ids.read("client", given, "client") if given else None


def href(ask: Ask, **asked: str) -> str:
    """The list that proves a number."""
    if given := ask.request.query_params.get("client"):
        asked["client_id"] = given
    return f"{HERE}?{urlencode(asked, quote_via=quote)}" if asked else HERE


def as_of(ask: Ask, told: Days) -> str | None:
    """When it was counted, in the zone of who looks."""
    if told.at is None:
        return None
    zone = zone_of(ask.request)
    at = told.at.astimezone(zone)
    is_today = at.date() == ask.tx.now.astimezone(zone).date()
    return f"{at:%H:%M}" if is_today else f"{words(at)}, {at:%H:%M}"


def words(day: date | datetime) -> str:
    return f"{day.day} {day:%b}"


def _over_time(
    ask: Ask, kind: str, field: str, series: Sequence[tuple[str, str]], template: str, told: str,
    best: Sequence[str],
) -> Card | None:  # fmt: skip
    counts = counted(ask)
    if not counts.total:
        return None
    now = counts.of(kind)
    known = set().union(*(told for _, told in counts.over_time(kind)))
    series = [one for one in series if one[0] or "" in known]
    names = [(value or "None", tone) for value, tone in series]
    pieces = charts.stack(
        [(name, now.get(value, 0), tone, None)
         for (name, tone), (value, _) in zip(names, series, strict=True)],
        [href(ask, **({field: value} if value else {f"{field}__is_empty": ""}))
         for value, _ in series],
    )  # fmt: skip
    by_day = dict(counts.over_time(kind))
    picture = None
    if len(by_day) > 1:
        last = max(by_day)
        dates = [last - timedelta(days=back) for back in reversed(range(DAYS))]
        rows = [
            (words(day), [by_day.get(day, {}).get(value, 0) for value, _ in series])
            for day in dates if day >= min(by_day)
        ]  # fmt: skip
        picture = charts.columns(rows, names)
    return Card(template, Shown(
        sum(now.get(value, 0) for value in best), href(ask, **{field: ",".join(best)}), told,
        as_of(ask, counts), picture, pieces,
    ))  # fmt: skip
