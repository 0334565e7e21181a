"""Tier rules and scoring in the settings: every form works without script, refusals stay in it."""

from __future__ import annotations

from typing import Any

import pytest

from nimbus.accounts.client import Terms
from nimbus.accounts.write import add_client, save_workspace
from nimbus.db import ids
from nimbus.jobs import job
from nimbus.scoring.model import ScoringModel
from nimbus.scoring.read import model, tier_rules
from nimbus.scoring.rescore import start
from nimbus.scoring.tier_rule import ICPTierRule
from tests.conftest import World
from tests.scoring.people import add_people, work_all

TIERS, SCORING = "/settings/icp-rules", "/settings/scoring"
PAGES = (TIERS, SCORING)


def rules_of(world: World, client: Any = None) -> list[ICPTierRule]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return tier_rules(tx, client.id if client else None)


def model_of(world: World, client: Any = None) -> ScoringModel:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = model(tx, client.id if client else None)
    assert found
    return found


def agency(world: World) -> Any:
    who = world.alice.who
    with world.door.workspace(who.workspace_id) as tx:
        save_workspace(tx, who, "web", name="Acme", agency=True)
        return add_client(tx, who, "web", Terms("Globex", 90, 50))


def order_in(page: str) -> str:
    """The order that a page proposes to save; none where it is the one there is."""
    return page.partition('name="order" value="')[2].partition('"')[0]


def form(**more: Any) -> dict[str, Any]:
    """A rule with one condition."""
    return {
        "name": "Big", "tier": "A", "c_shape": "rows", "c_match": "all", "c_without": "score",
        "c_field": "company.employee_count", "c_op": "gte", "c_value": "100", "c_until": "",
        **more,
    }  # fmt: skip


@pytest.mark.parametrize("path", [*PAGES, TIERS + "/new", SCORING + "/rules/new"])
def test_anonymous_is_asked_to_log_in(http: Any, path: str) -> None:
    assert http.get(path).headers["location"].startswith("/login")


@pytest.mark.parametrize("path", PAGES)
def test_bob_sees_but_changes_nothing(world: World, browser_of: Any, path: str) -> None:
    browser = browser_of(world.bob)
    page = browser.get(path)
    assert page.status_code == 200
    assert "Add a rule" not in page.text
    assert "removal" not in page.text
    for forbidden in (path, path + "/own?client=x", SCORING + "/run", SCORING + "/weights"):
        if forbidden != SCORING:
            assert browser.post(forbidden, data=form()).status_code == 403


def test_charlie_finds_nothing_of_acme(world: World, browser_of: Any) -> None:
    client, rule = agency(world), rules_of(world)[0]
    browser = browser_of(world.charlie)
    shown = ids.show("rule", rule.id)
    for path in PAGES:
        assert browser.get(f"{path}?client={client.shown_id}").status_code == 404
    assert browser.get(f"{TIERS}/{shown}").status_code == 404
    assert browser.post(f"{TIERS}/order", data={"order": f"-{shown}"}).status_code == 303
    assert browser.post(f"{TIERS}/trial?rule={shown}", data=form()).status_code == 404
    earlier = ids.show("model", model_of(world).id)
    assert browser.post(f"{SCORING}/restoration/{earlier}").status_code == 404
    assert len(rules_of(world)) == 3


def test_the_rules_are_told_in_order(world: World, browser_of: Any) -> None:
    page = browser_of(world.alice).get(TIERS).text
    places = [page.index(rule.name) for rule in rules_of(world)]
    assert places == sorted(places)
    assert "employees is at least 50" in page
    assert "Everyone else" in page


