"""The page of one field: its label, fallback and options, and its deletion with what uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from nimbus.db import ids
from nimbus.fields.change import FieldChange, change, delete
from nimbus.fields.custom import CustomField
from nimbus.fields.pages import HERE, TYPES, back, href
from nimbus.fields.read import custom_fields
from nimbus.operations.references import Thing, references
from nimbus.problems import Problem, invalid
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form()]


@router.at("GET", HERE + "/{field_id}", scope="settings:write")
def field_page(ask: Ask, field_id: str, uses: str = "") -> Response:
    """What uses the field comes once the page is there, for `uses`: its values are counted."""
    return _page(ask, _find(ask, field_id), counted=bool(uses))


@router.at("POST", HERE + "/{field_id}", scope="settings:write")
def change_field_form(
    ask: Ask, field_id: str, label: Text = "", fallback: Text = "",
    option: Texts = None, called: Texts = None, added: Text = "", force: Text = "",
    step: Text = "",
) -> Response:  # fmt: skip
    """Each `option`, in their order from now on, with what it is `called`; a blank removes it, and
    those that are not sent stay, at the end. `step` moves one on the form, and saves nothing."""
    field = _find(ask, field_id)
    kept = {was: name.strip() for was, name in zip(option or [], called or [], strict=False)
            if was in field.options}  # fmt: skip
    kept |= {was: was for was in field.options if was not in kept}
    filled = {"label": label, "fallback": fallback, "called": list(kept.items()), "added": added}
    if step:
        return _page(ask, field, {**filled, "called": _moved(list(kept.items()), step)})
    renames = {option: name for option, name in kept.items() if name and name != option}
    options = tuple(dict.fromkeys([*filter(None, kept.values()), *_lines(added)]))
    given = FieldChange(
        label=label, fallback=fallback, renames=renames,
        options=options if field.options else None,
    )  # fmt: skip
    try:
        changed = change(ask.tx, ask.who, field.id, given, force=bool(force))
    except Problem as problem:
        return _page(ask, field, filled, problem)
    return back(ask, "changed", changed.field.label, changed.moved.job_id)


@router.at("POST", HERE + "/{field_id}/deletion", scope="settings:write")
def delete_field_form(ask: Ask, field_id: str, typed: Text = "") -> Response:
    """The page has listed what uses the field; whoever has it deleted all the same has `typed` its
    label."""
    field = _find(ask, field_id)
    meant = typed.strip() == field.label
    try:
        if not meant and references(ask.tx, Thing("custom_field", str(field.id))):
            raise invalid(f"Type {field.label} to have it deleted with its values.", "typed")
        gone = delete(ask.tx, ask.who, field.id, force=meant)
    except Problem as problem:
        return _page(ask, field, problem=problem)
    return back(ask, "deleted", field.label, gone.moved.job_id)


def _moved(lines: list[tuple[str, str]], step: str) -> list[tuple[str, str]]:
    """With the option of `up:option` or `down:option` at its next place."""
    direction, _, option = step.partition(":")
    at = next((at for at, (was, _) in enumerate(lines) if was == option), None)
    to = -1 if at is None else at - 1 if direction == "up" else at + 1
    if at is not None and 0 <= to < len(lines):
        lines[at], lines[to] = lines[to], lines[at]
    return lines


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _find(ask: Ask, shown: str) -> CustomField:
    field_id = ids.read("cf", shown)
    found = next((field for field in custom_fields(ask.tx) if field.id == field_id), None)
    if found is None:
        raise ids.missing("cf")
    return found


def _page(
    ask: Ask, field: CustomField, given: Mapping[str, object] | None = None,
    problem: Problem | None = None, counted: bool = True,
) -> Response:  # fmt: skip
    named = [(option, option) for option in field.options]
    blank = {"label": field.label, "fallback": field.fallback or "", "called": named, "added": ""}
    at = (problem.field or "").partition("[")[0].partition(".")[0] if problem else ""
    return render(
        ask.request, "fields/field.html", status=problem.status if problem else 200,
        field=field, here=href(field), types=TYPES, given=given or blank, problem=problem,
        errors={at: problem.message} if problem and at else {},
        uses=references(ask.tx, Thing("custom_field", str(field.id))) if counted else None,
        uses_of_options=problem is not None and problem.code == "in_use",
    )  # fmt: skip
