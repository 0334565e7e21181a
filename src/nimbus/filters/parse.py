"""JSON to a filter and back: trees, and the flat list of the search API (S3-37, G-24)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.fields import Catalogue
from nimbus.fields.field import Field
from nimbus.fields.types import Membership
from nimbus.filters import values
from nimbus.filters.cost import cost, refuse_dear
from nimbus.filters.filter import All, Any_, Filter, Leaf, Not
from nimbus.filters.operators import Operator, operator, operators_for
from nimbus.problems import invalid

MAX_DEPTH = 20
MAX_LEAVES = 100

# Names that people use for a field beside its key (S3-18, S3-38).
PSEUDO_FIELDS = {"has_tag": "tags", "tag": "tags"}
# Where a contact of the API has its custom fields; a filter may name them so, and shows `custom.`.
SHOWN_CUSTOM, CUSTOM = "custom_fields.", "custom."


def parse(data: object, catalogue: Catalogue, *, path: str = "filter") -> Filter:
    """The filter of a JSON tree; a refusal names the exact place, such as `filter.and[1].op`."""
    return Reader(catalogue).tree(data, path, 1)


def parse_list(
    filters: object, logic: object, catalogue: Catalogue, *, path: str = "filters"
) -> Filter:
    """The API's form: `filters`, a list of leaves or trees, joined by `filters_logic`."""
    word = logic.lower() if isinstance(logic, str) else logic
    if word not in ("and", "or"):
        raise invalid("“AND” or “OR” is needed.", f"{path}_logic")
    parts = Reader(catalogue).parts(filters, path, 2)
    return Any_(parts) if word == "or" and parts else All(parts)


def load(data: object, catalogue: Catalogue) -> Filter:
    """The filter that `dump` stored. A set that is gone since then, such as a deleted segment, is
    no reason to refuse it: nobody is in it."""
    return Reader(catalogue, stored=True).tree(data, "filter", 1)


def dump(filter: Filter) -> dict[str, Any]:
    """The filter to store: custom fields by id, so that a new name breaks nothing."""
    return _data(filter, _stored_name)


def show(filter: Filter) -> dict[str, Any]:
    """The filter for people and programs: every field by its key."""
    return _data(filter, lambda field: {"field": field.key})


def field_by_key(catalogue: Catalogue, key: str, path: str) -> Field:
    """The field that people ask for by this name, when it can be asked for at all."""
    if key.startswith(SHOWN_CUSTOM):
        key = CUSTOM + key.removeprefix(SHOWN_CUSTOM)
    return _filterable(catalogue.get(PSEUDO_FIELDS.get(key, key), path), path)


