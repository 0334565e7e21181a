"""What became of each row of many: what is wrong with one costs the others nothing (S3-56)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nimbus.problems import Problem
from nimbus.web.errors import body


@dataclass(slots=True)
class RowError:
    """As the `error` of a refusal, with its further members; `field` is a path within the row."""

    code: str
    message: str
    field: str | None


def row_error(problem: Problem | None) -> Any:
    """Why a row was not written, as `RowError` shows it."""
    return body(problem)["error"] if problem else None
