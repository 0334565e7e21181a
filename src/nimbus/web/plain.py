"""The arguments of operations that only read: from the address and the headers, one value each.

The framework makes them of a graph of dependencies, in several times the time that looking up one
contact takes. What is wrong with a value, the framework still finds and says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fastapi._compat import field_annotation_is_scalar
from fastapi.routing import APIRoute
from starlette.requests import Request

if TYPE_CHECKING:
    from fastapi._compat import ModelField

Arguments = dict[str, Any]
_PLACES = ("path_params", "query_params", "headers")


def reader_of(route: APIRoute) -> Callable[[Request], Arguments | None] | None:
    """What reads the arguments of a request to the route, None where one is not as it should be;
    None for a route that takes more than such values."""
    taken = route.dependant
    by_place: Sequence[list[ModelField]] = (
        taken.path_params, taken.query_params, taken.header_params,
    )  # fmt: skip
    fields = [field for place in by_place for field in place]
    # A header without a name of its own stands under one that the framework makes of it.
    unnamed = any("_" in field.alias for field in taken.header_params)
    if (
        taken.dependencies or taken.cookie_params or taken.body_params or unnamed
        or not all(map(_is_plain, fields))
    ):  # fmt: skip
        return None

    wanted = [
        (place, field.alias, field.name, field.field_info.is_required(), field.default, field)
        for place, fields in zip(_PLACES, by_place, strict=True)
        for field in fields
    ]

    def read(request: Request) -> Arguments | None:
        found: Arguments = {}
        for place, alias, name, is_required, default, field in wanted:
            value = getattr(request, place).get(alias)
            if value is not None:
                found[name], wrong = field.validate(value)
                if wrong:
                    return None
            elif is_required:
                return None
            else:
                found[name] = default
        return found

    return read


def _is_plain(field: ModelField) -> bool:
    """Whether it is one value under one name, with a default that is nothing but a value."""
    told = field.field_info
    return (
        field_annotation_is_scalar(told.annotation)
        and told.default_factory is None
        and not told.validate_default
        and told.validation_alias in (None, field.alias)
    )
