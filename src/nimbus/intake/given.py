"""Objects of a request become rows of the parser: each member goes to the field of its path.

A member is named as the contact shows it: `title`, `company.industry`, `custom_fields.plan`;
`company_domain` stands for `company.domain`. What is no field, or may not be set, is refused by its
path; a lenient reader leaves it out and says so (D-13).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nimbus.contacts.contact import Contact
from nimbus.fields import Catalogue, Field
from nimbus.fields.nothing import said_nothing
from nimbus.fields.types.cell import fold
from nimbus.intake.parse import Column, Given
from nimbus.problems import Problem, invalid

# Members that hold others, with the words for one of them.
WITHIN = {"company": "company field", "custom_fields": "custom field"}
COMPANY_DOMAIN = "company_domain"


@dataclass(slots=True)
class Rows:
    """Rows for the parser, in the order of the objects, and of each object by its index what it is
    refused for, or warned of."""

    columns: list[Column]
    rows: list[Given]
    refused: dict[int, list[Problem]] = field(default_factory=dict)
    warnings: dict[int, list[str]] = field(default_factory=dict)

    def at(self, key: str) -> int:
        """Where the cells of a field stand; None in each row when no object has it."""
        for column in self.columns:
            if column.field.key == key:
                return column.index
        raise KeyError(key)


def settable(catalogue: Catalogue) -> dict[str, Field]:
    """The fields that a request may set, by their paths."""
    found = {".".join(field.path): field for field in catalogue.importable()}
    return found | {COMPANY_DOMAIN: catalogue.get("company.domain")}


def read(
    objects: Sequence[Mapping[str, Any]], catalogue: Catalogue, *, lenient: bool = False,
    needed: Sequence[str] = ("email",),
) -> Rows:  # fmt: skip
    """The objects as rows; `needed` are the keys of fields that get a column in any case."""
    known = settable(catalogue)
    columns = {key: Column(at, key, catalogue.get(key)) for at, key in enumerate(needed)}
    told: list[dict[str, Any]] = []
    found = Rows([], [])
    for index, one in enumerate(objects):
        values: dict[str, Any] = {}
        for path, value in _members(one):
            target = known.get(path)
            if target is None:
                _refuse(found, index, _unknown(path, catalogue), lenient)
            elif target.key in values:
                twice = f"{path} is there twice: as {COMPANY_DOMAIN} and as company.domain."
                _refuse(found, index, invalid(f"{twice} Send one of them.", path), lenient)
            else:
                values[target.key] = value
                if lost := said_nothing(target, quoted(path), value):
                    found.warnings.setdefault(index, []).append(lost)
                if target.key not in columns:
                    columns[target.key] = Column(len(columns), path, target)
        told.append(values)
    found.columns = list(columns.values())
    found.rows = [
        Given(index + 1, index + 1, [values.get(key) for key in columns])
        for index, values in enumerate(told)
    ]
    return found


def _members(one: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each member that is no object by its path; one that should be an object and is not has no
    field of its name, and is refused."""
    for name, value in one.items():
        if name not in WITHIN:
            yield name, value
        elif isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", content) for inner, content in value.items())
        elif value is not None:
            yield name, value


def _refuse(found: Rows, index: int, problem: Problem, lenient: bool) -> None:
    if lenient:
        found.warnings.setdefault(index, []).append(f"{problem.message} It was left out.")
    else:
        found.refused.setdefault(index, []).append(problem)


def _unknown(path: str, catalogue: Catalogue) -> Problem:
    shown = quoted(path)
    head, within, rest = path.partition(".")
    if head in WITHIN and not within:
        return invalid(f"{head} must be an object, or null.", head)
    if head == "custom_fields":
        return invalid(
            f"There is no custom field “{quoted(rest)}” in this workspace. Define it first, or "
            "send lenient=true to leave out what is not known.", shown,
        )  # fmt: skip
    if (field := catalogue.find(path)) and ".".join(field.path) == path:
        return invalid(f"{field.label} cannot be set when a contact is created.", shown)
    if path in Contact.__slots__:
        return invalid(f"{path} is kept by Nimbus and cannot be set.", path)
    return invalid(f"There is no {WITHIN.get(head, 'field')} “{shown}”.{_near(path)}", shown)


def _near(path: str) -> str:
    """A custom field is mostly missed by writing it beside the others."""
    return " Custom fields go into custom_fields." if fold(path).startswith("custom ") else ""


def quoted(name: str) -> str:
    """A name that somebody sent, so short and clean that it can be told."""
    return name[:80].encode("utf-8", "replace").decode()
