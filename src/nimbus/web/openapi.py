"""The OpenAPI document as it leaves: every refusal an operation can answer, in our shape (S3-47).

FastAPI writes its own 422 for whatever can be refused. We answer 400 with
`application/problem+json` (`web/errors.py`), and the document says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from nimbus.problems import CODES, MOST_FAULTS
from nimbus.web.docs_words import LOOKED_UP, OPENLY, REFUSALS
from nimbus.web.kept import HEADER

PROBLEM = "Problem"
PROBLEM_JSON = "application/problem+json"
_REF = {"$ref": f"#/components/schemas/{PROBLEM}"}
TAGGED = {
    "ETag": {"description": "The state of the thing, for `If-Match`.", "schema": {"type": "string"}}
}
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, `nmb_…`, or an access token of `POST /api/v1/auth/token/`. Each "
    "operation names the scope it needs.",
}
# What FastAPI documents and we never answer.
_NEVER = ("HTTPValidationError", "ValidationError")


@asynccontextmanager
async def described(app: FastAPI) -> AsyncIterator[None]:
    """As the lifespan of a router: the application that includes it has this document."""
    plain = app.openapi

    def document() -> dict[str, Any]:
        return with_refusals(plain())

    app.openapi = document  # type: ignore[method-assign]
    yield
    app.openapi = plain  # type: ignore[method-assign]


def with_refusals(document: dict[str, Any]) -> dict[str, Any]:
    """The document, changed in place; a second time changes nothing."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _NEVER:
        schemas.pop(name, None)
    schemas[PROBLEM] = _problem()
    document["components"]["securitySchemes"] = {"bearer": _BEARER}
    for name, schema in schemas.items():
        if name.startswith("Body_"):  # A form, whose parts are known (`strict.only`).
            schema["additionalProperties"] = False
    for path, methods in document["paths"].items():
        for one in methods.values():
            enough = [one[name] for name in ("x-scope", "x-scope-or") if name in one]
            one["security"] = [{"bearer": [scope]} for scope in enough]
            answers = one["responses"]
            if _NEVER[0] in str(answers.get("422")):
                del answers["422"]
            asked = {each["name"] for each in one.get("parameters", ())}
            if asked & {"If-Match", "If-None-Match"} and "200" in answers:
                answers["200"]["headers"] = TAGGED
            if "If-None-Match" in asked:
                answers["304"] = {"description": "Nothing is different now."}
            for status in _statuses(path, one):
                answers[status] = {
                    "description": REFUSALS[status],
                    "content": {PROBLEM_JSON: {"schema": _REF}},
                }
    return document


def _statuses(path: str, one: dict[str, Any]) -> Iterator[str]:
    """What the operation can refuse with. Each refuses parameters that it does not know."""
    id, asked = one["operationId"], {each["name"] for each in one.get("parameters", ())}
    if id in OPENLY:
        yield from OPENLY[id]
        return
    yield "400"
    yield "401"
    yield "403"
    if "{" in path or "client_id" in asked or id in LOOKED_UP:
        yield "404"
    if HEADER in asked:
        yield "409"
    if "If-Match" in asked:
        yield "412"
    if "requestBody" in one:
        yield "413"
    if HEADER in asked:
        yield "422"
    yield "429"
    yield "5XX"


def _problem() -> dict[str, Any]:
    return {
        "title": PROBLEM,
        "type": "object",
        "description": "A refusal: `error` for programs and people, and the members of RFC 9457.",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": {"type": "string", "enum": list(CODES),
                             "description": "For programs; never changes its meaning."},
                    "message": {"type": "string", "description": "For people."},
                    "field": {"type": ["string", "null"], "examples": ["filter.and[1].op"],
                              "description": "The path of what is wrong, where that is known."},
                },
                "required": ["code", "message", "field"],
                "additionalProperties": True,
            },
            "type": {"type": "string", "description": "Where the code is explained."},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array", "maxItems": MOST_FAULTS,
                "description": "With `validation_error`: every fault that was found, the one that "
                "`error` tells of first.",
                "items": {
                    "type": "object",
                    "properties": {"field": {"type": ["string", "null"]},
                                   "message": {"type": "string"}},
                    "required": ["field", "message"],
                },
            },
        },
        "required": ["error", "type", "title", "status", "detail"],
    }  # fmt: skip
