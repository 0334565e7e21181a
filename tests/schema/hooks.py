"""What schemathesis is told beside the document: loaded by it, once per run."""

from __future__ import annotations

import atexit
import json
import os
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import schemathesis
from schemathesis.core.parameters import ParameterLocation

from tests.house.kinds import PLAIN, path_kind
from tests.house.openapi import BODIES, Operation, operations
from tests.schema.known import Known
from tests.schema.rules import RULES

# The key that all requests are made with: who revokes it is refused everything after.
OWN_KEY = os.environ.get("NIMBUS_SCHEMA_KEY_ID", "")
KNOWN = Known(
    httpx2.Client(
        base_url=os.environ.get("NIMBUS_SCHEMA_URL", "") + "/api/v1/", timeout=60,
        headers={"Authorization": f"Bearer {os.environ.get('NIMBUS_SCHEMA_KEY', '')}"},
    ),
    OWN_KEY,
    int(os.environ.get("NIMBUS_SCHEMA_SEED", "0")),
)  # fmt: skip
# Members that name a thing, and may be left out.
IDS = ("client_id", "owner_id", "company_id", "field_mapping_id", "event_id")
IDEMPOTENCY, LONGEST = "Idempotency-Key", 255
IF_MATCH = "If-Match"
OPERATIONS: dict[str, Operation] = {}
TAKEN: Counter[str] = Counter()
# One in so many requests stays as it was made up: most of these ids are of nobody.
SELDOM = 8
FILTERS: list[Any] = [
    {"field": "title", "op": "contains", "value": "sales"},
    {"and": [{"field": "city", "op": "is_empty"},
             {"not": {"field": "lead_score", "op": "gte", "value": 10}}]},
]  # fmt: skip
TABLE = "Email,Title\n{}@known-example.com,Sales\nnobody,\n"


@schemathesis.hook
def filter_path_parameters(context: Any, path_parameters: dict[str, Any]) -> bool:
    """Nobody takes away the key that the run is made with."""
    return OWN_KEY not in (path_parameters or {}).values()


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """A tag may have a slash: `PATCH /tags/a/references/` is about the tag “a/references”, and no
    undeclared method of another path."""
    declared = case.operation.method.upper() == case.method.upper()
    return declared or not case.path.endswith("/{tag}/references/")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """What is made up is mostly of nobody, under a key that was sent before, of a state that never
    was, or contradicts itself; and then nothing else of the request is tried. So most requests
    name what is there, and half of them have values that are known to be good."""
    if case.meta is None or KNOWN.dice.randrange(SELDOM) == 0:
        return
    operation = _operation(case)
    if operation is None:
        return
    if _is_sound(case, ParameterLocation.PATH):
        for name in case.path_parameters or {}:
            if (shown := _own(operation.path, name)) is not None:
                case.path_parameters[name] = shown
    if case.headers and IF_MATCH in case.headers and _is_sound(case, ParameterLocation.HEADER):
        _present_state(case)
    if not case.meta.generation.mode.is_positive:
        # What cannot be read is then dropped with a warning, and the rest is taken (D-13).
        if isinstance(case.query, dict):
            case.query.pop("lenient", None)
        return
    key = (case.headers or {}).get(IDEMPOTENCY, "")
    if key and len(key) <= LONGEST - 32:
        case.headers[IDEMPOTENCY] = f"{key}{uuid.uuid4().hex}"
    if isinstance(case.query, dict):
        _own_query(case.query, operation)
    if isinstance(case.body, dict) and KNOWN.dice.random() < 0.5:
        case.body = _good(case.body, operation)


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    if not 200 <= response.status_code < 300:
        return
    TAKEN[case.operation.definition.raw["operationId"]] += 1
    shown = [str(value) for value in (case.path_parameters or {}).values()]
    if case.method.upper() == "DELETE":
        for one in shown or KNOWN.things["rule"].copy():
            KNOWN.forget(one)
    elif "json" in response.headers.get("content-type", [""])[0]:
        KNOWN.learn(case.operation.definition.raw["operationId"], response.text)
        for tag in response.headers.get("etag", []):
            KNOWN.etags.update(dict.fromkeys(shown, tag))


@atexit.register
def _tell() -> None:
    """How often each operation did what it was asked."""
    if path := os.environ.get("NIMBUS_SCHEMA_TAKEN"):
        Path(path).write_text(json.dumps(TAKEN))


def _operation(case: Any) -> Operation | None:
    """None for those that give out credentials."""
    if not OPERATIONS:
        OPERATIONS.update({one.id: one for one in operations(case.operation.schema.raw_schema)})
    return OPERATIONS.get(case.operation.definition.raw["operationId"])


def _is_sound(case: Any, location: ParameterLocation) -> bool:
    part = case.meta.components.get(location)
    return part is None or part.mode.is_positive


def _own(path: str, name: str) -> str | None:
    """What is there for a parameter of a path; None for one that holds no id."""
    return None if name in PLAIN else KNOWN.one(path_kind(path, name))


def _present_state(case: Any) -> None:
    """The state that the thing was in when it was last shown, or none is asked for."""
    tags = [KNOWN.etags.get(str(one)) for one in (case.path_parameters or {}).values()]
    if tags and tags[0]:
        case.headers[IF_MATCH] = tags[0]
    else:
        del case.headers[IF_MATCH]


def _own_query(query: dict[str, Any], operation: Operation) -> None:
    for place in operation.places:
        name = str(place.path[0])
        if place.within == "query" and name in query and (shown := KNOWN.one(place.kind)):
            query[name] = shown
    if query.pop("cursor", None) and operation.id in KNOWN.cursors:
        query["cursor"] = KNOWN.cursors[operation.id]


def _good(body: dict[str, Any], operation: Operation) -> dict[str, Any]:
    """The body with a filter and a file that can be read, and what is known to be good."""
    body = {name: value for name, value in body.items() if name not in IDS}
    if body.get("filter") is not None:
        body["filter"] = KNOWN.dice.choice(FILTERS)
    if "file" in body:
        body = {"file": TABLE.replace("{}", uuid.uuid4().hex)}
    good: dict[str, Any] = KNOWN.named(BODIES.get(operation.id, {}))
    return body | good


@schemathesis.check
def refused_only_by_a_named_rule(ctx: Any, response: Any, case: Any) -> None:
    """A request that the document allows is refused by a rule of `RULES` or not at all."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive:
        return
    if response.status_code not in (400, 412, 413, 415, 422):
        return
    error = response.json()["error"]
    operation = case.operation.definition.raw.get("operationId", "")
    if not any(rule.allows(operation, error["field"], error["message"]) for rule in RULES):
        raise AssertionError(
            f"{operation} refuses what its document allows, by no rule of tests/schema/rules.py: "
            f"{error['code']} at {error['field']}: {error['message']}"
        )
