"""Settings of the tier rules: the ordered list, moving and removing, and undoing a removal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Form
from starlette.responses import Response

from nimbus.db import ids
from nimbus.filters import describe, dump
from nimbus.scoring.read import tier_rules
from nimbus.scoring.run_pages import back, banner
from nimbus.scoring.tier_rule import ICPTierRule
from nimbus.scoring.undo import restore_tier_rules
from nimbus.scoring.whose import Whose, whose
from nimbus.scoring.write import drop_tier_rules, save_tier_rules
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/settings/icp-rules")
HERE = "/settings/icp-rules"

Text = Annotated[str, Form()]


@router.at("GET", "", scope="scoring:read")
def icp_rules_page(ask: Ask, client: str = "", job: str = "", removed: str = "") -> Response:
    meant = whose(ask.tx, client)
    own = tier_rules(ask.tx, meant.client_id)
    follows = meant.client is not None and not own
    if removed:
        toast(ask.request, "Removed", f"{HERE}/undo/{ids.show('op', ids.read('op', removed))}")
    return render(
        ask.request, "scoring/tier_rules.html", whose=meant, follows=follows, here=HERE,
        rules=tier_rules(ask.tx) if follows else own, describe=describe, shown_id=shown_id,
        **banner(ask.tx, job),
    )  # fmt: skip


@router.at("POST", "/own", scope="settings:write")
def own_icp_rules_form(ask: Ask, client: str) -> Response:
    """Begin a client's own list with the workspace's rules."""
    meant = whose(ask.tx, client)
    copied = [{**data, "id": None} for data in dumped(tier_rules(ask.tx))]
    return back(HERE, meant, save_tier_rules(ask.tx, ask.who, "web", copied, meant.its_own))


@router.at("POST", "/own/removal", scope="settings:write")
def drop_icp_rules_form(ask: Ask, client: str) -> Response:
    meant = whose(ask.tx, client)
    saved = drop_tier_rules(ask.tx, ask.who, "web", meant.its_own)
    done = ids.show("op", saved.operation_id) if saved.operation_id else ""
    return back(HERE, meant, saved, removed=done)


@router.at("POST", "/undo/{operation}", scope="settings:write")
def undo_icp_rules_form(ask: Ask, operation: str) -> Response:
    saved, client = restore_tier_rules(ask.tx, ask.who, "web", ids.read("op", operation))
    return _anew(ask, back(HERE, whose(ask.tx, client), saved))


@router.at("POST", "/{rule_id}/position", scope="settings:write")
def move_icp_rule_form(ask: Ask, rule_id: str, client: str = "", to: Text = "") -> Response:
    """One place up or down; at the end of the list it stays."""
    meant = whose(ask.tx, client)
    rules = tier_rules(ask.tx, meant.client_id)
    rule = find(ask, meant, rule_id)
    at = rules.index(rule)
    rules.insert(max(0, at + (-1 if to == "up" else 1)), rules.pop(at))
    saved = save_tier_rules(ask.tx, ask.who, "web", dumped(rules), meant.client_id)
    return back(HERE, meant, saved)


@router.at("POST", "/{rule_id}/removal", scope="settings:write")
def remove_icp_rule_form(ask: Ask, rule_id: str, client: str = "") -> Response:
    meant = whose(ask.tx, client)
    gone = find(ask, meant, rule_id)
    kept = [rule for rule in tier_rules(ask.tx, meant.client_id) if rule.id != gone.id]
    saved = save_tier_rules(ask.tx, ask.who, "web", dumped(kept), meant.client_id)
    assert saved.operation_id  # noqa: S101 - a rule is gone
    return back(HERE, meant, saved, removed=ids.show("op", saved.operation_id))


def find(ask: Ask, meant: Whose, shown: str) -> ICPTierRule:
    rule_id = ids.read("rule", shown)
    for rule in tier_rules(ask.tx, meant.client_id):
        if rule.id == rule_id:
            return rule
    raise ids.missing("rule")


def dumped(rules: Sequence[ICPTierRule]) -> list[dict[str, Any]]:
    return [
        {"id": shown_id(rule), "name": rule.name, "tier": rule.tier, "filter": dump(rule.filter)}
        for rule in rules
    ]


def shown_id(rule: ICPTierRule) -> str:
    return ids.show("rule", rule.id)


def _anew(ask: Ask, answer: Response) -> Response:
    """The Undo of a toast asks by htmx and swaps nothing by itself: have it load the page."""
    if ask.request.headers.get("hx-request") != "true":
        return answer
    return Response(status_code=204, headers={"HX-Redirect": answer.headers["location"]})
