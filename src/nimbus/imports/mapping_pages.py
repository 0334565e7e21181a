"""Settings of the saved mappings: which there are, what each says, its name, and deleting it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.imports import saved_mappings
from nimbus.imports.saved_mappings import MAX_NAME, SavedMapping, href
from nimbus.operations import Operation
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.problems import Problem
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/settings/mappings")
HERE = "/settings/mappings"
PAGE = 50

DONE = {"renamed": "The mapping was renamed", "deleted": "The mapping was deleted"}


@router.at("GET", "", scope="imports:read")
def mappings_page(ask: Ask, after: str = "", done: str = "", operation: str = "") -> Response:
    """Those that were saved last first."""
    if done in DONE and made_by(ask.tx, ask.who, operation_id := ids.read("op", operation)):
        toast(ask.request, DONE[done], undo_href(operation_id))
    before = ids.read("fm", after) if after else None
    found = saved_mappings.every(ask.tx, before, PAGE + 1)
    following = f"{HERE}?after={found[PAGE - 1].shown_id}" if len(found) > PAGE else None
    return render(
        ask.request, "imports/mappings.html", mappings=found[:PAGE], here=HERE, after=after,
        following=following,
    )  # fmt: skip


@router.at("GET", "/{field_mapping_id}", scope="imports:read")
def mapping_page(ask: Ask, field_mapping_id: str) -> Response:
    return _page(ask, _find(ask, field_mapping_id))


@router.at("POST", "/{field_mapping_id}", scope="imports:write")
def rename_mapping_form(
    ask: Ask, field_mapping_id: str, name: Annotated[str, Form()] = ""
) -> Response:
    mapping = _find(ask, field_mapping_id)
    try:
        operation = saved_mappings.change(ask.tx, ask.who, mapping, "web", name=name)
    except Problem as problem:
        return _page(ask, mapping, name, problem)
    return _back("renamed", operation)


@router.at("POST", "/{field_mapping_id}/deletion", scope="imports:write")
def delete_mapping_form(ask: Ask, field_mapping_id: str) -> Response:
    mapping = _find(ask, field_mapping_id)
    return _back("deleted", saved_mappings.delete(ask.tx, ask.who, mapping, "web"))


def _back(done: str, operation: Operation | None) -> Response:
    """Nothing is told of what changed nothing."""
    if operation is None:
        return RedirectResponse(HERE, 303)
    told = {"done": done, "operation": ids.show("op", operation.id)}
    return RedirectResponse(f"{HERE}?{urlencode(told)}", 303)


def _find(ask: Ask, shown: str) -> SavedMapping:
    return saved_mappings.one(ask.tx, ids.read("fm", shown))


def _page(
    ask: Ask, mapping: SavedMapping, name: str | None = None, problem: Problem | None = None
) -> Response:
    labels = {field.ref: field.label for field in catalogue(ask.tx)}
    return render(
        ask.request, "imports/mapping.html", status=problem.status if problem else 200,
        mapping=mapping, name=mapping.name if name is None else name, problem=problem,
        labels=labels, here=HERE, place=href(mapping.id), longest=MAX_NAME,
    )  # fmt: skip
