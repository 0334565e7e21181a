"""Sets that are filters themselves, such as segments: opened up to the questions they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from nimbus.fields.field import Field
from nimbus.fields.related import Member
from nimbus.filters.filter import All, Any_, Filter, Leaf, Not
from nimbus.filters.operators import operator
from nimbus.problems import Problem

# What a filter may ask in all, once everything it refers to is opened up.
MAX_EXPANDED = 300
# How many sets deep: a segment of a segment is two.
MAX_NESTED = 5


def expand(filter: Filter) -> Filter:
    """The same contacts, asked without sets that are filters; what remains of sets is asked of rows
    one by one. Of a filter that is expanded already nothing changes. Raises
    Problem(too_expensive)."""
    return _Expansion().opened(filter, 0)


def is_in(field: Field, id: UUID) -> Leaf:
    """The question whether a contact is in one set."""
    op = operator("eq", field.type.kind)
    assert op  # noqa: S101 - every membership is asked so
    return Leaf(field, op, id)


@dataclass(slots=True)
class _Expansion:
    """Opens one filter within its budget."""

    questions: int = 0

    def opened(self, filter: Filter, depth: int) -> Filter:
        match filter:
            case Leaf(Field(related=Member() as member) as field, op, value):
                ids = value if op.shape == "many" else (value,)
                sets = tuple(self.set(field, member, id, depth) for id in ids)
                within = sets[0] if len(sets) == 1 else Any_(sets)
                return Not(within) if op.negated else within
            case Leaf():
                self.spend()
                return filter
            case Not(part):
                return Not(self.opened(part, depth))
            case All(parts):
                return All(tuple(self.opened(part, depth) for part in parts))
            case Any_(parts):
                return Any_(tuple(self.opened(part, depth) for part in parts))

    def set(self, field: Field, member: Member, id: UUID, depth: int) -> Filter:
        meaning: Filter | None = member.meaning(id)
        if meaning is None:
            self.spend()
            return is_in(field, id)
        if depth == MAX_NESTED:
            raise Problem(
                "too_expensive", f"Segments can ask for one another {MAX_NESTED} deep at most."
            )
        return self.opened(meaning, depth + 1)

    def spend(self) -> None:
        self.questions += 1
        if self.questions > MAX_EXPANDED:
            raise Problem(
                "too_expensive",
                f"With the segments that it asks for, this is more than {MAX_EXPANDED} questions. "
                "Ask for fewer segments, or make a static list of one.",
            )
