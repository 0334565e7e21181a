"""What the forms of calls and meetings offer, and one that was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from nimbus.engagement.shapes import CallOutcome
from nimbus.problems import Problem
from nimbus.web.parts import Option

MOST_MINUTES = 1_440
DIRECTIONS = [Option("outbound", "I called"), Option("inbound", "They called")]
OUTCOMES = [
    Option("", "Not said"),
    *(Option(one, one.replace("_", " ").capitalize()) for one in get_args(CallOutcome)),
]
Form = Literal["calls", "meetings"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A form with what was typed in it, and why nothing was logged."""

    form: Form
    typed: Mapping[str, str]
    problem: Problem
