"""Home: what happened, what to do, and in a new workspace the first steps."""

from __future__ import annotations

from typing import Literal

from starlette.responses import RedirectResponse, Response

from nimbus.accounts import shown_once
from nimbus.accounts.api_key import api_keys, issue_key
from nimbus.accounts.client import clients, find_client, workspace
from nimbus.home import steps
from nimbus.home.cards import client_of
from nimbus.web import parts, render
from nimbus.web.cards import cards
from nimbus.web.route import Ask, PageRouter
from nimbus.web.visitor import page_of

router = PageRouter()
HERE = "/"
YEARS = 10 * 365 * 86_400


@router.at("GET", HERE, scope="contacts:read")
def home_page(ask: Ask, made: str = "") -> Response:
    """The cards of the rooms; in an agency those about contacts for one `client`, or for all. With
    `made`, right after its form, it shows a new key once."""
    if client := client_of(ask):
        find_client(ask.tx, client)
    key = shown_once.taken(ask.request, ask.who, ask.instance) if made else None
    page = render(
        ask.request, "home/page.html", cards=cards(ask), clients=_clients(ask),
        steps=steps.steps(ask, key),
    )  # fmt: skip
    return shown_once.forget(page, HERE, ask.instance) if key else page


@router.at("POST", "/welcome/key", scope="keys:write")
def first_key_form(ask: Ask) -> Response:
    """A key that reads; the second click of two makes no other."""
    ask.tx.run("select from workspace where id = %s for no key update", [ask.tx.workspace_id])
    if any(one.name == steps.KEY_NAME for one in api_keys(ask.tx, ask.who)):
        return RedirectResponse(HERE, 303)
    made, key = issue_key(ask.tx, ask.who, "web", steps.KEY_NAME, steps.scopes(ask))
    answer = RedirectResponse(f"{HERE}?made={made.shown_id}", 303)
    return shown_once.hand_over(answer, HERE, ask.who, ask.instance, key)


@router.at("POST", "/welcome/dismiss", scope="contacts:read")
def dismiss_steps_form(ask: Ask) -> Response:
    answer = RedirectResponse(HERE, 303)
    answer.set_cookie(steps.COOKIE, steps.marked(ask), max_age=YEARS, samesite="lax")
    return answer


@router.at("GET", "/theme/{theme}", scope="contacts:read")
def use_theme(ask: Ask, theme: Literal["auto", "light", "dark"]) -> Response:
    """From the palette: how everything looks to this browser, which keeps it, and back to where one
    was. It changes nothing of ours, so that a link may lead to it."""
    answer = RedirectResponse(page_of(ask.request), 303)
    answer.set_cookie("theme", theme, max_age=YEARS, samesite="lax")
    return answer


def _clients(ask: Ask) -> list[parts.Tab]:
    """Whose contacts one can look at, in agency mode."""
    if not workspace(ask.tx).agency:
        return []
    current = client_of(ask)
    return [
        parts.Tab("All clients", HERE, current is None),
        *(parts.Tab(one.name, f"{HERE}?client={one.shown_id}", one.id == current)
          for one in clients(ask.tx)),
    ]  # fmt: skip
