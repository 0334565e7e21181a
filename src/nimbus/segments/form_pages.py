"""Making and changing segments: the builder with its live count, lists, and deletion."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Form
from starlette.responses import RedirectResponse, Response

from nimbus.contacts.listing.parts import total
from nimbus.db import ids
from nimbus.fields.read import catalogue
from nimbus.filters import dump
from nimbus.filters.choices import choices
from nimbus.filters.editor import editor
from nimbus.filters.form import Conditions, conditions_form, conditions_of
from nimbus.operations.operation import begun
from nimbus.operations.references import Thing, references
from nimbus.problems import Problem
from nimbus.segments import read, write
from nimbus.segments.glance import Glance, glance
from nimbus.segments.members import put_by_email
from nimbus.segments.pages import HERE, address, segment_of, show
from nimbus.segments.segment import MAX_DESCRIPTION, MAX_NAME, Kind, Segment
from nimbus.web import render
from nimbus.web.route import Ask, PageRouter

router = PageRouter(HERE)

Text = Annotated[str, Form()]
Given = Annotated[Conditions, Depends(conditions_form)]


@router.at("GET", "/new", scope="segments:write")
def new_segment_page(ask: Ask, kind: Kind = "dynamic") -> Response:
    return _form(ask, None, kind, "", "", conditions_of(None))


@router.at("POST", "", scope="segments:write")
def create_segment_form(
    ask: Ask, given: Given, kind: Annotated[Kind, Form()] = "dynamic", name: Text = "",
    description: Text = "", step: Text = "",
) -> Response:  # fmt: skip
    return _save(ask, None, kind, name, description, given, step)


@router.at("POST", "/preview", scope="contacts:read")
def preview_segment(ask: Ask, given: Given) -> Response:
    """Beneath the builder: how many its conditions find now, and five of them."""
    return render(ask.request, "segments/preview.html", glance=_glance(ask, given), total=total)


@router.at("GET", "/{id}/edit", scope="segments:write")
def edit_segment_page(ask: Ask, id: str) -> Response:
    segment = segment_of(ask, id)
    return _form(
        ask, segment, segment.kind, segment.name, segment.description, _stored(ask, segment)
    )


@router.at("POST", "/{id}", scope="segments:write")
def save_segment_form(
    ask: Ask, id: str, given: Given, name: Text = "", description: Text = "", step: Text = ""
) -> Response:
    segment = segment_of(ask, id)
    return _save(ask, segment, segment.kind, name, description, given, step)


@router.at("POST", "/{id}/members", scope="segments:write")
def add_members_form(ask: Ask, id: str, emails: Text = "") -> Response:
    """Put contacts on a list by their emails; all of them, or none and why."""
    segment = segment_of(ask, id)
    try:
        changed = put_by_email(ask.tx, ask.who, segment, emails)
    except Problem as problem:
        return show(ask, segment, given=emails, problem=problem)
    return RedirectResponse(address(segment, "added", changed), 303)


@router.at("GET", "/{id}/deletion", scope="segments:write")
def segment_deletion_page(ask: Ask, id: str) -> Response:
    """What asks for it, and what becomes of that."""
    segment = segment_of(ask, id)
    return render(
        ask.request, "segments/deletion.html", segment=segment, here=address(segment),
        used=references(ask.tx, Thing("segment", str(segment.id))),
    )  # fmt: skip


@router.at("POST", "/{id}/deletion", scope="segments:write")
def delete_segment_form(ask: Ask, id: str) -> Response:
    """The page before has told what uses it."""
    segment = segment_of(ask, id)
    operation = write.delete(ask.tx, ask.who, segment, force=True, through="web")
    told = {"done": "deleted", "name": segment.name, "operation": ids.show("op", operation.id)}
    return RedirectResponse(f"{HERE}?{urlencode(told)}", 303)


def _save(
    ask: Ask, segment: Segment | None, kind: Kind, name: str, description: str, given: Conditions,
    step: str,
) -> Response:  # fmt: skip
    fields = catalogue(ask.tx)
    try:
        if step:
            return _form(ask, segment, kind, name, description, given.after(step, fields))
        filter = dump(given.read(fields)) if kind == "dynamic" else None
        if segment is None:
            saved = write.create(ask.tx, ask.who, name=name, kind=kind, filter=filter,
                                 description=description, through="web")  # fmt: skip
        else:
            changes: dict[str, Any] = {"name": name, "description": description}
            if filter is not None:
                changes["filter"] = filter
            saved = write.change(ask.tx, ask.who, segment, changes, through="web")
    except Problem as problem:
        return _form(ask, segment, kind, name, description, given, problem)
    done = "changed" if segment else "created"
    return RedirectResponse(address(saved, done, begun(ask.tx)), 303)


def _form(
    ask: Ask, segment: Segment | None, kind: Kind, name: str, description: str, given: Conditions,
    problem: Problem | None = None,
) -> Response:  # fmt: skip
    """A blank name is told beside whatever else is wrong."""
    name_wrong = None
    if problem and (problem.field == "name" or not name.strip()):
        name_wrong = problem.message if problem.field == "name" else write.NAME_NEEDED
    return render(
        ask.request, "segments/form.html", problem.status if problem else 200, segment=segment,
        kind=kind, name=name, description=description, problem=problem, name_wrong=name_wrong,
        here=address(segment) if segment else HERE, total=total,
        editor=editor(given, catalogue(ask.tx), problem, choices(ask.tx)),
        glance=_glance(ask, given) if kind == "dynamic" else None,
        longest_name=MAX_NAME, longest=MAX_DESCRIPTION,
    )  # fmt: skip


def _stored(ask: Ask, segment: Segment) -> Conditions:
    """The builder of its filter; a blank one where that cannot be asked any more."""
    if segment.kind == "static":
        return conditions_of(None)
    try:
        return conditions_of(read.filter_of(ask.tx, segment))
    except Problem:
        return conditions_of(None)


def _glance(ask: Ask, given: Conditions) -> Glance | None:
    """None while nothing is asked, or what is asked is not right yet."""
    try:
        filter = given.read(catalogue(ask.tx))
    except Problem:
        return None
    return glance(ask.tx, filter)
