"""Who sees the settings of tiers and scoring, and who changes them."""

from __future__ import annotations

from typing import Any

import pytest

from nimbus.db import ids
from tests.conftest import World
from tests.scoring.pages import SCORING, TIERS, agency, form, model_of, rules_of

PAGES = (TIERS, SCORING)


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
