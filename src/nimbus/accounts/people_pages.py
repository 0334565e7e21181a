"""Settings of the people: who belongs here, inviting, roles, links to a password, letting go."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Query
from starlette.responses import RedirectResponse, Response

from nimbus.access import ROLES
from nimbus.access.scopes import ROLE_WORDS
from nimbus.accounts import shown_once
from nimbus.accounts.invitation import find_invitation, invite, revoke_invitation, waiting
from nimbus.accounts.member import (
    change_role,
    find_member,
    make_password_link,
    remove_member,
    reset_factor,
)
from nimbus.accounts.read import Member, people
from nimbus.accounts.role import givable
from nimbus.db import ids
from nimbus.operations.operation import begun
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.problems import Problem
from nimbus.web import parts, render, toast
from nimbus.web.route import Ask, PageRouter
from nimbus.web.values import NO_NUL

router = PageRouter()
HERE = "/settings/people"

Text = Annotated[str, Form()]
Named = Annotated[str, Query(max_length=400, pattern=NO_NUL)]
# Words of a message, about the person or the email of that name.
DONE = {
    "role": "{} has another role",
    "removed": "{} was removed from the workspace",
    "revoked": "The invitation of {} was revoked",
}


@router.at("GET", HERE, scope="people:read")
def people_page(
    ask: Ask, saved: str = "", made: str = "", operation: str = "", name: Named = ""
) -> Response:
    """With `made`, right after its form, the one page that shows the link of an invitation. `saved`
    is what was done to the one of that name, by `operation`."""
    _tell(ask, name, saved, operation)
    token = shown_once.taken(ask.request, ask.who, ask.instance) if made else None
    if token is None:
        return _page(ask, saved="" if operation else saved)
    page = _page(ask, made=find_invitation(ask.tx, ids.read("inv", made)),
                 link=str(ask.request.url_for("join_page", token=token)))  # fmt: skip
    return shown_once.forget(page, HERE, ask.instance)


@router.at("POST", HERE, scope="people:write")
def invite_form(ask: Ask, email: Text = "", role: Text = "") -> Response:
    """Leads to the page that shows the link once."""
    try:
        invitation, token = invite(ask.tx, ask.who, "web", email, role)
    except Problem as problem:
        return _page(ask, given={"email": email, "role": role}, problem=problem)
    answer = RedirectResponse(f"{HERE}?made={invitation.shown_id}", 303)
    return shown_once.hand_over(answer, HERE, ask.who, ask.instance, token)


@router.at("POST", HERE + "/invitations/{invitation_id}/revocation", scope="people:write")
def revoke_invitation_form(ask: Ask, invitation_id: str) -> Response:
    gone = revoke_invitation(ask.tx, ask.who, "web", ids.read("inv", invitation_id))
    return _back(ask, HERE, "revoked", gone.email)


@router.at("GET", HERE + "/{user_id}", scope="people:write")
def member_page(ask: Ask, user_id: str, saved: str = "", operation: str = "") -> Response:
    """With a link that was just made for them, the one page that shows it."""
    person = find_member(ask.tx, ids.read("user", user_id))
    _tell(ask, person.name, saved, operation)
    here = f"{HERE}/{person.shown_id}"
    token = shown_once.taken(ask.request, ask.who, ask.instance) if saved == "link" else None
    if token is None:
        return _member(ask, person, saved="" if saved == "role" and operation else saved)
    link = str(ask.request.url_for("password_page", token=token))
    return shown_once.forget(_member(ask, person, link=link), here, ask.instance)


@router.at("POST", HERE + "/{user_id}", scope="people:write")
def change_role_form(ask: Ask, user_id: str, role: Text = "") -> Response:
    person = find_member(ask.tx, ids.read("user", user_id))
    try:
        change_role(ask.tx, ask.who, "web", person.user_id, role)
    except Problem as problem:
        return _member(ask, person, role=role, problem=problem)
    if person.user_id == ask.who.id:  # They may see less of the settings now.
        return RedirectResponse(f"{HERE}?saved=role", 303)
    return _back(ask, f"{HERE}/{person.shown_id}", "role")


@router.at("POST", HERE + "/{user_id}/password", scope="people:write")
def make_password_link_form(ask: Ask, user_id: str) -> Response:
    person = find_member(ask.tx, ids.read("user", user_id))
    here = f"{HERE}/{person.shown_id}"
    try:
        _, token = make_password_link(ask.tx, ask.who, "web", person.user_id)
    except Problem as problem:
        return _member(ask, person, form="password", problem=problem)
    answer = RedirectResponse(f"{here}?saved=link", 303)
    return shown_once.hand_over(answer, here, ask.who, ask.instance, token)


@router.at("POST", HERE + "/{user_id}/second-factor", scope="people:write")
def reset_factor_form(ask: Ask, user_id: str) -> Response:
    person = find_member(ask.tx, ids.read("user", user_id))
    try:
        reset_factor(ask.tx, ask.who, "web", person.user_id)
    except Problem as problem:
        return _member(ask, person, form="factor", problem=problem)
    return RedirectResponse(f"{HERE}/{person.shown_id}?saved=factor", 303)


@router.at("GET", HERE + "/{user_id}/second-factor", scope="people:write")
@router.at("GET", HERE + "/{user_id}/password", scope="people:write")
def member_again(ask: Ask, user_id: str) -> Response:
    """Where a refused form leaves people."""
    return _member(ask, find_member(ask.tx, ids.read("user", user_id)))


@router.at("GET", HERE + "/{user_id}/removal", scope="people:write")
def remove_member_page(ask: Ask, user_id: str) -> Response:
    person = find_member(ask.tx, ids.read("user", user_id))
    return render(ask.request, "accounts/removal.html", person=person, problem=None)


@router.at("POST", HERE + "/{user_id}/removal", scope="people:write")
def remove_member_form(ask: Ask, user_id: str) -> Response:
    person = find_member(ask.tx, ids.read("user", user_id))
    try:
        remove_member(ask.tx, ask.who, "web", person.user_id)
    except Problem as problem:
        return render(ask.request, "accounts/removal.html", status=problem.status, person=person,
                      problem=problem)  # fmt: skip
    return _back(ask, HERE, "removed", person.name)


def _back(ask: Ask, here: str, saved: str, name: str = "") -> Response:
    """To a page that says what was done, and offers to undo it."""
    operation = begun(ask.tx)
    told = {
        "saved": saved,
        "name": name,
        "operation": ids.show("op", operation) if operation else "",
    }
    query = urlencode({key: value for key, value in told.items() if value})
    return RedirectResponse(f"{here}?{query}", 303)


def _tell(ask: Ask, name: str, saved: str, operation: str) -> None:
    """What was done, to whoever did it."""
    if saved in DONE and operation and made_by(ask.tx, ask.who, id := ids.read("op", operation)):
        toast(ask.request, DONE[saved].format(name), undo_href(id))


def _page(ask: Ask, *, problem: Problem | None = None, **shown: Any) -> Response:
    """The list; `given` is what was written into a refused form, `made` and `link` a new
    invitation with its link."""
    may = ask.who.may("people:write")
    return render(
        ask.request, "accounts/people.html", status=problem.status if problem else 200,
        people=people(ask.tx), waiting=waiting(ask.tx) if may else [], may=may,
        role_words=ROLE_WORDS, roles=_options(givable(ask.who)), problem=problem,
        **({"given": {}, "made": None, "link": "", "saved": ""} | shown),
    )  # fmt: skip


def _member(ask: Ask, person: Member, *, problem: Problem | None = None, **shown: Any) -> Response:
    """Of those who may do more than the one who looks nothing can be changed."""
    may = ROLES[person.role] <= ask.who.scopes
    roles = givable(ask.who) if may else [person.role]
    return render(
        ask.request, "accounts/member.html", status=problem.status if problem else 200,
        has_factor=ask.tx.value("select has_second_factor(%s)", [person.user_id]),
        person=person, may=may, roles=_options(roles), role_words=ROLE_WORDS, problem=problem,
        **({"form": "role", "role": person.role, "link": "", "saved": ""} | shown),
    )  # fmt: skip


def _options(roles: list[str]) -> list[parts.Option]:
    return [parts.Option(role, role.capitalize(), ROLE_WORDS[role]) for role in roles]
