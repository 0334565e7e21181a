"""Tier rules and scoring models for programs.

A GET with `client_id` answers what counts for that client: its own, else the workspace's, and says
whose it is. A PUT makes or replaces the client's own, a DELETE gives it back to the workspace's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.engagement.event import event_type
from nimbus.filters import describe, show
from nimbus.operations.shapes import ReferenceList, listed
from nimbus.problems import invalid
from nimbus.scoring import shapes
from nimbus.scoring.model import ScoringModel, dump_model
from nimbus.scoring.read import model, tier_rules
from nimbus.scoring.references import uses
from nimbus.scoring.rule import FilterRule
from nimbus.scoring.tier_rule import ICPTierRule
from nimbus.scoring.whose import Whose, whose, whose_to_change
from nimbus.scoring.write import Saved, drop_tier_rules, lock, save_tier_rules
from nimbus.scoring.write_model import drop_model, save_model
from nimbus.web.etag import IfMatch, IfNoneMatch, etag, refuse_other, tagged
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import an_id

router = ApiRouter("/api/v1", "Scoring")

ClientId = (
    Annotated[str, an_id("client", "A client of an agency; none: the workspace.", blank=True)]
    | None
)


@router.at("GET", "/icp-tier-rules/", scope="scoring:read", answers=shapes.TierRuleList)
def list_icp_tier_rules(
    ask: Ask, client_id: ClientId = None, if_none_match: IfNoneMatch = None
) -> Response:
    """The rules in the order in which they are tried: the first that matches gives the tier, and
    where none does it is D (S0-52, D-07)."""
    return _answer(_tier_rules(ask.tx, whose(ask.tx, client_id)), if_none_match)


@router.at("PUT", "/icp-tier-rules/", scope="settings:write", answers=shapes.TierRuleList)
def replace_icp_tier_rules(
    ask: Ask, body: shapes.GivenTierRules, client_id: ClientId = None, if_match: IfMatch = None
) -> Response:
    """Replace the whole list, and score everybody again. Rules keep their version where they are
    the same."""
    meant = whose_to_change(ask.tx, ask.who, client_id)
    _refuse_another(meant, body.whose, "meta.client_id")
    _refuse_other(ask.tx, if_match, lambda: _tier_rules(ask.tx, meant))
    given = as_its_own(ask.tx, meant, [rule.model_dump() for rule in body.data])
    saved = save_tier_rules(ask.tx, ask.who, "api", given, meant.client_id)
    return _answer(_tier_rules(ask.tx, meant, saved))


@router.at("DELETE", "/icp-tier-rules/", scope="settings:write", answers=shapes.TierRuleList)
def delete_icp_tier_rules(
    ask: Ask, client_id: ClientId = None, if_match: IfMatch = None
) -> Response:
    """Give a client back to the workspace's rules; answers those."""
    meant = whose_to_change(ask.tx, ask.who, client_id)
    _refuse_other(ask.tx, if_match, lambda: _tier_rules(ask.tx, meant))
    saved = drop_tier_rules(ask.tx, ask.who, "api", _client_named(meant))
    return _answer(_tier_rules(ask.tx, meant, saved))


@router.at("GET", "/icp-tier-rules/{id}/references/", scope="scoring:read", answers=ReferenceList)
def list_icp_tier_rule_references(ask: Ask, id: str) -> dict[str, object]:
    """What uses the rule: the contacts that have their tier by it (G-33)."""
    return listed(uses(ask.tx, ids.read("rule", id)))


