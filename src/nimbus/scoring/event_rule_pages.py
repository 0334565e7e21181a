"""The form of a scoring rule that counts events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form
from starlette.responses import Response

from nimbus.engagement.event import TYPES
from nimbus.problems import Problem
from nimbus.scoring.model import dump_model
from nimbus.scoring.model_pages import HERE, current, save, told_of
from nimbus.scoring.rule import MAX_HALF_LIFE, MAX_POINTS, OF_EVENTS, EventRule
from nimbus.scoring.rule_pages import find_rule, trial_at, whole, with_rule
from nimbus.scoring.run_pages import at_form
from nimbus.scoring.tier_rule import check_name
from nimbus.scoring.whose import Whose, whose
from nimbus.web import parts, render
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE + "/event-rules")

Text = Annotated[str, Form()]
Given = dict[str, str]


@router.at("GET", "/new", scope="settings:write")
def new_event_rule_page(ask: Ask, client: str = "", component: str = "engagement") -> Response:
    given = {"name": "", "component": component, "event": "replied", "points": "10",
             "half_life_days": "30"}  # fmt: skip
    return _form(ask, whose(ask.tx, client), None, given)


@router.at("POST", "", scope="settings:write")
def create_event_rule_form(
    ask: Ask, client: str = "", name: Text = "", component: Text = "", event: Text = "",
    points: Text = "", half_life_days: Text = "", step: Text = "",
) -> Response:  # fmt: skip
    given = {"name": name, "component": component, "event": event, "points": points,
             "half_life_days": half_life_days}  # fmt: skip
    return _save(ask, whose(ask.tx, client), None, given, step)


@router.at("POST", "/trial", scope="settings:write")
def try_event_rule_form(
    ask: Ask, client: str = "", number: str = "", component: Text = "", event: Text = "",
    points: Text = "", half_life_days: Text = "",
) -> Response:  # fmt: skip
    """Beneath the form: what the rule as it is filled in would change."""
    meant = whose(ask.tx, client)
    rule = find_rule(ask, meant, int(number), EventRule) if number.isdecimal() else None
    given = {"name": "", "component": component, "event": event, "points": points,
             "half_life_days": half_life_days}  # fmt: skip
    found = _told(ask, meant, rule, given)
    return render(ask.request, "scoring/model_trial.html", told=found)


@router.at("GET", "/{event_number}", scope="settings:write")
def event_rule_page(ask: Ask, event_number: int, client: str = "") -> Response:
    meant = whose(ask.tx, client)
    rule = find_rule(ask, meant, event_number, EventRule)
    given = {"name": rule.name, "component": rule.component, "event": rule.event,
             "points": str(rule.points), "half_life_days": str(rule.half_life_days)}  # fmt: skip
    return _form(ask, meant, rule, given)


@router.at("POST", "/{event_number}", scope="settings:write")
def save_event_rule_form(
    ask: Ask, event_number: int, client: str = "", name: Text = "", component: Text = "",
    event: Text = "", points: Text = "", half_life_days: Text = "", step: Text = "",
) -> Response:  # fmt: skip
    meant = whose(ask.tx, client)
    given = {"name": name, "component": component, "event": event, "points": points,
             "half_life_days": half_life_days}  # fmt: skip
    rule = find_rule(ask, meant, event_number, EventRule)
    return _save(ask, meant, rule, given, step)


def _save(ask: Ask, meant: Whose, rule: EventRule | None, given: Given, step: str) -> Response:
    if step == "try":
        return _form(ask, meant, rule, given, found=_told(ask, meant, rule, given))
    try:
        check_name(given["name"], "name")
        return save(ask, meant, _with(ask, meant, rule, given))
    except Problem as problem:
        return _form(ask, meant, rule, given, at_form(problem))


def _with(ask: Ask, meant: Whose, rule: EventRule | None, given: Given) -> dict[str, Any]:
    """The model with the rule as it is filled in."""
    changed: dict[str, Any] = {
        **given,
        "name": given["name"].strip(),
        "points": whole(given["points"], "points"),
        "half_life_days": whole(given["half_life_days"], "half_life_days"),
    }
    return with_rule(dump_model(current(ask, meant)), rule, changed)


def _told(ask: Ask, meant: Whose, rule: EventRule | None, given: Given) -> dict[str, object]:
    """The trial of the rule, whatever it will be called."""
    unnamed = {**given, "name": "This rule"}
    return told_of(ask, meant, lambda: _with(ask, meant, rule, unnamed))


def _form(
    ask: Ask, meant: Whose, rule: EventRule | None, given: Given, problem: Problem | None = None,
    found: dict[str, object] | None = None,
) -> Response:  # fmt: skip
    place = f"/{rule.number}" if rule else ""
    return render(
        ask.request, "scoring/event_rule.html", status=problem.status if problem else 200,
        whose=meant, rule=rule, given=given, problem=problem, most=MAX_POINTS,
        told=found, trial_at=trial_at(f"{HERE}/event-rules", meant, rule),
        longest=MAX_HALF_LIFE, here=HERE, action=f"{HERE}/event-rules{place}{meant.query}",
        events=[parts.Option(type, label) for type, label in TYPES.items()],
        components=[parts.Option(one, one.capitalize()) for one in OF_EVENTS],
    )  # fmt: skip
