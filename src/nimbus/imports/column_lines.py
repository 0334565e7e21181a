"""The columns of a file as the wizard shows them: values, field, mark, problems (S1-16, F-08)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nimbus.fields import Catalogue, Field, Group, count_unreadable, guess_day_first
from nimbus.imports.proposal.propose import ColumnProposal, propose
from nimbus.imports.wizard import NEW, ORDERS, Choice
from nimbus.web.parts import Option

GROUPS: dict[Group, str] = {
    "identity": "Person", "work": "Work", "reach": "Reach", "place": "Place", "company": "Company",
    "consent": "Consent", "status": "Status", "score": "Score", "custom": "Your own fields",
}  # fmt: skip
_DATES = {True: "day/month", False: "month/day"}
# Mark of a column: words, tone, icon.
Mark = tuple[str, str, str]
_SURE: dict[str, Mark] = {
    "header": ("Recognised", "green", "check"),
    "content": ("By its values", "amber", "eye"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One column of the file with what is decided about it."""

    index: int
    header: str
    samples: tuple[str, ...]
    choice: Choice
    mark: Mark
    problems: tuple[str, ...]
    is_date: bool

    @property
    def order(self) -> str:
        return next((key for key, first in ORDERS.items() if first is self.choice.day_first), "")


def lines(
    header: Sequence[str], sample: Sequence[Sequence[str]], fields: Catalogue,
    found: Sequence[ColumnProposal], choices: Sequence[Choice], *, known: bool = False,
) -> list[Line]:  # fmt: skip
    """The table of the wizard. `known` says that the choices are those of the last such file."""
    told: list[Line] = []
    taken: dict[str, str] = {}
    for at, (name, choice) in enumerate(zip(header, choices, strict=True)):
        target = fields.find(choice.goes_to)
        cells = [row[at].strip() if at < len(row) else "" for row in sample]
        problems = _problems(cells, target, choice.day_first) if target else ()
        if target and target.key in taken:
            problems = (f"“{taken[target.key]}” goes to {target.label} too.", *problems)
        elif target:
            taken[target.key] = name
        told.append(
            Line(at, name, found[at].samples, choice, _mark(choice, found[at], known), problems,
                 _is_date(choice, fields))
        )  # fmt: skip
    return told


def dated(
    choices: Sequence[Choice], sample: Sequence[Sequence[str]], fields: Catalogue
) -> list[Choice]:
    """The choices, with the order of day and month where the values tell it and nobody has."""
    return [
        replace(choice, day_first=guess_day_first(_values(sample, at)))
        if choice.day_first is None and _is_date(choice, fields)
        else choice
        for at, choice in enumerate(choices)
    ]


def missing(choices: Sequence[Choice]) -> list[str]:
    """Which of the three fields that matter most no column fills, and what that means (S1-16)."""
    have = {choice.goes_to for choice in choices}
    told = []
    if not have & {"company.domain", "company.website"}:
        told.append(
            "No column is the company's domain. It is then worked out from work emails, and from "
            "the company's name, which matches less often."
        )
    if not have & {"first_name", "full_name", "last_name"}:
        told.append("No column is a name, so that {{first_name}} stays blank in templates.")
    return told


def targets(fields: Catalogue) -> list[tuple[str, list[Option]]]:
    """The fields that a column can go to, by group."""
    groups = [
        (name, options)
        for group, name in GROUPS.items()
        if (options := [Option(o.key, o.label) for o in fields.group(group) if o.importable])
    ]
    new = [Option(key, words) for key, (_, words) in NEW.items()]
    return [*groups, ("New field", new)]


def _values(sample: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at].strip() for row in sample if at < len(row) and row[at].strip()]


def _is_date(choice: Choice, fields: Catalogue) -> bool:
    target = fields.find(choice.goes_to)
    return target.type.kind == "date" if target else choice.goes_to == "new:date"


def _mark(choice: Choice, proposal: ColumnProposal, known: bool) -> Mark:
    if choice.goes_to in NEW:
        return "New field", "violet", "plus"
    if not choice.goes_to:
        return "Left out", "grey", "minus"
    if known:
        return "As last time", "blue", "rotate-ccw"
    if choice.goes_to == proposal.field_key:
        return _SURE[proposal.confidence]
    return "Chosen", "blue", "user"


def _problems(cells: Sequence[str], field: Field, day_first: bool | None) -> tuple[str, ...]:
    """What of the sampled values the field could not take, before anything runs (F-08)."""
    values = [cell for cell in cells if cell]
    if field.type.kind == "date" and day_first is not None:
        bad = count_unreadable(values, day_first)
        words = f"{bad} of {len(values)} sampled dates do not parse as {_DATES[day_first]}."
        return (words,) if bad else ()
    alone = propose([field.label], [[cell] for cell in cells], [field]).columns[0]
    if alone.field_key is None:
        return (f"The sampled values do not look like {field.label}.",)
    return alone.problems