@router.at("GET", "/scoring-model/", scope="scoring:read", answers=shapes.Model)
def get_scoring_model(
    ask: Ask, client_id: ClientId = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Weights, thresholds and rules of the model that counts now (S0-53, D-30)."""
    return _answer(_model(ask.tx, whose(ask.tx, client_id)), if_none_match)


@router.at("PUT", "/scoring-model/", scope="settings:write", answers=shapes.Model)
def replace_scoring_model(
    ask: Ask, body: shapes.GivenModel, client_id: ClientId = None, if_match: IfMatch = None
) -> Response:
    """A new version of the model, and everybody scored again. Earlier versions are kept, so that a
    stored score can always be explained (G-30)."""
    meant = whose_to_change(ask.tx, ask.who, client_id)
    _refuse_another(meant, body.client_id, "client_id")
    _refuse_other(ask.tx, if_match, lambda: _model(ask.tx, meant))
    saved = save_model(ask.tx, ask.who, "api", body.read(), meant.client_id)
    return _answer(_model(ask.tx, meant, saved))


@router.at("DELETE", "/scoring-model/", scope="settings:write", answers=shapes.Model)
def delete_scoring_model(
    ask: Ask, client_id: ClientId = None, if_match: IfMatch = None
) -> Response:
    """Give a client back to the workspace's model; answers that."""
    meant = whose_to_change(ask.tx, ask.who, client_id)
    _refuse_other(ask.tx, if_match, lambda: _model(ask.tx, meant))
    saved = drop_model(ask.tx, ask.who, "api", _client_named(meant))
    return _answer(_model(ask.tx, meant, saved))


def _answer(shown: dict[str, object], if_none_match: str | None = None) -> Response:
    return tagged(shown, _tag(shown), if_none_match)


def _refuse_other(tx: Tx, if_match: str | None, shown: Callable[[], dict[str, object]]) -> None:
    """Where another state was seen than that which whoever else changes rules now waits for."""
    if if_match is not None:
        lock(tx)
        refuse_other(if_match, _tag(shown()))


def _tag(shown: Mapping[str, Any]) -> str:
    """Of the whole, but for the job that the answer to a write tells of."""
    meta = {name: told for name, told in shown.get("meta", {}).items() if name != "job_id"}
    return etag(None, {**shown, "meta": meta, "job_id": None})


def _refuse_another(meant: Whose, answered: object, field: str) -> None:
    """A client's own that comes back to another address would replace what was not looked at; the
    workspace's may become a client's own."""
    if answered is not None and answered != meant.shown_id:
        raise invalid(
            f"These are another's: send them to the address they came from, or leave {field} out "
            f"to make them those of {meant.name}.",
            field,
        )


def as_its_own(tx: Tx, meant: Whose, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where a client begins rules of its own, those of the workspace, which a GET has answered for
    it, are new ones of its own."""
    if meant.client_id is None or tier_rules(tx, meant.client_id):
        return given
    followed = {ids.show("rule", rule.id) for rule in tier_rules(tx)}
    return [{**rule, "id": None} if rule["id"] in followed else rule for rule in given]


def _client_named(meant: Whose) -> UUID:
    if meant.client_id is None:
        raise invalid("Only a client's own can be deleted: name the client.", "client_id")
    return meant.client_id


def _tier_rules(tx: Tx, meant: Whose, saved: Saved | None = None) -> dict[str, object]:
    own = tier_rules(tx, meant.client_id) if meant.client_id else []
    rules = own or tier_rules(tx)
    return {
        "data": [_tier_rule(rule) for rule in rules],
        "meta": {
            "total_count": len(rules),
            "client_id": meant.shown_id if own else None,
            "job_id": _job(saved),
        },
    }


def _tier_rule(rule: ICPTierRule) -> dict[str, object]:
    return {
        "id": ids.show("rule", rule.id),
        "name": rule.name,
        "tier": rule.tier,
        "filter": show(rule.filter),
        "version": rule.version,
        "sentence": describe(rule.filter),
    }


def _model(tx: Tx, meant: Whose, saved: Saved | None = None) -> dict[str, object]:
    own = model(tx, meant.client_id) if meant.client_id else None
    current = own or model(tx)
    if current is None:
        raise ids.missing("model")
    return {
        "id": ids.show("model", current.id),
        "version": current.version,
        "client_id": meant.shown_id if own else None,
        **_shown(current),
        **_origin(tx, current.id),
        "job_id": _job(saved),
    }


def _shown(current: ScoringModel) -> dict[str, Any]:
    shown = dump_model(current)
    for rule, data in zip(current.rules, shown["rules"], strict=True):
        asks = isinstance(rule, FilterRule)
        data |= {
            "filter": show(rule.filter) if isinstance(rule, FilterRule) else None,
            "event": None if asks else event_type(data["event"]),
            "half_life_days": None if asks else data["half_life_days"],
            "sentence": rule.sentence,
        }
    return shown


def _origin(tx: Tx, model_id: UUID) -> dict[str, Any]:
    return tx.rows(
        "select created_by, created_at from scoring_model where workspace_id = %s and id = %s",
        [tx.workspace_id, model_id],
    )[0]


def _job(saved: Saved | None) -> str | None:
    return ids.show("job", saved.job_id) if saved and saved.job_id else None
