"""Settings of the custom fields: what there is, and the form that adds one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nimbus.db import ids
from nimbus.fields.custom import CustomField, suggest_name
from nimbus.fields.order import put_in_order
from nimbus.fields.read import catalogue, custom_fields
from nimbus.fields.required import requirable, required
from nimbus.fields.types.cell import clean
from nimbus.fields.write import NewField, create
from nimbus.operations.operation import begun
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.problems import Problem
from nimbus.web import parts, render, toast
from nimbus.web.route import Ask, PageRouter

router = PageRouter()
HERE = "/settings/fields"
Text = Annotated[str, Form()]

TYPES = {
    "string": "Text",
    "number": "Number",
    "boolean": "Yes or no",
    "date": "Date",
    "dropdown": "Dropdown",
    "multi_select": "Multi-select",
}


# What is said after a change, by the address that it leads to.
DONE = {
    "added": "{} was added", "changed": "{} was changed", "deleted": "{} was deleted",
    "ordered": "The order was saved",
}  # fmt: skip
SOON = ". Its contacts follow in a job."
REQUIRED = "-required"


def href(field: CustomField) -> str:
    return f"{HERE}/{ids.show('cf', field.id)}"


@router.at("GET", HERE, scope="fields:read")
def fields_page(
    ask: Ask, saved: str = "", done: str = "", name: Annotated[str, Query(max_length=200)] = "",
    operation: str = "", job: str = "",
) -> Response:  # fmt: skip
    """`done` is what a form did to the field called `name`, by the `operation`; with `job` its
    values follow."""
    if done in DONE and operation and made_by(ask.tx, ask.who, id := ids.read("op", operation)):
        # What a job is still at cannot be undone yet.
        words = DONE[done].format(f"“{name}”") + (SOON if job else "")
        toast(ask.request, words, None if job else undo_href(id))
    return _page(ask, saved=saved)


def back(ask: Ask, done: str, name: str = "", job_id: UUID | None = None) -> Response:
    """On to the list, which says what was done and offers to undo it; nothing where nothing was."""
    operation = begun(ask.tx)
    if operation is None:
        return RedirectResponse(HERE, 303)
    told = {"done": done, "name": name, "operation": ids.show("op", operation),
            "job": "1" if job_id else ""}  # fmt: skip
    query = urlencode({key: value for key, value in told.items() if value})
    return RedirectResponse(f"{HERE}?{query}", 303)


@router.at("GET", HERE + "/name", scope="fields:read")
def suggested_name(ask: Ask, label: Annotated[str, Query(max_length=1000)] = "") -> Response:
    """The name that a label leads to, for the form to show while the label is typed."""
    return HTMLResponse(f"Leave blank for {suggest_name(clean(label))}." if label.strip() else "")


@router.at("POST", HERE, scope="settings:write")
def create_field_form(
    ask: Ask, label: Text = "", name: Text = "", field_type: Text = "", options: Text = "",
    fallback: Text = "",
) -> Response:  # fmt: skip
    given = {"label": label, "name": name, "field_type": field_type, "options": options,
             "fallback": fallback}  # fmt: skip
    try:
        made = create(ask.tx, ask.who, _new(given), limit=_limit(ask))
    except Problem as problem:
        return _page(ask, given=given, problem=problem)
    return back(ask, "added", made.label)


@router.at("POST", HERE + "/order", scope="settings:write")
def order_fields_form(ask: Ask, order: Text = "", step: Text = "") -> Response:
    """The `order` of their ids, as it was dragged; else a `step` such as `up:cf_…`."""
    fields = [field.id for field in custom_fields(ask.tx)]
    wanted = [_id(shown) for shown in order.split(",")] if order else fields
    way, _, shown = step.partition(":")
    if way in ("up", "down") and (moved := _id(shown)) in fields:
        to = max(0, fields.index(moved) + (-1 if way == "up" else 1))
        wanted = [id for id in fields if id != moved]
        wanted.insert(to, moved)
    put_in_order(ask.tx, ask.who, wanted)
    return back(ask, "ordered")


def _id(shown: str) -> UUID:
    return ids.read("cf", shown)


def _new(given: dict[str, str]) -> NewField:
    """Options that a type does not have were hidden in the form, so they are not meant."""
    listed = given["field_type"] in ("dropdown", "multi_select")
    options = [line.strip() for line in given["options"].splitlines() if line.strip()]
    return NewField(
        given["label"], given["field_type"], given["name"], options if listed else (),
        given["fallback"],
    )  # fmt: skip


def _limit(ask: Ask) -> int:
    return ask.instance.settings.custom_fields_limit


def _page(
    ask: Ask, *, given: dict[str, str] | None = None, problem: Problem | None = None,
    saved: str = "",
) -> Response:  # fmt: skip
    blank = {"label": "", "name": "", "field_type": "string", "options": "", "fallback": ""}
    fields = custom_fields(ask.tx)
    needed = required(ask.tx)
    return render(
        ask.request, "fields/fields.html", status=problem.status if problem else 200,
        fields=fields, limit=_limit(ask), types=TYPES, given=given or blank,
        type_options=[parts.Option(key, label) for key, label in TYPES.items()],
        errors=_errors(problem), problem=problem,
        href=href, needed=needed, needed_saved=saved == REQUIRED,
        requirable=requirable(catalogue(ask.tx)),
    )  # fmt: skip


def _errors(problem: Problem | None) -> dict[str, str]:
    """The message at the field it is about; an option's is about the options."""
    if problem is None or problem.field is None:
        return {}
    return {problem.field.partition("[")[0]: problem.message}
