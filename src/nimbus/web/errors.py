"""How a problem leaves: the article's error object with RFC 9457's members, or a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from fastapi.exceptions import RequestValidationError
from psycopg.errors import DiskFull
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from nimbus.problems import CODES, MOST_FAULTS, Problem, disk_full, invalid, with_all
from nimbus.web.encode import json_response
from nimbus.web.openapi import PROBLEM_JSON
from nimbus.web.render import render
from nimbus.web.validation import words_of


def answer(
    request: Request, problem: Problem, headers: Mapping[str, str] | None = None
) -> Response:
    """The response for a problem: JSON under /api, a page elsewhere."""
    if is_api(request):
        try:
            response = json_response(body(problem), problem.status)
        except UnicodeEncodeError:
            # It quotes half of a character: where that is in the body was noted (`note_unkept`).
            noted: Problem | None = getattr(request.state, "unkept", None)
            problem = noted or invalid("The request has half of a character. Send it whole.")
            response = json_response(body(problem), problem.status)
        response.headers["content-type"] = PROBLEM_JSON
    elif problem.status < 500 and request.headers.get("hx-request"):
        response = render(request, "web/problem.html", status=problem.status, problem=problem)
    else:
        response = render(request, "web/error.html", status=problem.status, problem=problem)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    if "retry_after" in problem.more:
        response.headers["retry-after"] = str(problem.more["retry_after"])
    if "etag" in problem.more:
        response.headers["etag"] = problem.more["etag"]
    if problem.status == 401 and is_api(request):
        response.headers["www-authenticate"] = "Bearer"
    return response


def is_api(request: Request) -> bool:
    return f"{request.url.path}/".startswith("/api/")


def body(problem: Problem) -> dict[str, object]:
    """The article's shape (S3-47) beside the members of RFC 9457, with every fault of a request
    that is not valid as its `errors`."""
    own = {"field": problem.field, "message": problem.message}
    faults = problem.more.get("errors", [own] if problem.code == "validation_error" else None)
    return {
        "error": {
            "code": problem.code,
            "message": problem.message,
            "field": problem.field,
            **{name: told for name, told in problem.more.items() if name != "errors"},
        },
        "type": f"/api/v1/docs/errors#{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.message,
        **({"errors": faults[:MOST_FAULTS]} if faults else {}),
    }


def words_of_validation(error: RequestValidationError) -> Problem:
    """What FastAPI found wrong with a request: the first fault, with all of them as `errors` where
    there are several."""
    first, *others = error.errors()
    if first["type"] != "missing" and first["loc"] and first["loc"][0] == "path":
        return Problem("not_found", "No such resource in this workspace.")
    problem = _fault(first)
    # Of a value that could be several things each is told; the first is what `field` names.
    told = {problem.field: problem}
    for one in others:
        found = _fault(one)
        told.setdefault(found.field, found)
        if len(told) == MOST_FAULTS:
            break
    return with_all(list(told.values()))


def _fault(told: Mapping[str, Any]) -> Problem:
    if told["type"] == "json_invalid":
        return invalid("The body of the request is not JSON.")
    loc = told["loc"][1:]
    if loc and loc[-1] == "[key]":  # As pydantic names the name of a member.
        words = f"The name of this member does not fit. {words_of(told)}"
        return invalid(f"{place(loc[:-1])}: {words}.", place(loc[:-1]))
    field = place(loc) or None
    if told["type"] == "missing" and field:
        return invalid(f"{field} is required.", field)
    if "Expected UploadFile" in told["msg"]:
        words = f"{field}: Send a file as multipart/form-data, such as -F {field}=@people.csv."
        return invalid(words, field)
    words = words_of(told)
    return invalid(f"{field}: {words}." if field else f"{words}.", field)


def place(parts: Iterable[str | int]) -> str:
    """The path as people write it: `filters[0].op`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def words_of_database(error: psycopg.Error) -> Problem:
    """What a database that is full, or away, means to whoever asked."""
    if isinstance(error, DiskFull):
        return disk_full("the database")
    return Problem(
        "unavailable", "The database does not answer at the moment. Try again in a few seconds.",
        retry_after=5,
    )  # fmt: skip


_BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "payload_too_large"}


def words_of_http(error: HTTPException) -> Problem:
    if isinstance(error.__cause__, UnicodeDecodeError | RecursionError):
        return Problem(
            "validation_error", "The body cannot be read: send JSON in UTF-8, not nested as deep."
        )
    code = _BY_STATUS.get(error.status_code)
    if code is None:
        code = "validation_error" if error.status_code < 500 else "internal_error"
    words = {
        "not_found": "There is nothing at this address.",
        "method_not_allowed": "This address does not answer to that method.",
    }.get(code, str(error.detail) or CODES[code][1])
    return Problem(code, words)
