"""What events are worth by now: 1 each, half as much after every half-life (D-30).

In SQL and in Python alike: both take the same power of the same floating-point numbers, and make it
a whole number of millionths at once, so that whatever is added up or rounded later is exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from psycopg import sql

from nimbus.filters import Params, Source
from nimbus.scoring.rule import EventRule

# What an event is worth when it happens.
WHOLE = 1_000_000
# After so many half-lives it is worth less than half a millionth, which is nothing.
REACH = 21
# Powers beyond this are nothing either, and PostgreSQL refuses those that are too small to hold.
_MOST = 64
_DAY = 86_400


def reach(rules: Iterable[EventRule]) -> timedelta:
    """How long an event is worth anything by any of the rules."""
    return timedelta(days=REACH * max((rule.half_life_days for rule in rules), default=0))


def worth(
    rules: Iterable[EventRule], events: Iterable[tuple[str, datetime]], now: datetime
) -> dict[int, int]:
    """Millionths by the number of each rule, of events by type and time."""
    happened = list(events)
    return {
        rule.number: sum(
            _worth((now - at).total_seconds(), rule.half_life_days)
            for type, at in happened if type == rule.event
        )
        for rule in rules
    }  # fmt: skip


def _worth(age: float, half_life_days: int) -> int:
    halvings = min(_MOST, max(0.0, age) / (half_life_days * _DAY))
    return math.floor(math.pow(0.5, halvings) * WHOLE + 0.5)


def worth_join(rules: Sequence[EventRule], source: Source, params: Params) -> sql.Composable:
    """The same as SQL, after the row source in FROM: `happened.event_<number>`. A contact to whom
    nothing ever happened costs no look at any event."""
    now, types = params.add(params.now), sorted({rule.event for rule in rules})
    columns = [
        sql.SQL(
            "coalesce(sum(floor(power(0.5::float8, least({most}, greatest(0, "
            "extract(epoch from {now}::timestamptz - e.at)::float8) / {half_life}::float8"
            ")) * {whole} + 0.5)) filter (where e.type = {type}), 0)::bigint as {name}"
        ).format(
            most=sql.Literal(_MOST), now=now, half_life=sql.Literal(rule.half_life_days * _DAY),
            whole=sql.Literal(WHOLE), type=sql.Literal(rule.event), name=_event(rule),
        )
        for rule in rules
    ]  # fmt: skip
    return sql.SQL(
        "cross join lateral (select {columns} from engagement_event e "
        "where {active} is not null and e.workspace_id = %(workspace)s and e.contact_id = {id} "
        "and e.at > {since} and e.type = any ({types}) offset 0) as happened"
    ).format(
        columns=sql.SQL(", ").join(columns),
        active=sql.Identifier(source.alias, "last_activity_at"),
        id=sql.Identifier(source.alias, "id"),
        since=params.add(params.now - reach(rules)),
        types=params.add(types),
    )


def worth_of(rule: EventRule) -> sql.Composable:
    """What `worth_join` says of a rule."""
    return sql.Identifier("happened", f"event_{rule.number}")


def share(rule: EventRule, told: Mapping[int, int]) -> int:
    """The points that a rule gives by now, in millionths."""
    return rule.points * told.get(rule.number, 0)


def _event(rule: EventRule) -> sql.Identifier:
    return sql.Identifier(f"event_{rule.number}")
