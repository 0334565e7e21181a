"""What is done with a webhook: pausing it, a test, a new secret, sending again, deleting it."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Annotated

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.accounts import shown_once
from nimbus.db import ids
from nimbus.problems import Problem, invalid
from nimbus.web import render
from nimbus.web.render import zone_of
from nimbus.web.route import Ask, PageRouter
from nimbus.webhooks import write
from nimbus.webhooks.pages import HERE, SCOPE, address, find, show
from nimbus.webhooks.read import find_delivery
from nimbus.webhooks.signing import OVERLAP
from nimbus.webhooks.webhook import Status

router = PageRouter(HERE)

Text = Annotated[str, Form()]


@router.at("POST", "/{id}/state", scope=SCOPE)
def webhook_state_form(ask: Ask, id: str, is_active: Text = "") -> Response:
    """Pause it, or let it go on; one that was stopped or rests begins anew."""
    hook = write.locked(ask.tx, id)
    write.change(ask.tx, ask.who, "web", hook, {"is_active": is_active == "1"})
    return RedirectResponse(address(hook, "on" if is_active == "1" else "paused"), 303)


@router.at("POST", "/{id}/test", scope=SCOPE)
def test_webhook_form(ask: Ask, id: str) -> Response:
    """Leads to where one sees what comes of it."""
    hook = write.locked(ask.tx, id)
    sent = write.send_test(ask.tx, ask.who, hook)
    return RedirectResponse(f"{address(hook)}/deliveries/{sent.shown_id}", 303)


@router.at("GET", "/{id}/secret", scope=SCOPE)
def webhook_secret_page(ask: Ask, id: str) -> Response:
    hook = find(ask, id)
    return render(
        ask.request, "webhooks/secret.html", hook=hook, here=address(hook),
        overlaps=hook.overlaps(ask.tx.now), hours=int(OVERLAP.total_seconds() // 3600),
    )  # fmt: skip


@router.at("POST", "/{id}/secret", scope=SCOPE)
def rotate_webhook_secret_form(ask: Ask, id: str, seen: Text = "") -> Response:
    """Leads to the page that shows it once. The same form sent again makes no further one, which
    would end the secret that is in use: `seen` is when the webhook was changed last."""
    hook = write.locked(ask.tx, id)
    answer = RedirectResponse(address(hook, "secret"), 303)
    if seen != hook.updated_at.isoformat():
        return answer
    secret = write.rotate_secret(ask.tx, ask.who, "web", ask.instance.secrets, hook)
    return shown_once.hand_over(answer, address(hook), ask.who, ask.instance, secret)


@router.at("POST", "/{id}/replay", scope=SCOPE)
def replay_webhook_form(
    ask: Ask, id: str, since: Text = "", until: Text = "", status: Text = ""
) -> Response:
    """Send again what happened in a stretch of time, in the person's own zone."""
    hook = write.locked(ask.tx, id)
    zone = zone_of(ask.request)
    try:
        began, ended = _moment(since, zone, "since"), _moment(until, zone, "until")
        if began is None and ended is None:
            raise invalid("Say from when on, or up to when.", "since")
        only: Status | None = "dead" if status == "dead" else None
        sent = write.replay(
            ask.tx, ask.who, "web", hook, since=began, until=ended, status=only
        )  # fmt: skip
    except Problem as problem:
        given = {"since": since, "until": until, "status": status}
        return show(ask, hook, problem=problem, given=given)
    return RedirectResponse(address(hook, "replayed", count=sent), 303)


@router.at("POST", "/{id}/deliveries/{delivery_id}/replay", scope=SCOPE)
def replay_delivery_form(ask: Ask, id: str, delivery_id: str) -> Response:
    """Send one event again, under the same id."""
    hook = write.locked(ask.tx, id)
    one = find_delivery(ask.tx, hook.id, ids.read("dlv", delivery_id))
    write.replay(ask.tx, ask.who, "web", hook, event=one.event_id)
    return RedirectResponse(f"{address(hook)}/deliveries/{one.shown_id}", 303)


@router.at("GET", "/{id}/deletion", scope=SCOPE)
def webhook_deletion_page(ask: Ask, id: str) -> Response:
    hook = find(ask, id)
    return render(ask.request, "webhooks/deletion.html", hook=hook, here=address(hook))


@router.at("POST", "/{id}/deletion", scope=SCOPE)
def delete_webhook_form(ask: Ask, id: str) -> Response:
    write.delete(ask.tx, ask.who, "web", write.locked(ask.tx, id))
    return RedirectResponse(f"{HERE}?saved=deleted", 303)


@router.at("GET", "/{id}/replay", scope=SCOPE)
def webhook_again(ask: Ask, id: str) -> Response:
    """Where a refused form leaves people."""
    return RedirectResponse(address(find(ask, id)), 303)


def _moment(text: str, zone: tzinfo, field: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        raise invalid("Write the time as 2026-04-30T16:00.", field) from None
