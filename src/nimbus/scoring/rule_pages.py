"""The form of one scoring rule, and taking a rule away."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Form
from starlette.responses import Response

from nimbus.fields.read import catalogue
from nimbus.filters import dump
from nimbus.filters.editor import editor
from nimbus.filters.form import Conditions, conditions_form, conditions_of
from nimbus.problems import Problem, invalid
from nimbus.scoring.model import dump_model
from nimbus.scoring.model_pages import HERE, current, save, told_of
from nimbus.scoring.rule import COMPONENTS, MAX_POINTS, EventRule, FilterRule, Rule
from nimbus.scoring.run_pages import at_form
from nimbus.scoring.tier_rule import check_name
from nimbus.scoring.whose import Whose, whose
from nimbus.web import parts, render
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE + "/rules")

R = TypeVar("R", bound=Rule)
NUMBER = re.compile("[0-9]{1,6}")
Text = Annotated[str, Form()]
Given = Annotated[Conditions, Depends(conditions_form)]


@router.at("GET", "/new", scope="settings:write")
def new_scoring_rule_page(ask: Ask, client: str = "", component: str = "fit") -> Response:
    given = {"name": "", "component": component, "points": "10"}
    return _form(ask, whose(ask.tx, client), None, given, conditions_of(None, without="score"))


@router.at("POST", "", scope="settings:write")
def create_scoring_rule_form(
    ask: Ask, conditions: Given, client: str = "", name: Text = "", component: Text = "",
    points: Text = "", step: Text = "",
) -> Response:  # fmt: skip
    given = {"name": name, "component": component, "points": points}
    return _save(ask, whose(ask.tx, client), None, given, conditions, step)


@router.at("POST", "/trial", scope="settings:write")
def try_scoring_rule_form(
    ask: Ask, conditions: Given, client: str = "", number: str = "", component: Text = "",
    points: Text = "",
) -> Response:  # fmt: skip
    """Beneath the form: what the rule as it is filled in would change."""
    meant = whose(ask.tx, client)
    rule = find_rule(ask, meant, int(number), FilterRule) if NUMBER.fullmatch(number) else None
    given = {"name": "", "component": component, "points": points}
    found = _told(ask, meant, rule, given, conditions)
    return render(ask.request, "scoring/model_trial.html", told=found)


@router.at("GET", "/{number}", scope="settings:write")
def scoring_rule_page(ask: Ask, number: int, client: str = "") -> Response:
    meant = whose(ask.tx, client)
    rule = find_rule(ask, meant, number, FilterRule)
    given = {"name": rule.name, "component": rule.component, "points": str(rule.points)}
    return _form(ask, meant, rule, given, conditions_of(rule.filter, without="score"))


@router.at("POST", "/{number}", scope="settings:write")
def save_scoring_rule_form(
    ask: Ask, number: int, conditions: Given, client: str = "", name: Text = "",
    component: Text = "", points: Text = "", step: Text = "",
) -> Response:  # fmt: skip
    meant = whose(ask.tx, client)
    given = {"name": name, "component": component, "points": points}
    rule = find_rule(ask, meant, number, FilterRule)
    return _save(ask, meant, rule, given, conditions, step)


@router.at("GET", "/{number}/removal", scope="settings:write")
def scoring_rule_removal_page(ask: Ask, number: int, client: str = "", step: str = "") -> Response:
    """Of a rule of either kind; what would change without it is asked for by a `step`, for that may
    take longer than a page."""
    meant = whose(ask.tx, client)
    gone = find_rule(ask, meant, number, FilterRule, EventRule)
    found = told_of(ask, meant, lambda: _without(ask, meant, gone)) if step == "try" else None
    return render(
        ask.request, "scoring/rule_removal.html", whose=meant, rule=gone, told=found, here=HERE,
        action=f"{HERE}/rules/{number}/removal{meant.query}",
        trial_at=f"{HERE}/rules/{number}/removal?"
        + urlencode({"client": meant.shown_id or "", "step": "try"}),
    )  # fmt: skip


@router.at("POST", "/{number}/removal", scope="settings:write")
def remove_scoring_rule_form(ask: Ask, number: int, client: str = "") -> Response:
    """Of either kind."""
    meant = whose(ask.tx, client)
    gone = find_rule(ask, meant, number, FilterRule, EventRule)
    return save(ask, meant, _without(ask, meant, gone))


def _without(ask: Ask, meant: Whose, gone: Rule) -> dict[str, Any]:
    """The model without a rule."""
    data = dump_model(current(ask, meant))
    return {**data, "rules": [rule for rule in data["rules"] if rule["number"] != gone.number]}


def _save(
    ask: Ask, meant: Whose, rule: FilterRule | None, given: dict[str, str],
    conditions: Conditions, step: str,
) -> Response:  # fmt: skip
    try:
        if step == "try":
            found = _told(ask, meant, rule, given, conditions)
            return _form(ask, meant, rule, given, conditions, found=found)
        if step:
            return _form(ask, meant, rule, given, conditions.after(step, catalogue(ask.tx)))
        check_name(given["name"], "name")
        return save(ask, meant, _with(ask, meant, rule, given, conditions))
    except Problem as problem:
        return _form(ask, meant, rule, given, conditions, at_form(problem))


def _with(
    ask: Ask, meant: Whose, rule: FilterRule | None, given: dict[str, str], conditions: Conditions
) -> dict[str, Any]:
    """The model with the rule as it is filled in."""
    changed: dict[str, Any] = {
        "name": given["name"].strip(),
        "component": given["component"],
        "points": whole(given["points"], "points"),
        "filter": dump(conditions.read(catalogue(ask.tx))),
    }
    return with_rule(dump_model(current(ask, meant)), rule, changed)


def with_rule(data: dict[str, Any], rule: Rule | None, changed: dict[str, Any]) -> dict[str, Any]:
    """The model with a rule changed, or with one more."""
    if rule is None:
        return {**data, "rules": [*data["rules"], changed]}
    rules = [
        known | changed if known["number"] == rule.number else known for known in data["rules"]
    ]
    return {**data, "rules": rules}


def _told(
    ask: Ask, meant: Whose, rule: FilterRule | None, given: dict[str, str], conditions: Conditions
) -> dict[str, object]:
    """The trial of the rule, whatever it will be called."""
    unnamed = {**given, "name": "This rule"}
    return told_of(ask, meant, lambda: _with(ask, meant, rule, unnamed, conditions))


def _form(
    ask: Ask, meant: Whose, rule: FilterRule | None, given: dict[str, str],
    conditions: Conditions, problem: Problem | None = None,
    found: dict[str, object] | None = None,
) -> Response:  # fmt: skip
    place = f"/{rule.number}" if rule else ""
    return render(
        ask.request, "scoring/scoring_rule.html", status=problem.status if problem else 200,
        whose=meant, rule=rule, given=given, problem=problem, most=MAX_POINTS, here=HERE,
        told=found, trial_at=trial_at(f"{HERE}/rules", meant, rule),
        action=f"{HERE}/rules{place}{meant.query}",
        editor=editor(conditions, catalogue(ask.tx), problem),
        components=[parts.Option(one, one.capitalize()) for one in COMPONENTS],
    )  # fmt: skip


def trial_at(place: str, meant: Whose, rule: Rule | None) -> str:
    """The address that tells what the form beneath `place` would change."""
    named = {"client": meant.shown_id or "", "number": rule.number if rule else ""}
    return f"{place}/trial?{urlencode(named)}"


def find_rule(ask: Ask, meant: Whose, number: int, *kinds: type[R]) -> R:
    """The rule of that number and kind. Raises Problem(not_found)."""
    for rule in current(ask, meant).rules:
        if rule.number == number and isinstance(rule, kinds):
            return rule
    raise Problem("not_found", "No such scoring rule in this model.")


def whole(text: str, field: str) -> int:
    """The whole number of an input. Raises Problem that names it."""
    text = text.strip().replace("−", "-")
    digits = text.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 5):
        below = "; below zero takes points away" if field == "points" else ""
        raise invalid(f"Enter a whole number{below}.", field)
    return int(text)
