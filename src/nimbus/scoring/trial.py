"""What tier rules or a scoring model would change, tried on contacts before they are saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.contacts.writing.rescore import stored_rows
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.filters import Params, Source
from nimbus.scoring.model import ScoringModel
from nimbus.scoring.read import anything_happened
from nimbus.scoring.sample import Sample, sample
from nimbus.scoring.score import score_columns, score_join
from nimbus.scoring.tier_rule import NO_MATCH, TIERS, ICPTierRule, in_order, matching
from nimbus.web.timely import timely

PEOPLE = 5
# Points that a bar of the histograms spans.
BIN = 5

# Everybody by the tier there is and the one there would be, and, where `rule` is not null, how many
# a rule matches by the one that decides, both by their places in the list.
_TIERS = sql.SQL(
    """
    with tried as materialized (
        select m.id, m.icp_tier as was, {matching} as matching from ({rows}) as m
    )
    select was, (%(tiers)s::text[])[matching[1]] as now, null::int as rule, null::int as decides,
        count(*) as contacts, (array_agg(id order by id desc))[:%(people)s] as few
    from tried
    group by was, now
    union all
    select null, null, rule, matching[1], count(*), null
    from tried, unnest(matching) as rule
    group by rule, matching[1]
    """
)
_SCORES = sql.SQL(
    """
    with tried as materialized (
        select m.lead_score as was, m.grade as was_grade, {score} as now, {grade} as now_grade
        from ({rows}) as m {join}
    )
    select was, was_grade, now, now_grade, count(*) as contacts
    from tried
    group by was, was_grade, now, now_grade
    """
)


@dataclass(frozen=True, slots=True)
class Move:
    """So many contacts have the tier `was`, None when they have none yet, and would get `now`."""

    was: str | None
    now: str
    contacts: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One of those who would get another tier."""

    id: UUID
    name: str | None
    email: str
    was: str | None
    now: str

    @property
    def shown_id(self) -> str:
        return ids.show("cont", self.id)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a rule matches: of so many contacts `earlier` rules decide, those that take most first,
    and the others get its tier by it."""

    rule: ICPTierRule
    matching: int
    earlier: tuple[tuple[ICPTierRule, int], ...]

    @property
    def taken(self) -> int:
        return sum(contacts for _, contacts in self.earlier)

    @property
    def deciding(self) -> int:
        return self.matching - self.taken


@dataclass(frozen=True, slots=True)
class TierTrial:
    """`contacts` were looked at: all, unless `sampled`. `moves` tell of those who stay, too;
    `reaches` of each rule, in their order."""

    contacts: int
    sampled: bool
    moves: tuple[Move, ...]
    people: tuple[Moved, ...]
    reaches: tuple[Reach, ...]

    @property
    def changing(self) -> int:
        return sum(move.contacts for move in self.moves if move.was != move.now)

    def moving(self, was: str | None, now: str) -> int:
        return sum(one.contacts for one in self.moves if (one.was, one.now) == (was, now))

    @property
    def from_tiers(self) -> list[str | None]:
        """The tiers that people have, in order; last that they have none."""
        had = {move.was for move in self.moves}
        return [tier for tier in (*TIERS, None) if tier in had]


@dataclass(frozen=True, slots=True)
class ScoreTrial:
    """How many would have each score and grade, and have it now; who has none yet is only `then`.
    `changing` get another score or grade."""

    contacts: int
    sampled: bool
    changing: int
    bins_now: tuple[int, ...]
    bins_then: tuple[int, ...]
    grades_now: dict[str, int]
    grades_then: dict[str, int]


def try_tier_rules(
    tx: Tx, rules: Iterable[ICPTierRule], client_id: UUID | None = None
) -> TierTrial:
    """Who would get another tier than they have. Raises Problem(too_expensive)."""
    params = Params(tx.now)
    chosen = sample(tx, "icp_tier_rule", client_id)
    ordered = in_order(rules)
    statement = _TIERS.format(
        matching=matching(ordered, Source("m"), params), rows=_rows(tx, chosen)
    )
    values = {**chosen.values, "people": PEOPLE, "tiers": [rule.tier for rule in ordered]}
    with timely(tx), tx.connection.transaction():
        found = tx.rows(statement, {**values, **params.values})
    groups = [row | {"now": row["now"] or NO_MATCH} for row in found if row["rule"] is None]
    groups.sort(key=lambda row: (-row["contacts"], row["was"] or "", row["now"]))
    moves = tuple(Move(row["was"], row["now"], row["contacts"]) for row in groups)
    return TierTrial(
        sum(move.contacts for move in moves), not chosen.whole, moves, _people(tx, groups),
        tuple(_reach(ordered, place, found) for place in range(1, len(ordered) + 1)),
    )  # fmt: skip


def _reach(rules: Sequence[ICPTierRule], place: int, found: Iterable[dict[str, Any]]) -> Reach:
    """Of the rule at a place, the first of which is 1."""
    decided = {row["decides"]: row["contacts"] for row in found if row["rule"] == place}
    earlier = sorted(
        ((rules[by - 1], contacts) for by, contacts in decided.items() if by != place),
        key=lambda one: (-one[1], one[0].position),
    )
    return Reach(rules[place - 1], sum(decided.values()), tuple(earlier))


def try_model(tx: Tx, model: ScoringModel, client_id: UUID | None = None) -> ScoreTrial:
    """The scores there are beside those that the model would give. Raises
    Problem(too_expensive)."""
    params = Params(tx.now)
    chosen = sample(tx, "scoring_model", client_id)
    happens = bool(model.events) and anything_happened(tx)
    columns = dict(score_columns(model))
    statement = _SCORES.format(
        score=columns["lead_score"], grade=columns["grade"], rows=_rows(tx, chosen),
        join=score_join(model, Source("m"), params, events=happens),
    )  # fmt: skip
    with timely(tx), tx.connection.transaction():
        found = tx.rows(statement, {**chosen.values, **params.values})
    same = [r for r in found if (r["was"], r["was_grade"]) == (r["now"], r["now_grade"])]
    contacts = sum(row["contacts"] for row in found)
    return ScoreTrial(
        contacts,
        not chosen.whole,
        contacts - sum(row["contacts"] for row in same),
        _bins(found, "was"), _bins(found, "now"),
        _counted(found, "was_grade"), _counted(found, "now_grade"),
    )  # fmt: skip


def _rows(tx: Tx, chosen: Sample) -> sql.Composable:
    return stored_rows(catalogue(tx), chosen.only)


def _people(tx: Tx, groups: Sequence[dict[str, Any]]) -> tuple[Moved, ...]:
    """A few who change: of each kind of change one in turn, of the most frequent first."""
    changing = [group for group in groups if group["was"] != group["now"]]
    turns = [
        (group["few"][turn], group)
        for turn in range(PEOPLE)
        for group in changing
        if turn < len(group["few"])
    ][:PEOPLE]
    if not turns:
        return ()
    rows = tx.rows(
        "select id, full_name as name, email from contact "
        "where workspace_id = %s and id = any (%s)",
        [tx.workspace_id, [id for id, _ in turns]],
    )
    known = {row["id"]: row for row in rows}
    return tuple(Moved(**known[id], was=group["was"], now=group["now"]) for id, group in turns)


def _bins(rows: Iterable[dict[str, Any]], column: str) -> tuple[int, ...]:
    """Counts of scores by bars; 100 belongs to the last."""
    bins = [0] * (100 // BIN)
    for row in rows:
        if row[column] is not None:
            bins[min(row[column] // BIN, len(bins) - 1)] += row["contacts"]
    return tuple(bins)


def _counted(rows: Iterable[dict[str, Any]], column: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in rows:
        if row[column] is not None:
            counts[row[column]] += row["contacts"]
    return dict(counts)
