"""What schemathesis is told beside the document: loaded by it, once per run."""

from __future__ import annotations

import os
import uuid
from typing import Any

import schemathesis

from tests.house.openapi import BODIES
from tests.schema.rules import RULES

# The key that all requests are made with: who revokes it is refused everything after.
OWN_KEY = os.environ.get("NIMBUS_SCHEMA_KEY_ID", "")
# Members that name a thing, and may be left out.
IDS = ("client_id", "owner_id", "company_id")
IDEMPOTENCY, LONGEST = "Idempotency-Key", 255


@schemathesis.hook
def filter_path_parameters(context: Any, path_parameters: dict[str, Any]) -> bool:
    """Nobody takes away the key that the run is made with."""
    return OWN_KEY not in (path_parameters or {}).values()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """The keys that are made up are short, and so the same again and again: what is under one is
    answered from memory or refused, and nothing else of the request is tried. Nor is it where an
    id is of nobody, as most are, or where members contradict each other: so half of the requests
    go without those and with some that are known to be good."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    key = (case.headers or {}).get(IDEMPOTENCY, "")
    if key and len(key) <= LONGEST - 32:
        case.headers[IDEMPOTENCY] = f"{key}{uuid.uuid4().hex}"
    if isinstance(case.body, dict) and uuid.uuid4().int % 2:
        good = BODIES.get(case.operation.definition.raw["operationId"], {})
        case.body = {k: v for k, v in case.body.items() if k not in IDS} | good


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
