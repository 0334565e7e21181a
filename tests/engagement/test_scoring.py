"""Events score, alike in SQL and in Python, and count less with every day (D-30)."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from nimbus import clock
from nimbus.db.door import Tx
from nimbus.db.migrate import split, texts
from nimbus.fields.read import catalogue
from nimbus.problems import Problem
from nimbus.scoring import fade
from nimbus.scoring.defaults import SCORING_MODEL
from nimbus.scoring.model import read_model
from nimbus.scoring.panel import score_reasons, verdict_panel
from nimbus.scoring.read import model
from nimbus.scoring.score import score
from nimbus.scoring.write_model import save_model
from tests.conftest import World
from tests.contacts.contact_rows import add_contact
from tests.engagement.happening import happen
from tests.imports.test_run import bring
from tests.scoring.people import scored_rows, work_all

COLUMNS = ("score_fit", "score_engagement", "score_intent", "lead_score", "grade", "score_rules")
KINDS = ("opened", "clicked", "replied", "call", "bounced", "deal_created", "deal_lost", "note")


def expected(tx: Tx, row: dict[str, Any]) -> tuple[Any, ...]:
    current = model(tx)
    assert current
    events = tx.rows(
        "select type, at from engagement_event where workspace_id = %s and contact_id = %s",
        [tx.workspace_id, row["id"]],
    )
    s = score(current, row, tx.now, [(event["type"], event["at"]) for event in events])
    return s.fit, s.engagement, s.intent, s.score, s.grade, list(s.rules)


def check(tx: Tx) -> None:
    rows = scored_rows(tx)
    assert [tuple(row[c] for c in COLUMNS) for row in rows] == [expected(tx, row) for row in rows]


def test_sql_is_the_python_meaning_of_events(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once for those concerned, at night for whoever's points fade; never for nothing."""
    alice, chance = world.alice.who, random.Random(4)
    monkeypatch.setattr(fade, "BATCH", 7)
    assert bring(world, "Email,Title\nimported@acme.example,VP Sales\n", world.alice).imported == 1
    with world.door.workspace(alice.workspace_id) as tx:
        people = [add_contact(tx, seniority="vp") for _ in range(30)]
        quiet = add_contact(tx)
        # Whole half-lives, whose powers are exact, and any other age.
        ages = [0, *(14 * n for n in range(1, 9)), *(chance.uniform(0, 200) for _ in range(40))]
        happen(tx, *[(chance.choice(people), chance.choice(KINDS), chance.choice(ages))
                     for _ in range(300)])  # fmt: skip
        imported = tx.value("select id from contact where workspace_id = %s and email = %s",
                            [tx.workspace_id, "imported@acme.example"])  # fmt: skip
        happen(tx, (imported, "replied", 2), (imported, "opened", 14))
    with world.door.workspace(alice.workspace_id) as tx:
        rows = {row["id"]: row for row in scored_rows(tx)}
        assert rows.pop(quiet)["lead_score"] is None
        for row in rows.values():
            if row["last_activity_at"]:
                known = expected(tx, row)
                assert abs(row["lead_score"] - known[3]) <= 1, "a moment has passed"
        assert len({row["score_engagement"] for row in rows.values()}) > 10
        reasons = verdict_panel(tx, rows[imported])
        assert reasons
        told = {reason.name: reason.points for reason in reasons.shows.reasons}
        assert (told["Replied"], told["Opened an email"]) == (38, 3)
        before = rows[imported]["lead_score"]
    # An import that changes the contact keeps what its events are worth.
    bring(world, "Email,Title\nimported@acme.example,CEO\n", world.alice)
    with world.door.workspace(alice.workspace_id) as tx:
        (row,) = [row for row in scored_rows(tx) if row["id"] == imported]
        assert row["score_engagement"] == 41, "40 × 0.5^(2/30) + 5 × 0.5, rounded"
        assert row["lead_score"] == before

    later = clock.now() + timedelta(days=45)
    monkeypatch.setattr(clock, "now", lambda: later)
    with world.door.workspace(alice.workspace_id) as tx:
        assert fade.start_fading(tx)
    work_all(world)
    with world.door.workspace(alice.workspace_id) as tx:
        tx.run("delete from contact where workspace_id = %s and id = %s", [tx.workspace_id, quiet])
        check(tx)
        logged = "select count(*) from change where workspace_id = %s and kind = 'scored'"
        changes = tx.value(logged, [tx.workspace_id])
        assert fade.start_fading(tx)
    work_all(world)
    with world.door.workspace(alice.workspace_id) as tx:
        assert tx.value(logged, [tx.workspace_id]) == changes, "the same score is not written"
    monkeypatch.setattr(clock, "now", lambda: later + timedelta(days=21 * 365 + 200))
    with world.door.workspace(alice.workspace_id) as tx:
        assert fade.start_fading(tx) is None
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert fade.start_fading(tx) is None


