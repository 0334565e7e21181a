"""The condition editor as its selects and buttons change it, for every page that has one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Form
from starlette.responses import Response

from nimbus.fields.read import catalogue
from nimbus.filters.choices import choices
from nimbus.filters.editor import editor
from nimbus.filters.form import Conditions, conditions_form
from nimbus.filters.rows import Row
from nimbus.problems import Problem
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter()

Given = Annotated[Conditions, Depends(conditions_form)]
Step = Annotated[str, Form()]


@router.at("POST", "/filters/conditions", scope="fields:read")
def change_conditions(ask: Ask, given: Given, step: Step = "") -> Response:
    """The editor after one of its own buttons, or with the operators of another field."""
    fields = catalogue(ask.tx)
    problem, before = None, given.rows
    try:
        given = given.after(step, fields)
    except Problem as refused:
        problem = refused
    shown = editor(given, fields, problem, choices(ask.tx))
    # Whoever shows what the conditions find looks anew.
    headers = {"HX-Trigger": "conditions"}
    return render(
        ask.request, "filters/conditions.html", headers=headers, editor=shown,
        focus_at=_new(before, given.rows),
    )  # fmt: skip


@router.at("POST", "/filters/sentence", scope="fields:read")
def say_conditions(ask: Ask, given: Given) -> Response:
    """What the conditions say, as they stand while one types."""
    shown = editor(given, catalogue(ask.tx), None, choices(ask.tx))
    return render(ask.request, "filters/sentence.html", editor=shown)


def _new(before: Sequence[Row], now: Sequence[Row]) -> int | None:
    """The row in which one goes on after a step that has added some."""
    if len(now) <= len(before):
        return None
    at = next((i for i, pair in enumerate(zip(before, now, strict=False)) if pair[0] != pair[1]),
              len(before))  # fmt: skip
    return at + 1 if now[at].opens else at
