"""Tier rules in the settings: every form works without script, refusals stay in it."""

from __future__ import annotations

from typing import Any

import pytest

from nimbus.db import ids
from nimbus.scoring import undo as undoing
from tests.conftest import World
from tests.scoring.pages import TIERS, agency, form, order_in, rules_of
from tests.scoring.people import add_people, work_all


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
    assert "“Big” was removed" in page
    undo = page.split('action="' + TIERS + "/undo/")[1].split('"')[0]
    for _ in range(2):
        answer = browser.post(f"{TIERS}/undo/{undo}", headers={"hx-request": "true"})
        assert answer.headers["hx-redirect"].startswith(TIERS)
        assert [one.id for one in rules_of(world)][-1] == rule.id
        assert len(rules_of(world)) == 4


def test_a_new_rule_says_that_it_is_asked_last(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    assert "It is asked last" in browser.get(TIERS + "/new").text
    known = ids.show("rule", rules_of(world)[0].id)
    assert "It is asked last" not in browser.get(f"{TIERS}/{known}").text


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


def test_whatever_was_saved_is_named_and_undone(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    a, b, c = first = rules_of(world)

    def saved_and_undone(place: str, data: dict[str, Any], words: str) -> None:
        page = browser.get(browser.post(place, data=data).headers["location"]).text
        assert words in page
        assert rules_of(world) != first
        undo = page.split('action="' + TIERS + "/undo/")[1].split('"')[0]
        undone = browser.post(f"{TIERS}/undo/{undo}")
        known = [(rule.id, rule.name, rule.tier, rule.filter) for rule in rules_of(world)]
        assert known == [(rule.id, rule.name, rule.tier, rule.filter) for rule in first]
        assert "/undo/" in browser.get(undone.headers["location"]).text

    shown = [ids.show("rule", rule.id) for rule in (c, a, b)]
    saved_and_undone(TIERS + "/order", {"order": ",".join(shown)}, "The order was saved")
    gone = f"{shown[0]},{shown[1]},-{shown[2]}"
    saved_and_undone(TIERS + "/order", {"order": gone}, f"“{b.name}” was removed")
    saved_and_undone(TIERS, form(), "“Big” was added")
    saved_and_undone(f"{TIERS}/{shown[0]}", form(tier="B"), "“Big” was changed")


def test_no_more_rules_come_back_than_there_can_be(
    world: World, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(world.alice)
    a, b, c = (ids.show("rule", rule.id) for rule in rules_of(world))
    removed = browser.post(TIERS + "/order", data={"order": f"{a},{b},-{c}"})
    undo = browser.get(removed.headers["location"]).text.split(f'action="{TIERS}/undo/')[1]
    browser.post(TIERS, data=form())
    monkeypatch.setattr(undoing, "MAX_RULES", 3)
    before = rules_of(world)
    refused = browser.post(f"{TIERS}/undo/{undo.split(chr(34))[0]}")
    assert (refused.status_code, "There can be 3 tier rules at most" in refused.text) == (409, True)
    assert rules_of(world) == before


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
    first = browser.post(f"{TIERS}/trial?rule={shown}", data=everybody).text
    assert "matches <b>6 of 6 contacts</b>, and all of them get tier A by it." in first
    assert "6 of 6 contacts</b> would get another tier" in first
    browser.post(f"{TIERS}/{shown}", data=everybody | {"name": "Anybody"})
    last = browser.post(TIERS + "/trial", data=everybody | {"tier": "C"}).text
    assert "<b>6</b> of these are taken by an earlier rule, and <b>none</b> get tier C" in last
    assert 'Anybody</span><span class="muted">takes 6' in last
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


def test_the_sentence_says_what_is_typed_and_nothing_else(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    typed = browser.post("/filters/sentence", data=form(c_value="75"))
    assert typed.text.strip().endswith("is at least 75.")
    assert "<" not in typed.text
    begun = browser.post("/filters/sentence", data=form(c_field=""))
    assert begun.text.strip() == "What you ask stands here as a sentence."


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


def test_a_late_undo_keeps_what_was_changed_since(world: World, browser_of: Any) -> None:
    browser, client = browser_of(world.alice), agency(world)

    def undo_of(saved: Any) -> str:
        page = browser.get(saved.headers["location"]).text
        return TIERS + "/undo/" + page.split("/undo/")[1].split('"')[0]

    added = undo_of(browser.post(TIERS, data=form()))
    rule = ids.show("rule", rules_of(world)[-1].id)
    edited = undo_of(browser.post(f"{TIERS}/{rule}", data=form(name="Huge", tier="B")))
    page = browser.get(browser.post(added).headers["location"]).text
    assert "1 rule kept what was changed since" in page
    assert (rules_of(world)[-1].name, rules_of(world)[-1].tier) == ("Huge", "B")
    # Once the edit is undone too, the rule is as it was added, wherever it stands by now.
    assert "changed since" not in browser.get(browser.post(edited).headers["location"]).text
    first = ids.show("rule", rules_of(world)[0].id)
    draft = browser.get(TIERS, params={"step": f"drop:{first}"}).text
    browser.post(TIERS + "/order", data={"order": order_in(draft)})
    browser.post(added)
    assert rule not in [ids.show("rule", one.id) for one in rules_of(world)]

    own = undo_of(browser.post(f"{TIERS}/own?client={client.shown_id}"))
    copied = rules_of(world, client)
    for one in copied:
        here = f"{TIERS}/{ids.show('rule', one.id)}?client={client.shown_id}"
        assert browser.post(here, data=form(name="Ours")).status_code == 303
    kept = browser.post(own, headers={"hx-request": "true"}).headers["hx-redirect"]
    assert f"{len(copied)} rules kept what was changed since" in browser.get(kept).text
    assert [one.name for one in rules_of(world, client)] == ["Ours"] * len(copied)
