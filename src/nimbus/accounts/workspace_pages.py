"""Settings of the workspace: its name, agency mode with the clients, and how full it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.accounts.client import Terms, clients, find_client, workspace
from nimbus.accounts.read import about_room
from nimbus.accounts.write import add_client, save_client, save_workspace
from nimbus.db import ids
from nimbus.problems import Problem, invalid
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter()
HERE = "/settings/workspace"

Text = Annotated[str, Form()]


@router.at("GET", HERE, scope="clients:read")
@router.at("GET", HERE + "/clients", scope="clients:read")  # where a refused form leaves people
def workspace_page(ask: Ask, saved: str = "") -> Response:
    return _page(ask, saved=saved)


@router.at("POST", HERE, scope="settings:write")
def save_workspace_form(ask: Ask, name: Text = "", agency: Text = "") -> Response:
    try:
        save_workspace(ask.tx, ask.who, "web", name=name, agency=agency == "1")
    except Problem as problem:
        return _page(ask, form="workspace", given={"name": name, "agency": agency == "1"},
                     problem=problem)  # fmt: skip
    return RedirectResponse(f"{HERE}?saved=workspace", 303)


@router.at("POST", HERE + "/clients", scope="settings:write")
def add_client_form(
    ask: Ask, name: Text = "", assignment_days: Text = "", priority: Text = ""
) -> Response:
    given = {"name": name, "assignment_days": assignment_days, "priority": priority}
    try:
        add_client(ask.tx, ask.who, "web", _terms(given))
    except Problem as problem:
        return _page(ask, form="client", given=given, problem=problem)
    return RedirectResponse(f"{HERE}?saved=client", 303)


@router.at("GET", HERE + "/clients/{client_id}", scope="settings:write")
def client_page(ask: Ask, client_id: str) -> Response:
    client = find_client(ask.tx, ids.read("client", client_id))
    return render(ask.request, "accounts/client.html", client=client, given=client, problem=None)


@router.at("POST", HERE + "/clients/{client_id}", scope="settings:write")
def save_client_form(
    ask: Ask, client_id: str, name: Text = "", assignment_days: Text = "", priority: Text = ""
) -> Response:
    client = find_client(ask.tx, ids.read("client", client_id))
    given = {"name": name, "assignment_days": assignment_days, "priority": priority}
    try:
        save_client(ask.tx, ask.who, "web", client.id, _terms(given))
    except Problem as problem:
        return render(ask.request, "accounts/client.html", status=problem.status,
                      client=client, given=given, problem=problem)  # fmt: skip
    return RedirectResponse(f"{HERE}?saved=clients", 303)


def _terms(given: dict[str, str]) -> Terms:
    return Terms(
        given["name"],
        _whole(given["assignment_days"], "assignment_days"),
        _whole(given["priority"], "priority"),
    )


def _whole(text: str, field: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise invalid("Enter a whole number.", field)
    return int(text)


def _page(
    ask: Ask, *, form: str = "", given: dict[str, object] | dict[str, str] | None = None,
    problem: Problem | None = None, saved: str = "",
) -> Response:  # fmt: skip
    """`form` is the one that was refused: it shows what was `given` and the problem."""
    found = workspace(ask.tx)
    return render(
        ask.request, "accounts/workspace.html", status=problem.status if problem else 200,
        workspace=found, clients=clients(ask.tx),
        room=about_room(ask.tx, found, ask.instance.settings),
        form=form, given=given or {}, problem=problem, saved=saved,
        days=ask.instance.settings.assignment_days,
    )  # fmt: skip
