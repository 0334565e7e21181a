"""The form that adds one contact: every field that may be set, by the catalogue (S0-79)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nimbus.fields import Catalogue, Field
from nimbus.fields.control import Line, line
from nimbus.intake.given import settable
from nimbus.problems import Problem

# What is asked first; all else is below, in the order of the catalogue.
FIRST = ("email", "first_name", "last_name", "title", "phone", "linkedin_url", "company.name",
         "company.domain", "country", "tags")  # fmt: skip
# Several fields on one line, which helps files and nobody who types; and another name of a field.
LEFT_OUT = {"location", "company_domain"}
HELP = {"country": "Its name or ISO code", "company.domain": "Such as acme.com"}


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed, and what is wrong with it, by path."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, paths: Sequence[str], values: Sequence[str]) -> Filled:
        """As the form sends it: each path with its value."""
        pairs = zip(paths, values, strict=False)
        return cls({path: value.strip() for path, value in pairs if value.strip()})

    def refused(self, problem: Problem) -> Filled:
        """With every field that the problem names."""
        wrong = problem.more.get("errors") or [{"field": problem.field, "message": str(problem)}]
        errors = {one["field"]: one["message"].removeprefix(f"{one['field']}: ") for one in wrong}
        return Filled(self.values, {path: words for path, words in errors.items() if path})

    def members(self) -> dict[str, Any]:
        """The object that a program would send."""
        found: dict[str, Any] = {}
        for path, value in self.values.items():
            head, _, rest = path.partition(".")
            if rest:
                found.setdefault(head, {})[rest] = value
            else:
                found[head] = value
        return found


def lines(catalogue: Catalogue) -> tuple[list[Line], list[Line]]:
    """What is asked first, and the rest."""
    known = settable(catalogue)
    rest = [path for path in known if path not in FIRST and path not in LEFT_OUT]
    return _lines(known, FIRST), _lines(known, rest)


def _lines(known: Mapping[str, Field], paths: Iterable[str]) -> list[Line]:
    return [line(path, known[path].label, known[path], HELP.get(path, "")) for path in paths]