def test_add_edit_and_remove_with_undo(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    made = browser.post(TIERS, data=form())
    assert made.status_code == 303
    assert "job=job_" in made.headers["location"]
    assert "Scoring by changed tier rules" in browser.get(made.headers["location"]).text
    rule = rules_of(world)[-1]
    here = f"{TIERS}/{ids.show('rule', rule.id)}"
    assert 'value="100"' in browser.get(here).text
    assert browser.post(here, data=form(tier="B")).status_code == 303
    assert (rules_of(world)[-1].tier, rules_of(world)[-1].version) == ("B", 2)
    shown = ids.show("rule", rule.id)
    draft = browser.get(TIERS, params={"step": f"drop:{shown}"}).text
    assert "Keep Big" in draft
    assert len(rules_of(world)) == 4, "not saved yet"
    removed = browser.post(TIERS + "/order", data={"order": order_in(draft)})
    assert len(rules_of(world)) == 3
    page = browser.get(removed.headers["location"]).text
    undo = page.split('action="' + TIERS + "/undo/")[1].split('"')[0]
    for _ in range(2):
        answer = browser.post(f"{TIERS}/undo/{undo}", headers={"hx-request": "true"})
        assert answer.headers["hx-redirect"].startswith(TIERS)
        assert [one.id for one in rules_of(world)][-1] == rule.id
        assert len(rules_of(world)) == 4


def test_move(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    a, b, c = rules_of(world)
    for rule, to, expected in (
        (a, "down", [b, a, c]), (a, "up", [a, b, c]), (a, "up", [a, b, c]), (c, "down", [a, b, c])
    ):  # fmt: skip
        step = f"{to}:{ids.show('rule', rule.id)}"
        draft = browser.get(TIERS, params={"step": step}).text
        if order := order_in(draft):
            assert "Not saved yet" in draft
            browser.post(TIERS + "/order", data={"order": order})
        assert [one.id for one in rules_of(world)] == [one.id for one in expected]
    assert {rule.version for rule in rules_of(world)} == {1}


def test_what_an_order_changes_is_told_before_it_is_saved(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 6, seniority="intern")
    browser.post(TIERS, data=form(name="Anybody", c_field="email", c_op="is_not_empty"))
    work_all(world)
    last = ids.show("rule", rules_of(world)[-1].id)
    told = browser.get(TIERS, params={"step": f"drop:{last}"}).text
    assert "6 of 6 contacts" in told
    assert told.count('aria-label="Some of those') == 1
    assert "Not saved yet" not in browser.get(TIERS, params={"step": "drop:rule_x"}).text


def test_what_a_rule_changes_is_told_beneath_its_form(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 6, seniority="intern")
    work_all(world)
    everybody = form(name="", c_field="email", c_op="is_not_empty")
    assert "6 of 6 contacts" in browser.post(TIERS + "/trial", data=everybody).text
    assert (
        "as soon as the rule is whole" in browser.post(TIERS + "/trial", data=form(c_field="")).text
    )
    shown = ids.show("rule", rules_of(world)[0].id)
    assert "6 of 6" in browser.post(f"{TIERS}/trial?rule={shown}", data=everybody).text
    # The same by the button that stands there without script.
    page = browser.post(TIERS, data=everybody | {"step": "try"}).text
    assert "6 of 6 contacts" in page
    assert len(rules_of(world)) == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, 'id="f-name-error"'),
        ({"tier": "E"}, 'id="f-tier-error"'),
        ({"c_value": "many"}, 'id="c-error-0"'),
        ({"c_field": ""}, 'id="c-error-0"'),
        ({"c_field": "lead_score"}, "follows from the rules"),
        ({"c_shape": "json", "c_tree": "{"}, "This is not JSON"),
        ({"c_shape": "json", "c_tree": '{"and": [{"field": "x"}]}'}, "and[0].field"),
    ],
)
def test_a_refused_rule_stays_in_the_form(
    world: World, browser_of: Any, change: dict[str, str], words: str
) -> None:
    answer = browser_of(world.alice).post(TIERS, data=form(**change))
    assert answer.status_code == 400
    assert words in answer.text
    assert len(rules_of(world)) == 3