def test_reasons_add_up_to_the_score_that_is_stored(world: World) -> None:
    """Hours later too, when the call gives less and the score has not followed yet."""
    alice = world.alice.who
    call = {"component": "engagement", "name": "Call", "points": 100, "event": "call",
            "half_life_days": 1}  # fmt: skip
    with world.door.workspace(alice.workspace_id) as tx:
        save_model(tx, alice, "web", {**SCORING_MODEL, "rules": [call]}, None)
        person = add_contact(tx)
        happen(tx, (person, "call", 0.45))
    for hours in (0, 1, 9, 22 * 24):
        with (
            clock.turned(clock.now() + timedelta(hours=hours)),
            world.door.workspace(alice.workspace_id) as tx,
        ):
            (row,) = scored_rows(tx)
            panel = verdict_panel(tx, row)
            assert panel
            assert row["score_engagement"] == 73
            for reasons in (panel.shows.reasons, score_reasons(tx, row)):
                assert [reason.points for reason in reasons] == [73]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"event": "guessed"}, "rules[0].event"), ({"event": "opened,sent"}, "rules[0].event"),
        ({"component": "fit"}, "rules[0].component"),
        ({"half_life_days": 0}, "rules[0].half_life_days"),
        ({"half_life_days": None}, "rules[0].half_life_days"),
        ({"filter": {"and": []}}, "rules[0].filter"),
        ({"event": None}, "rules[0].half_life_days"),
        ({"points": 0}, "rules[0].points"),
    ],
)  # fmt: skip
def test_an_event_rule_that_means_nothing_is_refused(rule: dict[str, Any], field: str) -> None:
    from nimbus.fields import Catalogue

    good = {"component": "intent", "name": "x", "event": "email_opened", "points": 5,
            "half_life_days": 3}  # fmt: skip
    read = read_model({"rules": [good]}, Catalogue.of(), id=UUID(int=1))
    assert read.events[0].event == "opened"
    with pytest.raises(Problem) as refused:
        read_model({"rules": [{**good, **rule}]}, Catalogue.of(), id=UUID(int=1))
    assert refused.value.field == field


def test_the_default_model_gains_its_event_rules(world: World) -> None:
    """By the migration itself, run again on models as they were: one untouched, one edited."""
    old = [rule for rule in SCORING_MODEL["rules"] if "filter" in rule]
    for person in (world.alice, world.charlie):
        with world.door.workspace(person.who.workspace_id) as tx:
            tx.run("update scoring_model set rules = %s where workspace_id = %s",
                   [Jsonb(old), tx.workspace_id])  # fmt: skip
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        save_model(tx, world.charlie.who, "web", {**SCORING_MODEL, "rules": old[:2]}, None)
    with psycopg.connect(world.instance.logins.migrate) as connection:
        for statement in split(texts()["0018_engagement.sql"]):
            if "scoring_model" in statement:
                connection.execute(statement)  # type: ignore[call-overload]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        gained = model(tx)
        assert gained == read_model(SCORING_MODEL, catalogue(tx), id=gained.id, version=2)
        assert tx.column("select is_current from scoring_model where workspace_id = %s "
                         "order by version", [tx.workspace_id]) == [False, True]  # fmt: skip
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        kept = model(tx)
        assert kept
        assert (kept.version, len(kept.rules)) == (2, 2)
