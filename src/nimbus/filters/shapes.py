"""How a filter is written in the body of a request."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

_PARTS = {"type": "array", "items": {"type": "object"}}

FilterTree = Annotated[
    dict[str, Any],
    Field(
        description="`field`, `op` and `value`, or one of `and`, `or` and `not` with such within. "
        "`GET /api/v1/fields/` lists the fields, and what can be asked of each.",
        examples=[{"field": "seniority", "op": "in", "value": ["vp", "c_level"]}],
        json_schema_extra={
            "properties": {
                "field": {"type": "string"},
                "op": {"type": "string"},
                "value": {},
                "and": _PARTS,
                "or": {**_PARTS, "minItems": 1},
                "not": {"type": "object"},
            },
        },
    ),
]
