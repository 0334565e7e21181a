"""The catalogue of a workspace's fields: the standard ones and its own, found by any name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from uuid import UUID

from nimbus.fields.field import Field, Group
from nimbus.fields.standard import STANDARD
from nimbus.fields.types.cell import fold
from nimbus.problems import Problem, invalid


@dataclass(frozen=True)
class Catalogue:
    """Every field there is for one workspace, in the order in which people see them. `made` answers
    keys of fields that are made on demand."""

    fields: tuple[Field, ...]
    made: tuple[Callable[[str], Field | None], ...] = ()

    @classmethod
    def of(cls, custom: Iterable[Field] = ()) -> Catalogue:
        return cls(STANDARD + tuple(custom))

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __contains__(self, key: str) -> bool:
        return self.find(key) is not None

    def find(self, key: str) -> Field | None:
        if key in self._by_key:
            return self._by_key[key]
        return next((field for make in self.made if (field := make(key))), None)

    def get(self, key: str, at: str | None = None) -> Field:
        """The field of that key; refuses others. `at` is where in the input the key stood."""
        return self.find(key) or self._refuse(key, at)

    def by_id(self, id: UUID) -> Field | None:
        """A custom field by its id."""
        return self._by_ref.get(str(id))

    def by_ref(self, ref: str, at: str | None = None) -> Field:
        """The field that a stored filter or mapping means: by `Field.ref`, else by key."""
        return self._by_ref.get(ref) or self.get(ref, at)

    def by_header(self, header: str) -> Field | None:
        """The importable field that a column of a file is surely meant for, by its header."""
        return self._by_header.get(fold(header))

    def group(self, group: Group) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.group == group)

    def groups(self) -> dict[Group, tuple[Field, ...]]:
        """The fields by group, groups in the order of their first field."""
        return {field.group: self.group(field.group) for field in self.fields}

    def stored(self) -> Catalogue:
        """Only the fields that a contact or its company keeps a value of: data alone, which can be
        handed to another process."""
        return Catalogue(tuple(field for field in self.fields if field.related is None))

    def importable(self) -> tuple[Field, ...]:
        """What a column of a file may be mapped to."""
        return tuple(field for field in self.fields if field.importable)

    def filterable(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.filterable)

    def custom(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.thing == "custom")

    @cached_property
    def custom_names(self) -> tuple[tuple[str, str], ...]:
        """Of each custom field the column and the name."""
        return tuple((field.column, field.path[1]) for field in self.custom())

    def contact_columns(self) -> tuple[Field, ...]:
        """The fields that are columns of `contact`; `location` has none."""
        return tuple(f for f in self.fields if f.thing == "contact" and f.column)

    def company_columns(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.thing == "company")

    @cached_property
    def _by_key(self) -> dict[str, Field]:
        return {field.key: field for field in self.fields}

    @cached_property
    def _by_ref(self) -> dict[str, Field]:
        return {field.ref: field for field in self.fields}

    @cached_property
    def _by_header(self) -> dict[str, Field]:
        """Headers as `fold` leaves them; a field's own name beats another's synonym."""
        headers: dict[str, Field] = {}
        for field in self.importable():
            headers.setdefault(fold(field.key), field)
        for field in self.importable():
            for name in (field.label, *field.synonyms):
                headers.setdefault(fold(name), field)
            if field.thing == "custom":
                headers.setdefault(fold(field.key.removeprefix("custom.")), field)
        return headers

    def _refuse(self, key: str, at: str | None) -> Field:
        raise unknown_field(key, self._by_key, at)


def unknown_field(key: str, known: Iterable[str], at: str | None = None) -> Problem:
    """A refusal that names the field and the one that was probably meant."""
    near = get_close_matches(key, list(known), n=1, cutoff=0.6)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    return invalid(f"There is no field “{key[:80]}”.{hint}", at or key[:80])
