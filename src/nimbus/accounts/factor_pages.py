"""The second factor of one's own login: setting it up, its recovery codes, turning it off."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus import operations
from nimbus.access import second_factor
from nimbus.accounts import qr, shown_once
from nimbus.operations.operation import log
from nimbus.problems import Problem
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter()
HERE = "/settings/second-factor"

Text = Annotated[str, Form()]


@router.at("GET", HERE, scope="people:read")
def second_factor_page(ask: Ask, saved: str = "") -> Response:
    """Right after it was turned on, the one page that shows the recovery codes."""
    codes = shown_once.taken(ask.request, ask.who, ask.instance) if saved == "on" else None
    if codes is None:
        return _page(ask, saved=saved)
    page = _page(ask, codes=codes.split())
    return shown_once.forget(page, HERE, ask.instance)


@router.at("POST", HERE, scope="people:read")
def begin_form(ask: Ask) -> Response:
    """A secret to be put into the authenticator."""
    try:
        second_factor.begin(ask.tx, ask.instance.secrets, _me(ask))
    except Problem as problem:
        return _page(ask, problem=problem)
    return RedirectResponse(HERE, 303)


@router.at("POST", HERE + "/confirmation", scope="people:read")
def confirm_form(ask: Ask, code: Text = "") -> Response:
    """It counts from now on. Leads to the page that shows the recovery codes once."""
    try:
        codes = second_factor.confirm(ask.tx, ask.instance.secrets, _me(ask), code)
    except Problem as problem:
        return _page(ask, problem=problem)
    if codes is None:
        return _page(ask, problem=second_factor.wrong())
    _note(ask, "second factor on")
    answer = RedirectResponse(f"{HERE}?saved=on", 303)
    return shown_once.hand_over(answer, HERE, ask.who, ask.instance, " ".join(codes))


@router.at("POST", HERE + "/removal", scope="people:read")
def turn_off_form(ask: Ask, code: Text = "") -> Response:
    """Whoever sits at an open browser cannot turn it off without a code."""
    here = ask.instance
    try:
        if not second_factor.is_on(ask.tx, _me(ask)):
            return RedirectResponse(HERE, 303)
        if not second_factor.is_right(ask.tx, here.settings, here.secrets, _me(ask), code):
            raise second_factor.wrong()
    except Problem as problem:
        return _page(ask, problem=problem)
    ask.tx.value("select drop_second_factor(%s)", [_me(ask)])
    _note(ask, "second factor off")
    return RedirectResponse(f"{HERE}?saved=off", 303)


@router.at("GET", HERE + "/confirmation", scope="people:read")
@router.at("GET", HERE + "/removal", scope="people:read")
def again(ask: Ask) -> Response:
    """Where a refused form leaves people."""
    return _page(ask)


def _me(ask: Ask) -> UUID:
    assert ask.who.id  # noqa: S101 - a person always has one
    return ask.who.id


def _note(ask: Ask, kind: str) -> None:
    operation = operations.start(ask.tx, ask.who, "person.second_factor", "web", subject="person",
                                 subject_id=ask.who.id)  # fmt: skip
    log(ask.tx, operation, "person", _me(ask), kind, None, None)


def _page(
    ask: Ask, *, codes: list[str] | None = None, problem: Problem | None = None, saved: str = ""
) -> Response:
    factor = second_factor.find(ask.tx, _me(ask))
    secret = ""
    if factor and factor.confirmed_at is None:
        secret = second_factor.secret_of(ask.instance.secrets, factor)
    link = second_factor.link(secret, ask.who.email or "") if secret else ""
    return render(
        ask.request, "accounts/second_factor.html", status=problem.status if problem else 200,
        factor=factor, secret=secret, codes=codes or [], problem=problem, saved=saved, link=link,
        picture=qr.svg(link, "QR code of the secret") if link else "",
    )  # fmt: skip
