"""Two people have changed the same field: what there is to choose from (F-33, G-41)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nimbus.contacts.form import EditForm, texts
from nimbus.contacts.words import value_words
from nimbus.fields import Field
from nimbus.problems import Problem


@dataclass(frozen=True, slots=True)
class Side:
    """A value that may be kept: as a form sends it, and in words; None for none."""

    label: str
    value: str
    words: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A field with its three values, and who has changed it meanwhile."""

    field: Field
    by: str
    at: datetime
    sides: Sequence[Side]


def choices(form: EditForm, problem: Problem, names: Mapping[str, str]) -> list[Choice]:
    """One per field of the form that the refusal tells of; none for any other refusal. `names` has
    the people that a reference may mean."""
    told: Mapping[str, Mapping[str, Any]] = problem.more.get("fields", {})
    if problem.code != "precondition_failed" or form.moves:
        return []
    return [
        _choice(one, said, names)
        for one in form.fields
        if (said := told.get(".".join(one.path)) or told.get(one.path[-1]))
    ]


def _choice(one: Field, said: Mapping[str, Any], names: Mapping[str, str]) -> Choice:
    sides = (
        _side("Yours", one, said["yours"], names),
        _side("Theirs", one, said["theirs"], names),
        _side("As it was", one, said["original"], names),
    )
    return Choice(one, said["changed_by"], said["changed_at"], sides)


def _side(label: str, one: Field, value: Any, names: Mapping[str, str]) -> Side:
    known = one.type.parse_json(value) if one.type.kind == "reference" else value
    return Side(label, "; ".join(texts(one, value)), value_words(one, known, names))
