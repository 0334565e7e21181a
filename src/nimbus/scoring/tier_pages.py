"""Settings of the tier rules: the ordered list, another order before it is saved, and undoing
what was saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Form
from starlette.responses import Response

from nimbus.db import ids
from nimbus.filters import describe, dump
from nimbus.operations.read import made_by
from nimbus.scoring.draft import Draft, draft
from nimbus.scoring.read import tier_rules
from nimbus.scoring.run_pages import back, banner, told
from nimbus.scoring.tier_rule import ICPTierRule
from nimbus.scoring.told import stayed_so, tier_change
from nimbus.scoring.trial import try_tier_rules
from nimbus.scoring.undo import restore_tier_rules
from nimbus.scoring.whose import Whose, whose
from nimbus.scoring.write import Saved, drop_tier_rules, save_tier_rules
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/settings/icp-rules")
HERE = "/settings/icp-rules"

Text = Annotated[str, Form()]


@router.at("GET", "", scope="scoring:read")
def icp_rules_page(
    ask: Ask, client: str = "", job: str = "", done: str = "", order: str = "", step: str = "",
    stayed: int = 0,
) -> Response:  # fmt: skip
    """With an `order`, after a `step`: what that would change, not saved yet (`draft`). `done` is
    the operation that led here, an undo where rules `stayed`."""
    meant = whose(ask.tx, client)
    own = tier_rules(ask.tx, meant.client_id)
    follows = meant.client is not None and not own
    if done and made_by(ask.tx, ask.who, operation_id := ids.read("op", done)):
        undo = f"{HERE}/undo/{ids.show('op', operation_id)}"
        toast(ask.request, tier_change(ask.tx, operation_id), undo)
    if stayed:
        toast(ask.request, stayed_so(stayed))
    rules = tier_rules(ask.tx) if follows else own
    may = ask.who.may("settings:write") and not follows
    tried = draft(rules, order, step) if may else draft(rules)
    return render(
        ask.request, "scoring/tier_rules.html", whose=meant, follows=follows, here=HERE, may=may,
        draft=tried, describe=describe, told=_told(ask, meant, tried) if tried.changes else None,
        **banner(ask.tx, job),
    )  # fmt: skip


@router.at("POST", "/order", scope="settings:write")
def order_icp_rules_form(ask: Ask, client: str = "", order: Text = "") -> Response:
    """Save the order, without the rules that are marked as gone in it."""
    meant = whose(ask.tx, client)
    meant_so = draft(tier_rules(ask.tx, meant.client_id), order)
    saved = save_tier_rules(ask.tx, ask.who, "web", dumped(meant_so.kept), meant.client_id)
    return after(meant, saved)


@router.at("POST", "/own", scope="settings:write")
def own_icp_rules_form(ask: Ask, client: str) -> Response:
    """Begin a client's own list with the workspace's rules."""
    meant = whose(ask.tx, client)
    copied = [{**data, "id": None} for data in dumped(tier_rules(ask.tx))]
    return after(meant, save_tier_rules(ask.tx, ask.who, "web", copied, meant.its_own))


@router.at("POST", "/own/removal", scope="settings:write")
def drop_icp_rules_form(ask: Ask, client: str) -> Response:
    meant = whose(ask.tx, client)
    return after(meant, drop_tier_rules(ask.tx, ask.who, "web", meant.its_own))


@router.at("POST", "/undo/{operation}", scope="settings:write")
def undo_icp_rules_form(ask: Ask, operation: str) -> Response:
    restored = restore_tier_rules(ask.tx, ask.who, "web", ids.read("op", operation))
    return _anew(ask, after(whose(ask.tx, restored.client), restored.saved, restored.stayed))


def after(meant: Whose, saved: Saved, stayed: int = 0) -> Response:
    """The page, which says what was done and offers to undo it, and how many rules an undo left."""
    done = ids.show("op", saved.operation_id) if saved.operation_id else ""
    return back(HERE, meant, saved, done=done, stayed=str(stayed or ""))


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


def _told(ask: Ask, meant: Whose, tried: Draft) -> dict[str, object]:
    """A client without rules of its own has the workspace's again."""
    rules = tried.kept or (tier_rules(ask.tx) if meant.client_id else [])
    return told(lambda: try_tier_rules(ask.tx, rules, meant.client_id))


def shown_id(rule: ICPTierRule) -> str:
    return ids.show("rule", rule.id)


def _anew(ask: Ask, answer: Response) -> Response:
    """The Undo of a toast asks by htmx and swaps nothing by itself: have it load the page."""
    if ask.request.headers.get("hx-request") != "true":
        return answer
    return Response(status_code=204, headers={"HX-Redirect": answer.headers["location"]})
