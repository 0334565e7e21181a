"""Webhooks for programs: `/api/v1/webhooks/` (S3-51, S3-52, F-27 … F-29, G-39, G-40)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.filters import dump, load, parse, show
from nimbus.operations.since import refuse_stale, tag_of
from nimbus.problems import Problem, invalid
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.etag import IfMatch, IfNoneMatch, tagged
from nimbus.web.paging import Meta
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import FromPage
from nimbus.webhooks import read, shapes, write
from nimbus.webhooks.address import check, rules_of
from nimbus.webhooks.read import COUNT_BUDGET, Delivery, find
from nimbus.webhooks.webhook import Status, Webhook, known_types

router = ApiRouter("/api/v1/webhooks", "webhooks")
SCOPE = "webhooks:write"


def look_up(request: Request, body: shapes.NewWebhook | shapes.ChangedWebhook) -> Problem | None:
    """What is wrong with the address. A name may take seconds to be found, so this is asked before
    the transaction begins; it is the handler that refuses, which a repeat with an Idempotency-Key
    never comes to."""
    if "url" in body.model_fields_set:
        try:
            check(body.url, rules_of(request.app.state.instance.settings))
        except Problem as problem:
            return problem
    return None


def _look_up_new(request: Request, body: shapes.NewWebhook) -> Problem | None:
    return look_up(request, body)


def _look_up_changed(request: Request, body: shapes.ChangedWebhook) -> Problem | None:
    return look_up(request, body)


@router.at("GET", "/", scope=SCOPE, answers=shapes.WebhookList)
def list_webhooks(ask: Ask) -> dict[str, Any]:
    """Every webhook, oldest first; there are few."""
    found = read.webhooks(ask.tx)
    return {"data": [_shown(ask.tx, one) for one in found], "meta": {"total_count": len(found)}}


@router.at("POST", "/", scope=SCOPE, answers=shapes.MadeWebhook, status=201)
def create_webhook(
    ask: Ask, body: shapes.NewWebhook, wrong: Annotated[Problem | None, Depends(_look_up_new)]
) -> dict[str, Any]:
    """Have changes sent to an address, from now on. The answer has the secret, this once."""
    wanted = write.Wanted(**_read(ask, body.model_dump(), wrong))
    made, secret = write.create(ask.tx, ask.who, "api", ask.instance.secrets, wanted)
    return {**_shown(ask.tx, find(ask.tx, made)), "secret": secret}


@router.at("GET", "/{id}/", scope=SCOPE, answers=shapes.ShownWebhook)
def read_webhook(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One webhook, without its secret."""
    return _tagged(ask.tx, _find(ask, id), if_none_match)


