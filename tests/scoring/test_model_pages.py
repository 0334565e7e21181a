"""Scoring models in the settings: every form works without script, refusals stay in it."""

from __future__ import annotations

from typing import Any

from nimbus.jobs import job
from nimbus.scoring.rescore import start
from tests.conftest import World
from tests.scoring.pages import SCORING, TIERS, agency, form, model_of
from tests.scoring.people import add_people, work_all


def test_weights_and_grades(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    weights = {"fit": "60", "engagement": "30", "intent": "20"}
    refused = browser.post(SCORING + "/weights", data=weights)
    assert refused.status_code == 400
    assert "must sum to 100" in refused.text
    assert 'value="60"' in refused.text
    assert 'id="weights-sum">110 in all: 10 too many.' in refused.text
    assert refused.text.count('aria-invalid="true"') == 3
    sum_words = browser.get(SCORING + "/sum", params=weights).text
    assert sum_words == "110 in all: 10 too many."
    saved = browser.post(SCORING + "/weights", data=weights | {"intent": "10"})
    assert saved.status_code == 303
    assert model_of(world).weights.fit == 60
    page = browser.get(saved.headers["location"]).text
    assert "The weights were saved" in page
    undo = page.split(SCORING + "/restoration/")[1].split('"')[0]
    undone = browser.post(f"{SCORING}/restoration/{undo}")
    assert model_of(world).weights.fit == 40
    again = browser.get(undone.headers["location"]).text
    undo = again.split(SCORING + "/restoration/")[1].split('"')[0]
    browser.post(f"{SCORING}/restoration/{undo}")
    assert model_of(world).weights.fit == 60
    refused = browser.post(SCORING + "/thresholds", data={"a": "10", "b": "55", "c": "x", "d": "1"})
    assert refused.status_code == 400
    saved = browser.post(SCORING + "/thresholds", data={"a": "80", "b": "55", "c": "40", "d": "9"})
    assert saved.status_code == 303
    assert (model_of(world).thresholds.a, model_of(world).version) == (80, 5)
    assert "The grades were saved" in browser.get(saved.headers["location"]).text
    assert "/restoration/" not in browser_of(world.bob).get(saved.headers["location"]).text


def test_a_late_undo_keeps_what_was_saved_since(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    weights = {"fit": "60", "engagement": "30", "intent": "10"}
    saved = browser.post(SCORING + "/weights", data=weights)
    page = browser.get(saved.headers["location"]).text
    undo = page.split(SCORING + "/restoration/")[1].split('"')[0]
    assert browser.post(SCORING + "/rules", data=form(component="fit", points="3")).is_redirect
    since = model_of(world)
    refused = browser.post(f"{SCORING}/restoration/{undo}", headers={"hx-request": "true"})
    assert refused.status_code == 409
    assert "changed again since" in refused.text
    assert model_of(world) == since


def test_scoring_rules(world: World, browser_of: Any) -> None:
    browser, rules = browser_of(world.alice), SCORING + "/rules"
    data = form(component="intent", points="-7")
    assert browser.get(rules + "/new?component=intent").status_code == 200
    assert browser.post(rules, data=data | {"points": "0"}).status_code == 400
    assert 'id="f-points-error"' in browser.post(rules, data=data | {"points": "x"}).text
    assert browser.post(rules, data=data).status_code == 303
    added = model_of(world).rules[-1]
    assert (added.number, added.component, added.points) == (29, "intent", -7)
    assert "−7" in browser.get(SCORING).text
    assert browser.post(rules + "/29", data=data | {"points": "9"}).status_code == 303
    assert model_of(world).rules[-1].points == 9
    assert "/rules/29/removal" in browser.get(SCORING).text
    asked = browser.get(rules + "/29/removal").text
    assert "Remove “Big”" in asked
    assert "would get another score" not in asked, "that comes once the page is there"
    assert "0 of 0 contacts" in browser.get(rules + "/29/removal?step=try").text
    assert len(model_of(world).rules) == 29, "nothing is removed yet"
    removed = browser.post(rules + "/29/removal")
    assert len(model_of(world).rules) == 28
    page = browser.get(removed.headers["location"]).text
    assert "“Big” was removed" in page
    undo = page.split(SCORING + "/restoration/")[1].split('"')[0]
    browser.post(f"{SCORING}/restoration/{undo}")
    assert model_of(world).rules[-1].number == 29
    assert browser.get(rules + "/99").status_code == 404


def test_what_a_model_changes_is_told_before_it_is_saved(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 6)
    browser.post(SCORING + "/run")
    work_all(world)
    weights = {"fit": "100", "engagement": "0", "intent": "0"}
    grades = {"a": "70", "b": "55", "c": "40", "d": "25"}
    told = browser.post(SCORING + "/trial", data=weights | grades).text
    assert "of 6 contacts" in told
    assert "Contacts by score, now and then" in told
    assert (
        "sum to 100" in browser.post(SCORING + "/trial", data=weights | grades | {"fit": "9"}).text
    )
    page = browser.post(SCORING + "/weights", data=weights | {"step": "try"}).text
    assert 'value="100"' in page
    assert "of 6 contacts" in page
    rule = form(component="fit", points="30", name="", c_field="email", c_op="is_not_empty")
    assert "6 of 6 contacts" in browser.post(SCORING + "/rules/trial", data=rule).text
    assert "6 of 6 contacts" in browser.post(SCORING + "/rules", data=rule | {"step": "try"}).text
    event = {"component": "intent", "event": "clicked", "points": "7", "half_life_days": "10"}
    assert "0 of 6 contacts" in browser.post(SCORING + "/event-rules/trial", data=event).text
    assert "0 of 6" in browser.post(SCORING + "/event-rules/trial?number=18", data=event).text
    assert model_of(world).version == 1


def test_event_rules(world: World, browser_of: Any) -> None:
    browser, rules = browser_of(world.alice), SCORING + "/event-rules"
    data = {"name": "Clicks", "component": "intent", "event": "clicked", "points": "7",
            "half_life_days": "10"}  # fmt: skip
    assert browser.get(rules + "/new?component=intent").status_code == 200
    assert 'id="f-half_life_days-error"' in browser.post(
        rules, data=data | {"half_life_days": "0"}
    ).text  # fmt: skip
    assert browser.post(rules, data=data).status_code == 303
    added = model_of(world).rules[-1]
    assert (added.number, added.event, added.half_life_days) == (29, "clicked", 10)
    page = browser.get(SCORING).text
    assert "Link clicked: each time, and half as much after every 10 days." in page
    assert 'value="10"' in browser.get(rules + "/29").text
    assert browser.post(rules + "/29", data=data | {"points": "-9"}).status_code == 303
    assert model_of(world).rules[-1].points == -9
    assert browser.post(SCORING + "/rules/29/removal").status_code == 303
    assert len(model_of(world).rules) == 28
    assert browser.get(rules + "/1").status_code == 404, "that one has a filter"


def test_a_client_with_an_own_model_and_back(world: World, browser_of: Any) -> None:
    client, browser = agency(world), browser_of(world.alice)
    query = f"?client={client.shown_id}"
    assert "Globex follows the workspace" in browser.get(SCORING + query).text
    browser.post(f"{SCORING}/own{query}")
    browser.post(f"{SCORING}/rules/1/removal{query}")
    assert len(model_of(world, client).rules) == 27
    assert len(model_of(world).rules) == 28
    browser.post(f"{SCORING}/own/removal{query}")
    assert "Globex follows the workspace" in browser.get(SCORING + query).text
    for path in (TIERS, SCORING):
        for own in ("/own?client=", "/own/removal?client="):
            assert browser.post(path + own).status_code == 404


def test_the_progress_of_a_run(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 3)
    started = browser.post(SCORING + "/run")
    page = browser.get(started.headers["location"]).text
    assert "Waits for the worker" in page
    poll = page.split('id="run" hx-get="')[1].split('"')[0]
    work_all(world)
    done = browser.get(poll).text
    assert "Every score is up to date" in done
    assert "hx-get" not in done
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        stopped = start(tx, world.alice.who, "Again")
        job.finish(tx, stopped, "paused", "Scoring stopped at an error.")
    assert "Scoring did not finish" in browser.get(SCORING).text
