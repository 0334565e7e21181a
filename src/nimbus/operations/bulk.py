"""What rooms can do to many contacts at once: the actions that `bulk` carries out (S0-61 … S0-71).

An action is carried out in batches, each in one transaction: its room writes a batch in a few
set-based statements, locks contacts in the order of their ids, logs what it changed under the
operation, and answers whom it left as they were, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from nimbus.access.who import Who
from nimbus.db.door import Tx
from nimbus.operations.operation import Operation
from nimbus.problems import Problem, invalid

Outcome = Literal["unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Left:
    """A contact that a batch did not change: it was `unchanged`, since it is so already, or
    `failed`, for a `reason` of `REASONS`."""

    contact_id: UUID
    outcome: Outcome
    reason: str | None = None


class Options(BaseModel):
    """What an action has to be told, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class NoOptions(Options):
    """Nothing."""


Stored = Mapping[str, Any]
Apply = Callable[[Tx, Operation, Sequence[UUID], Stored], Iterable[Left]]
Fill = Callable[[Tx, Mapping[str, str]], Mapping[str, Any]]


def _nothing(tx: Tx, given: Mapping[str, str]) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do to many contacts.

    `scope`    who may
    `options`  the shape of what it has to be told
    `check`    reads the options for `who`, before anything is begun; answers them as they are kept,
               in JSON. Raises Problem that names the option
    `words`    the sentence, of the options and of whom it is about: “Tag 12 contacts with vip”
    `apply`    carries out a batch; answers those that it did not change
    `form`     the template of its options for people, in a dialog; None where there are none
    `fill`     what that template shows, of what somebody has chosen so far
    `shown`    which contacts it is for: those in the list or those in the trash
    `verb`     what its button says of `{}`; by default the label and whom
    """

    key: str
    label: str
    icon: str
    scope: str
    options: type[Options]
    check: Callable[[Tx, Who, Any], Stored]
    words: Callable[[Stored, str], str]
    apply: Apply
    form: str | None = None
    fill: Fill = _nothing
    shown: Literal["live", "deleted"] = "live"
    verb: str = ""
    is_danger: bool = False
    is_offered: bool = True

    def button(self, people: str) -> str:
        """“Tag 12 contacts”."""
        return (self.verb or f"{self.label} {{}}").format(people)


def refused(key: str, label: str, icon: str, scope: str, why: str) -> Action:
    """An action that this version cannot carry out: whoever asks is told why, and people are not
    offered it."""

    def check(tx: Tx, who: Who, given: Any) -> Stored:
        raise Problem("conflict", why, "action")

    return Action(
        key, label, icon, scope, NoOptions, check, lambda options, people: f"{label} {people}",
        lambda tx, operation, ids, options: (), is_offered=False,
    )  # fmt: skip


# Why a contact was left as it was, for people.
REASONS: dict[str, str] = {
    "not_found": "It is not here any more.",
    "in_trash": "It is in the trash.",
    "merged": "It was merged into another contact.",
    "other_client": "Another client of this workspace holds it.",
    "email_taken": "Another contact has its email by now.",
    "assigned_elsewhere": "Another client holds its email.",
    "opt_out": "Its owner has opted out of this platform.",
    "contact_limit": "The workspace is full.",
    "client_required": "Nobody holds it: say for which client it is claimed.",
    "not_on_list": "It is not on the list.",
    "required_field": "It would lose a field that this workspace requires.",
    "consent_protected": "This would loosen a consent or a refusal.",
}


_actions: dict[str, Action] = {}


def install(actions: Iterable[Action]) -> None:
    """The rooms' actions, in the order in which people see them; `rooms` installs them at start."""
    _actions.clear()
    _actions.update({action.key: action for action in actions})


def actions() -> Sequence[Action]:
    return tuple(_actions.values())


def action(key: str) -> Action:
    """Raises Problem that names the ones there are."""
    if key not in _actions:
        raise invalid(f"The action must be one of: {', '.join(_actions)}.", "action")
    return _actions[key]


def people(count: int) -> str:
    """“1 contact”, “12,481 contacts”."""
    return "1 contact" if count == 1 else f"{count:,} contacts"
