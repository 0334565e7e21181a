"""Settings of the webhooks: the list, one with its log, and one delivery (F-28, G-39)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from nimbus.accounts import shown_once
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.filters import describe, load
from nimbus.jobs.lease import worker_is_alive
from nimbus.problems import Problem
from nimbus.web import parts, render
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.render import zone_of
from nimbus.web.route import Ask, PageRouter
from nimbus.webhooks import read
from nimbus.webhooks.jobs import KEPT
from nimbus.webhooks.read import COUNT_BUDGET
from nimbus.webhooks.webhook import EVENT_TYPES, MOST, Status, Webhook
from nimbus.webhooks.words import MODES, STATES, became, pretty, state_of

HERE = "/settings/webhooks"
SCOPE = "webhooks:write"
SIZE = 50
# What is proposed to be sent again.
REPLAYED = timedelta(hours=24)
# An attempt is called near.
SOON = timedelta(minutes=1)

router = PageRouter(HERE)


@router.at("GET", "", scope=SCOPE)
def webhooks_page(ask: Ask, saved: str = "") -> Response:
    found, last = read.webhooks(ask.tx), read.last_deliveries(ask.tx)
    return render(
        ask.request, "webhooks/webhooks.html", here=HERE, saved=saved, most=MOST,
        lines=[(hook, state_of(hook, ask.tx.now), last.get(hook.id)) for hook in found],
        states=STATES, all_types=EVENT_TYPES,
    )  # fmt: skip


@router.at("GET", "/{id}", scope=SCOPE)
def webhook_page(
    ask: Ask, id: str, status: Status | None = None,
    cursor: Annotated[str, Query(max_length=200)] = "", saved: str = "",
    count: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Response:  # fmt: skip
    """With `saved=secret`, right after its form, the one page that shows the secret."""
    hook = find(ask, id)
    secret = shown_once.taken(ask.request, ask.who, ask.instance) if saved == "secret" else None
    page = show(ask, hook, status, cursor, saved=saved, count=count, secret=secret or "")
    if secret is None:
        return page
    return shown_once.forget(page, address(hook), ask.instance)


@router.at("GET", "/{id}/deliveries/{delivery_id}", scope=SCOPE)
def webhook_delivery_page(ask: Ask, id: str, delivery_id: str) -> Response:
    """One event on its way: what it says, and what came of the last attempt."""
    hook = find(ask, id)
    one = read.find_delivery(ask.tx, hook.id, ids.read("dlv", delivery_id))
    said = read.payload(ask.tx, one.event_id)
    return render(
        ask.request, "webhooks/delivery.html", here=address(hook), hook=hook, one=one,
        state=became(one), said=pretty(said) if said else None, soon=ask.tx.now + SOON,
        message_id=ids.show("msg", one.message_id or one.event_id),
        event_id=ids.show("msg", one.event_id),
        contact=ids.show("cont", one.contact_id) if one.contact_id else None,
        no_worker=one.status == "pending" and hook.is_active and not worker_is_alive(ask.tx),
    )  # fmt: skip


def address(hook: Webhook, saved: str = "", **more: object) -> str:
    """Of its page, which says what was `saved`."""
    told = {"saved": saved, **more} if saved else {}
    return f"{HERE}/{hook.shown_id}" + (f"?{urlencode(told)}" if told else "")


def find(ask: Ask, id: str) -> Webhook:
    return read.find(ask.tx, ids.read("hook", id))


def show(
    ask: Ask, hook: Webhook, status: Status | None = None, cursor: str = "", *, saved: str = "",
    count: int = 0, secret: str = "", problem: Problem | None = None,
    given: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page of one; `given` is what was written into a refused replay."""
    key = ask.instance.secrets.key("cursor")
    seal = Seal(key, f"{ask.tx.workspace_id} {hook.id} page {status}")
    before = seal.open(cursor).id if cursor else None
    found = read.deliveries(ask.tx, hook.id, status=status, before=before, limit=SIZE + 1)
    page = found[:SIZE]
    after = seal.close(Cursor(page[-1].id, None, 0)) if len(found) > SIZE else ""
    total = read.count_deliveries(ask.tx, hook.id, status)
    is_busy = hook.is_active and any(one.status == "pending" for one in page)
    since = ask.tx.now.astimezone(zone_of(ask.request)) - REPLAYED
    return render(
        ask.request, "webhooks/webhook.html", problem.status if problem else 200, hook=hook,
        here=address(hook), state=state_of(hook, ask.tx.now), mode=MODES[hook.mode][0],
        words=_words(ask, hook), all_types=EVENT_TYPES, overlaps=hook.overlaps(ask.tx.now),
        lines=[(one, became(one)) for one in page], tabs=_tabs(hook, status), only=status,
        total=min(total, COUNT_BUDGET), is_exact=total <= COUNT_BUDGET, days=KEPT.days,
        newest=_of(hook, status) if cursor else None,
        following=_of(hook, status, after) if after else None,
        is_busy=is_busy and not cursor, no_worker=is_busy and not worker_is_alive(ask.tx),
        saved=saved, count=count, secret=secret, problem=problem, soon=ask.tx.now + SOON,
        given=given or {"since": f"{since:%Y-%m-%dT%H:%M}", "until": "", "status": ""},
    )  # fmt: skip


def _tabs(hook: Webhook, current: Status | None) -> list[parts.Tab]:
    told: list[tuple[Status | None, str]] = [(None, "All")]
    told += [(status, word) for status, (word, _) in STATES.items()]
    return [parts.Tab(word, _of(hook, one), one == current) for one, word in told]


def _of(hook: Webhook, status: Status | None, cursor: str = "") -> str:
    """The address of a page of its log."""
    query = {name: value for name, value in (("status", status), ("cursor", cursor)) if value}
    return address(hook) + (f"?{urlencode(query)}" if query else "")


def _words(ask: Ask, hook: Webhook) -> str | None:
    """Its filter in English; None for everybody."""
    if hook.filter is None:
        return None
    try:
        return describe(load(hook.filter, catalogue(ask.tx)))
    except Problem as problem:
        return f"Nobody: its filter cannot be asked any more. {problem.message}"