@dataclass(slots=True)
class Reader:
    """Reads one tree, or the parts of one, within its budget."""

    catalogue: Catalogue
    leaves: int = 0
    stored: bool = False
    spent: int = 0

    def tree(self, data: object, path: str, depth: int) -> Filter:
        if depth > MAX_DEPTH:
            raise invalid(f"A filter can be nested {MAX_DEPTH} levels deep at most.", path)
        match data:
            case {"and": parts, **rest} if not rest:
                return All(self.parts(parts, f"{path}.and", depth + 1))
            case {"or": parts, **rest} if not rest:
                if parts == []:
                    raise invalid("“or” needs at least one part.", f"{path}.or")
                return Any_(self.parts(parts, f"{path}.or", depth + 1))
            case {"not": part, **rest} if not rest:
                return Not(self.tree(part, f"{path}.not", depth + 1))
            case dict() if "field" in data or "field_id" in data:
                return self.leaf(data, path)
        raise invalid(
            "An object is needed with either “field”, “op” and “value”, or one of “and”, “or”, "
            "“not”.",
            path,
        )

    def parts(self, data: object, path: str, depth: int) -> tuple[Filter, ...]:
        if not isinstance(data, list):
            raise invalid("A list of filters is needed.", path)
        if not data:
            self.spend(path)
        return tuple(self.tree(part, f"{path}[{i}]", depth) for i, part in enumerate(data))

    def leaf(self, data: dict[str, Any], path: str) -> Filter:
        self.spend(path)
        for name in data:
            if name not in ("field", "field_id", "op", "value"):
                raise invalid(f"“{name}” is not a part of a filter.", f"{path}.{name}")
        field = self.field(data, path)
        raw = data.get("value")
        key = data.get("op")
        if field.type.kind == "choices" and isinstance(raw, list):
            key = {"eq": "in", "ne": "not_in"}.get(str(key), key)
        listed = isinstance(raw, list)
        if key in (("in", "not_in") if listed else ("eq", "ne")) and values.has_day(field, raw):
            days = self.days(field, raw, path)
            return Not(days) if key in ("ne", "not_in") else days
        return self.asked(field, key, raw, path)

    def days(self, field: Field, raw: Any, path: str) -> Filter:
        """That a moment is one of these, of which a day alone means the whole of it."""
        if not isinstance(raw, list):
            return self.moment(field, raw, path, f"{path}.value")
        parts = []
        for at, one in enumerate(raw):
            if at:
                self.spend(path)
            parts.append(self.moment(field, one, path, f"{path}.value[{at}]"))
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def moment(self, field: Field, raw: Any, path: str, where: str) -> Leaf:
        op = _operator(field, "eq", path)
        values.read(field, op, raw, where)
        if values.is_day(field, raw):
            return self.asked(field, "between", [raw, raw], path)
        return self.asked(field, "eq", raw, path)

    def spend(self, path: str) -> None:
        """Takes one leaf, or one empty group, from the budget."""
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            raise invalid(f"A filter can ask {MAX_LEAVES} questions at most.", path)

    def asked(self, field: Field, key: object, raw: Any, path: str) -> Leaf:
        op = _operator(field, key, f"{path}.op")
        value = values.read(field, op, raw, f"{path}.value")
        if isinstance(field.type, Membership) and not self.stored:
            values.refuse_unknown(field.type, op, value, f"{path}.value")
        leaf = Leaf(field, op, value)
        self.spent += cost(leaf)
        refuse_dear(self.spent, path)
        return leaf

    def field(self, data: dict[str, Any], path: str) -> Field:
        if "field" in data and "field_id" in data:
            raise invalid("Name the field by “field” or by “field_id”, not both.", path)
        name = "field" if "field" in data else "field_id"
        where, wanted = f"{path}.{name}", data[name]
        if not isinstance(wanted, str):
            raise invalid("The name of a field is needed.", where)
        if name == "field":
            return field_by_key(self.catalogue, wanted, where)
        return _field_by_id(self.catalogue, wanted, where)


def _field_by_id(catalogue: Catalogue, wanted: str, path: str) -> Field:
    with suppress(ValueError):
        if field := catalogue.by_id(UUID(wanted)):
            return _filterable(field, path)
    raise invalid("There is no such field any more.", path)


def _filterable(field: Field, path: str) -> Field:
    if not field.filterable:
        raise invalid(f"{field.label} cannot be used in filters.", path)
    return field


def _operator(field: Field, key: object, path: str) -> Operator:
    op = operator(key, field.type.kind) if isinstance(key, str) else None
    if op is None:
        allowed = ", ".join(row.key for row in operators_for(field.type.kind))
        asked = f"“{key}” cannot be asked of" if isinstance(key, str) else "Name an operator for"
        raise invalid(f"{asked} {field.label}. Allowed: {allowed}.", path)
    return op


def _stored_name(field: Field) -> dict[str, str]:
    return {"field_id": str(field.id)} if field.thing == "custom" else {"field": field.key}


def _data(filter: Filter, name: Callable[[Field], dict[str, str]]) -> dict[str, Any]:
    match filter:
        case Leaf(field, op):
            leaf = {**name(field), "op": op.key}
            if op.shape == "none":
                return leaf
            return {**leaf, "value": values.given(field, op, filter.value)}
        case Not(part):
            return {"not": _data(part, name)}
        case All(parts):
            return {"and": [_data(part, name) for part in parts]}
        case Any_(parts):
            return {"or": [_data(part, name) for part in parts]}