def test_the_editor_works_by_its_buttons(world: World, browser_of: Any) -> None:
    """Each of them comes to the form's own address when there is no script."""
    browser = browser_of(world.alice)
    more = browser.post(TIERS, data=form(step="add"))
    assert more.status_code == 200
    assert 'id="c-field-1"' in more.text
    assert 'value="Big"' in more.text
    rows = form(c_field=["title", "seniority"], c_op=["contains", "in"], c_value=["vp", ""],
                c_until=["", ""], c_choice=["1:vp", "1:director"])  # fmt: skip
    as_json = browser.post(TIERS, data=rows | {"step": "json"}).text
    assert "&#34;director&#34;" in as_json
    assert browser.post(TIERS, data=rows).status_code == 303
    added = rules_of(world)[-1]
    assert "Vice president or Director" in browser.get(TIERS).text
    edit = browser.get(f"{TIERS}/{ids.show('rule', added.id)}").text
    assert 'value="1:vp" checked' in edit


def test_the_editor_by_htmx(world: World, browser_of: Any) -> None:
    answer = browser_of(world.alice).post(
        "/filters/conditions", data=form(c_field="consent_date", c_op="gte"),
        headers={"hx-request": "true"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<fieldset")
    assert "is on or after" in answer.text
    assert 'type="date"' in answer.text


def test_nested_rules_are_edited_in_groups_and_as_json(world: World, browser_of: Any) -> None:
    browser, rule = browser_of(world.alice), rules_of(world)[1]
    here = f"{TIERS}/{ids.show('rule', rule.id)}"
    assert 'name="c_opens" aria-label="What must hold in the group' in browser.get(here).text
    tree = '{"or": [{"field": "title", "op": "contains", "value": "x"}, {"and": []}]}'
    data = {"name": rule.name, "tier": "B", "c_shape": "json", "c_tree": tree}
    assert browser.post(here, data=data).status_code == 303
    assert rules_of(world)[1].version == 2


def test_a_client_with_own_rules_and_back(world: World, browser_of: Any) -> None:
    client = agency(world)
    browser, here = browser_of(world.alice), f"{TIERS}?client={client.shown_id}"
    page = browser.get(here).text
    assert "Globex follows the workspace" in page
    assert "removal" not in page
    own = browser.post(f"{TIERS}/own?client={client.shown_id}")
    assert client.shown_id in own.headers["location"]
    assert [rule.name for rule in rules_of(world, client)] == [
        rule.name for rule in rules_of(world)
    ]
    browser.post(f"{TIERS}?client={client.shown_id}", data=form(name="Only Globex"))
    assert "Only Globex" in browser.get(here).text
    assert "Only Globex" not in browser.get(TIERS).text
    back = browser.post(f"{TIERS}/own/removal?client={client.shown_id}")
    assert rules_of(world, client) == []
    undo = browser.get(back.headers["location"]).text.split("/undo/")[1].split('"')[0]
    browser.post(f"{TIERS}/undo/{undo}")
    assert len(rules_of(world, client)) == 4


def test_weights_and_grades(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    weights = {"fit": "60", "engagement": "30", "intent": "20"}
    refused = browser.post(SCORING + "/weights", data=weights)
    assert refused.status_code == 400
    assert "must sum to 100" in refused.text
    assert 'value="60"' in refused.text
    sum_words = browser.get(SCORING + "/sum", params=weights).text
    assert sum_words == "110 in all: 10 too many."
    assert browser.post(SCORING + "/weights", data=weights | {"intent": "10"}).status_code == 303
    assert model_of(world).weights.fit == 60
    refused = browser.post(SCORING + "/thresholds", data={"a": "10", "b": "55", "c": "x", "d": "1"})
    assert refused.status_code == 400
    saved = browser.post(SCORING + "/thresholds", data={"a": "80", "b": "55", "c": "40", "d": "9"})
    assert saved.status_code == 303
    assert (model_of(world).thresholds.a, model_of(world).version) == (80, 3)


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
    removed = browser.post(rules + "/29/removal")
    assert len(model_of(world).rules) == 28
    page = browser.get(removed.headers["location"]).text
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
    for path in PAGES:
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