@router.at("PATCH", "/{id}/", scope=SCOPE, answers=shapes.ShownWebhook)
def update_webhook(
    ask: Ask, id: str, body: shapes.ChangedWebhook,
    wrong: Annotated[Problem | None, Depends(_look_up_changed)], if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """Change what is named. A webhook that was stopped or is parked begins anew."""
    found = write.locked(ask.tx, id)
    refuse_stale(ask.tx, if_match, found.id, "webhook")
    new = _read(ask, body.model_dump(exclude_unset=True), wrong)
    write.change(ask.tx, ask.who, "api", found, new)
    return _tagged(ask.tx, find(ask.tx, found.id))


@router.at("DELETE", "/{id}/", scope=SCOPE, status=204)
def delete_webhook(ask: Ask, id: str, if_match: IfMatch = None) -> Response:
    """Nothing more is sent there; the log of its deliveries goes with it."""
    found = write.locked(ask.tx, id)
    refuse_stale(ask.tx, if_match, found.id, "webhook")
    write.delete(ask.tx, ask.who, "api", found)
    return Response(status_code=204)


@router.at("POST", "/{id}/rotate-secret/", scope=SCOPE, answers=shapes.MadeWebhook)
def rotate_webhook_secret(ask: Ask, id: str) -> dict[str, Any]:
    """A new secret, shown this once. For 24 hours messages carry a signature of each of the two."""
    found = write.locked(ask.tx, id)
    secret = write.rotate_secret(ask.tx, ask.who, "api", ask.instance.secrets, found)
    return {**_shown(ask.tx, find(ask.tx, found.id)), "secret": secret}


@router.at("POST", "/{id}/test/", scope=SCOPE, answers=shapes.ShownDelivery, status=202)
def test_webhook(ask: Ask, id: str) -> dict[str, Any]:
    """Send an event of the type `webhook.test`; what comes of it is in the log."""
    return _delivery(write.send_test(ask.tx, ask.who, write.locked(ask.tx, id)))


@router.at("GET", "/{id}/deliveries/", scope=SCOPE, answers=shapes.DeliveryPage)
def list_webhook_deliveries(
    ask: Ask, id: str,
    status: Annotated[Status | None, Query(description="`dead` ones were given up.")] = None,
    cursor: FromPage = None,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:  # fmt: skip
    """The log of 30 days, newest first."""
    hook = _find(ask, id)
    seal = Seal(ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id} {hook.id} {status}")
    before = seal.open(cursor).id if cursor else None
    found = read.deliveries(
        ask.tx, hook.id, status=status, before=before, limit=page_size + 1
    )  # fmt: skip
    page, more = found[:page_size], len(found) > page_size
    total = read.count_deliveries(ask.tx, hook.id, status)
    following = seal.close(Cursor(page[-1].id, None, 0)) if more else None
    return {
        "data": [_delivery(one) for one in page],
        "meta": Meta(following, more, min(total, COUNT_BUDGET), total <= COUNT_BUDGET),
    }


@router.at("POST", "/{id}/replay/", scope=SCOPE, answers=shapes.Replayed, status=202)
def replay_webhook(ask: Ask, id: str, body: shapes.Replay) -> dict[str, int]:
    """Send again what was delivered or given up, by event or by time, under the same event ids."""
    found = write.locked(ask.tx, id)
    if body.event_id is None and body.since is None and body.until is None:
        raise invalid("Name an event, or from when on: event_id, since or until.", "since")
    return {
        "replayed": write.replay(
            ask.tx, ask.who, "api", found, status=body.status,
            event=None if body.event_id is None else ids.read("msg", body.event_id, "event_id"),
            since=body.since, until=body.until,
        )
    }  # fmt: skip


def _tagged(tx: Tx, hook: Webhook, if_none_match: str | None = None) -> Response:
    shown = _shown(tx, hook)
    return tagged(shown, tag_of(tx, hook.id, shown), if_none_match)


def _find(ask: Ask, id: str) -> Webhook:
    return find(ask.tx, ids.read("hook", id))


def _read(ask: Ask, given: dict[str, Any], wrong: Problem | None) -> dict[str, Any]:
    """What was given, as it is stored. Raises Problem that names the member, such as what is
    `wrong` with the address."""
    if wrong:
        raise wrong
    if "event_types" in given:
        given["event_types"] = known_types(given["event_types"])
    if given.get("filter") is not None:
        given["filter"] = dump(parse(given["filter"], catalogue(ask.tx)))
    if given.get("description") is not None:
        given["description"] = given["description"].strip() or None
    return given


def _shown(tx: Tx, hook: Webhook) -> dict[str, Any]:
    return {
        "id": hook.shown_id,
        "url": hook.url,
        "event_types": hook.event_types,
        "description": hook.description,
        "filter": _filter(tx, hook),
        "mode": hook.mode,
        "skip_own": hook.skip_own,
        "is_active": hook.is_active,
        "stopped": hook.stopped,
        "old_secret_until": hook.old_until if hook.overlaps(tx.now) else None,
        "health": {"failures": hook.failures, "parked_until": hook.parked_until},
        "created_by": hook.created_by,
        "created_at": hook.created_at,
        "updated_at": hook.updated_at,
    }


def _filter(tx: Tx, hook: Webhook) -> dict[str, Any] | None:
    """With the names that fields have now; as it is stored where one of them is gone."""
    if hook.filter is None:
        return None
    try:
        return show(load(hook.filter, catalogue(tx)))
    except Problem:
        return hook.filter


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.shown_id,
        "event_id": ids.show("msg", one.event_id),
        "event_type": one.event_type,
        "contact_id": ids.show("cont", one.contact_id) if one.contact_id else None,
        "status": one.status,
        "message_id": ids.show("msg", one.message_id or one.event_id),
        "attempts": one.attempts,
        "next_attempt_at": one.next_at,
        "created_at": one.created_at,
        "last_attempt_at": one.tried_at,
        "response_status": one.response_status,
        "response": one.response,
        "error": one.error,
    }
