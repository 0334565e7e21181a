"""How a filter is written in the body of a request."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from nimbus.filters.operators import KEYS

_OP = {"type": "string", "enum": sorted(KEYS)}
_PARTS = {"type": "array", "items": {"type": "object"}}


def _only(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "additionalProperties": False,
        "required": list(required or ("field", "op")),
    }  # fmt: skip


FilterTree = Annotated[
    dict[str, Any],
    Field(
        description="`field`, `op` and `value`, or one of `and`, `or` and `not` with such within. "
        "`GET /api/v1/fields/` lists the fields, and what can be asked of each.",
        examples=[{"field": "seniority", "op": "in", "value": ["vp", "c_level"]}],
        json_schema_extra={
            "oneOf": [
                _only(field={"type": "string"}, op=_OP, value={}),
                _only("and", **{"and": _PARTS}),
                _only("or", **{"or": {**_PARTS, "minItems": 1}}),
                _only("not", **{"not": {"type": "object"}}),
            ],
        },
    ),
]
