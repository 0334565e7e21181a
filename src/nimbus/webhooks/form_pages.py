"""The form of a webhook: where it goes, what of, and how (S3-51, F-27, G-40)."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Annotated, Any, get_args
from uuid import UUID

from fastapi import Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.accounts import shown_once
from nimbus.fields.read import catalogue
from nimbus.filters import dump, load
from nimbus.filters.choices import choices
from nimbus.filters.editor import editor
from nimbus.filters.form import Conditions, conditions_form, conditions_of
from nimbus.problems import Problem, invalid
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter
from nimbus.webhooks import read, write
from nimbus.webhooks.address import MAX_LENGTH, check, rules_of
from nimbus.webhooks.pages import HERE, SCOPE, address, find
from nimbus.webhooks.webhook import EVENT_TYPES, LONGEST, Mode, Webhook, known_types
from nimbus.webhooks.words import mode_options

router = PageRouter(HERE)

Text = Annotated[str, Form()]
Types = Annotated[list[str] | None, Form()]
Given = Annotated[Conditions, Depends(conditions_form)]
# What a new one is told of, until somebody says otherwise.
USUAL = ["contact.created", "contact.updated", "contact.deleted"]


def look_up(request: Request, url: Text = "", step: Text = "") -> Problem | None:
    """What is wrong with the address, found out before the transaction begins: a name may take
    seconds to be found (as in the API)."""
    if not url.strip() or step:
        return None
    try:
        check(url.strip(), rules_of(request.app.state.instance.settings))
    except Problem as problem:
        return problem
    return None


Wrong = Annotated[Problem | None, Depends(look_up)]


def said(
    url: Text = "", description: Text = "", event_types: Types = None, mode: Text = "each",
    skip_own: Text = "",
) -> dict[str, Any]:  # fmt: skip
    """What the form says beside its conditions, as it was written."""
    return {
        "url": url.strip(), "description": description.replace("\0", "").strip(),
        "event_types": event_types or [], "mode": mode, "skip_own": skip_own == "1",
    }  # fmt: skip


Said = Annotated[dict[str, Any], Depends(said)]


@router.at("GET", "/new", scope=SCOPE)
def new_webhook_page(ask: Ask) -> Response:
    blank = {"url": "", "description": "", "event_types": USUAL, "mode": "each", "skip_own": False}
    return _form(ask, None, blank, conditions_of(None))


@router.at("POST", "", scope=SCOPE)
def create_webhook_form(
    ask: Ask, given: Said, conditions: Given, wrong: Wrong, form: Text = "", step: Text = ""
) -> Response:
    """Leads to the page that shows the secret once. The same form sent again makes no second
    webhook: `form` is the id that its page has kept for it."""
    kept: UUID | None = None
    with suppress(ValueError):
        kept = UUID(form)
    if kept and (found := next((one for one in read.webhooks(ask.tx) if one.id == kept), None)):
        return RedirectResponse(address(found, "secret"), 303)
    try:
        if step:
            after = conditions.after(step, catalogue(ask.tx))
            return _form(ask, None, given, after, form=form)
        wanted = write.Wanted(**_read(ask, given, conditions, wrong))
        made, secret = write.create(
            ask.tx, ask.who, "web", ask.instance.secrets, wanted, id=kept
        )  # fmt: skip
    except Problem as problem:
        return _form(ask, None, given, conditions, problem, form)
    hook = read.find(ask.tx, made)
    answer = RedirectResponse(address(hook, "secret"), 303)
    return shown_once.hand_over(answer, address(hook), ask.who, ask.instance, secret)


@router.at("GET", "/{id}/edit", scope=SCOPE)
def edit_webhook_page(ask: Ask, id: str) -> Response:
    hook = find(ask, id)
    kept = {name: getattr(hook, name) for name in ("url", "event_types", "mode", "skip_own")}
    return _form(ask, hook, {**kept, "description": hook.description or ""}, _stored(ask, hook))


@router.at("POST", "/{id}", scope=SCOPE)
def save_webhook_form(
    ask: Ask, id: str, given: Said, conditions: Given, wrong: Wrong, step: Text = ""
) -> Response:
    hook = write.locked(ask.tx, id)
    try:
        if step:
            return _form(ask, hook, given, conditions.after(step, catalogue(ask.tx)))
        write.change(ask.tx, ask.who, "web", hook, _read(ask, given, conditions, wrong))
    except Problem as problem:
        return _form(ask, hook, given, conditions, problem)
    return RedirectResponse(address(hook, "webhook"), 303)


def _read(
    ask: Ask, given: dict[str, Any], conditions: Conditions, wrong: Problem | None
) -> dict[str, Any]:
    """As it is stored. Raises Problem that names the field."""
    if not given["url"]:
        raise invalid("Enter the address of your endpoint.", "url")
    if wrong:
        raise wrong
    if given["mode"] not in get_args(Mode):
        raise invalid("Choose how events are sent.", "mode")
    if len(given["description"]) > LONGEST:
        raise invalid(f"A description has at most {LONGEST} characters.", "description")
    return {
        **given,
        "event_types": known_types(given["event_types"]),
        "description": given["description"] or None,
        "filter": dump(conditions.read(catalogue(ask.tx))) if _asks(conditions) else None,
    }


def _asks(conditions: Conditions) -> bool:
    """Whether there is a condition; without one events of everybody are sent."""
    if conditions.tree is not None:
        return bool(conditions.tree.strip())
    return any(row.field for row in conditions.rows)


def _stored(ask: Ask, hook: Webhook) -> Conditions:
    """Its conditions. One whose filter cannot be asked any more is shown it as it is stored: with a
    blank form it would be sent everything once saved."""
    if hook.filter is None:
        return conditions_of(None)
    try:
        return conditions_of(load(hook.filter, catalogue(ask.tx)))
    except Problem:
        return Conditions(tree=json.dumps(hook.filter, ensure_ascii=False))


def _form(
    ask: Ask, hook: Webhook | None, given: dict[str, Any], conditions: Conditions,
    problem: Problem | None = None, form: str = "",
) -> Response:  # fmt: skip
    return render(
        ask.request, "webhooks/form.html", problem.status if problem else 200, hook=hook,
        given=given, problem=problem, at=(problem.field or "") if problem else "",
        here=address(hook) if hook else HERE, all_types=EVENT_TYPES, modes=mode_options(),
        form=form or ask.tx.value("select uuidv7()"), longest_url=MAX_LENGTH, longest=LONGEST,
        owner=hook.created_by if hook else ask.who.name,
        editor=editor(conditions, catalogue(ask.tx), problem, choices(ask.tx)),
    )  # fmt: skip
