"""What people can do about long jobs of a kind, right where they are listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Steps:
    """Under the address of the job's page: where to cancel one that runs, and to undo one that is
    done."""

    cancel: str
    undo: str


_steps: dict[str, Steps] = {}


def install(steps: Mapping[str, Steps]) -> None:
    """By kinds of jobs; `rooms` installs them at start."""
    _steps.clear()
    _steps.update(steps)


def steps(kind: str) -> Steps | None:
    return _steps.get(kind)
