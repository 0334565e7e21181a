"""The form of one tier rule, with its conditions."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Form
from starlette.responses import Response

from nimbus.fields.read import catalogue
from nimbus.filters import dump
from nimbus.filters.editor import editor
from nimbus.filters.form import Conditions, conditions_form, conditions_of
from nimbus.problems import Problem
from nimbus.scoring.read import tier_rules
from nimbus.scoring.run_pages import at_form, told
from nimbus.scoring.tier_pages import HERE, after, dumped, find, shown_id
from nimbus.scoring.tier_rule import TIERS, ICPTierRule, check_name
from nimbus.scoring.trial import TierTrial, try_tier_rules
from nimbus.scoring.whose import Whose, whose
from nimbus.scoring.write import read_list, save_tier_rules
from nimbus.web import parts, render
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)

Text = Annotated[str, Form()]
Given = Annotated[Conditions, Depends(conditions_form)]

TIER_WORDS = {
    "A": "A, the ideal customer",
    "B": "B, a good fit",
    "C": "C, a possible fit",
    "D": "D, not a fit",
}


@router.at("GET", "/new", scope="settings:write")
def new_icp_rule_page(ask: Ask, client: str = "") -> Response:
    return _form(ask, whose(ask.tx, client), None, "", "A", conditions_of(None, without="score"))


@router.at("POST", "", scope="settings:write")
def create_icp_rule_form(
    ask: Ask, given: Given, client: str = "", name: Text = "", tier: Text = "", step: Text = ""
) -> Response:
    return _save(ask, whose(ask.tx, client), None, name, tier, given, step)


@router.at("POST", "/trial", scope="settings:write")
def try_icp_rule_form(
    ask: Ask, given: Given, client: str = "", rule: str = "", tier: Text = ""
) -> Response:
    """Beneath the form: what the rule as it is filled in would change."""
    meant = whose(ask.tx, client)
    known = find(ask, meant, rule) if rule else None
    return render(
        ask.request, "scoring/tier_trial.html", told=_told(ask, meant, known, tier, given)
    )


@router.at("GET", "/{rule_id}", scope="settings:write")
def icp_rule_page(ask: Ask, rule_id: str, client: str = "") -> Response:
    meant = whose(ask.tx, client)
    rule = find(ask, meant, rule_id)
    given = conditions_of(rule.filter, without="score")
    return _form(ask, meant, rule, rule.name, rule.tier, given)


@router.at("POST", "/{rule_id}", scope="settings:write")
def save_icp_rule_form(
    ask: Ask, rule_id: str, given: Given, client: str = "", name: Text = "", tier: Text = "",
    step: Text = "",
) -> Response:  # fmt: skip
    meant = whose(ask.tx, client)
    return _save(ask, meant, find(ask, meant, rule_id), name, tier, given, step)


def _save(
    ask: Ask, meant: Whose, rule: ICPTierRule | None, name: str, tier: str, given: Conditions,
    step: str,
) -> Response:  # fmt: skip
    try:
        if step == "try":
            found = _told(ask, meant, rule, tier, given)
            return _form(ask, meant, rule, name, tier, given, found=found)
        if step:
            return _form(ask, meant, rule, name, tier, given.after(step, catalogue(ask.tx)))
        check_name(name, "name")
        listed = _listed(ask, meant, rule, name, tier, given)
        saved = save_tier_rules(ask.tx, ask.who, "web", listed, meant.client_id)
    except Problem as problem:
        return _form(ask, meant, rule, name, tier, given, at_form(problem))
    return after(meant, saved)


def _listed(
    ask: Ask, meant: Whose, rule: ICPTierRule | None, name: str, tier: str, given: Conditions
) -> list[dict[str, Any]]:
    """The rules with this one as it is filled in."""
    filter = dump(given.read(catalogue(ask.tx)))
    changed = {"name": name.strip(), "tier": tier, "filter": filter}
    listed = dumped(tier_rules(ask.tx, meant.client_id))
    if rule is None:
        listed.append(changed)
    for known in listed:
        if rule and known.get("id") == shown_id(rule):
            known |= changed
    return listed


def _told(
    ask: Ask, meant: Whose, rule: ICPTierRule | None, tier: str, given: Conditions
) -> dict[str, object]:
    """The trial of the rule, whatever it will be called; `at` is its place in the list."""
    old = tier_rules(ask.tx, meant.client_id)

    def trial() -> TierTrial:
        listed = _listed(ask, meant, rule, "This rule", tier, given)
        rules = read_list(ask.tx, listed, old, meant.client_id)
        return try_tier_rules(ask.tx, rules, meant.client_id)

    return {**told(trial), "at": old.index(rule) if rule else len(old)}


def _form(
    ask: Ask, meant: Whose, rule: ICPTierRule | None, name: str, tier: str, given: Conditions,
    problem: Problem | None = None, found: dict[str, object] | None = None,
) -> Response:  # fmt: skip
    place = f"/{shown_id(rule)}" if rule else ""
    named = {"client": meant.shown_id or "", "rule": shown_id(rule) if rule else ""}
    return render(
        ask.request, "scoring/tier_rule.html", status=problem.status if problem else 200,
        whose=meant, rule=rule, name=name, tier=tier, problem=problem, told=found,
        action=f"{HERE}{place}{meant.query}", here=HERE,
        trial_at=f"{HERE}/trial?{urlencode(named)}",
        editor=editor(given, catalogue(ask.tx), problem),
        tiers=[parts.Option(tier, TIER_WORDS[tier]) for tier in TIERS],
    )  # fmt: skip
