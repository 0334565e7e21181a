"""What an answer tells beside a contact when it is asked for it: `?expand=company,owner`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query

from nimbus.accounts.client import clients
from nimbus.accounts.read import people
from nimbus.companies.company import Company
from nimbus.companies.company import shown as shown_company
from nimbus.companies.read import many
from nimbus.contacts.contact import Contact
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.identity.assignment import Held, history
from nimbus.problems import invalid

Row = Mapping[str, Any]


@dataclass(slots=True)
class Owner:
    id: str
    name: str
    email: str


@dataclass(slots=True)
class ClientOfContact:
    id: str
    name: str


@dataclass(slots=True)
class ScoreReason:
    """A rule that matched, by its number in the version of the model that gave the score and in
    words, and what it added to its component (G-30)."""

    rule: int
    component: str
    name: str
    sentence: str
    points: int
    model_id: str
    model_version: int


@dataclass(slots=True)
class TierReason:
    """The rule that gave the tier, and what it asks now: no sentence where it asks for a field that
    is gone. None where none matched, which is tier D, or where the rule is gone (G-30)."""

    id: str
    name: str
    version: int
    sentence: str | None


@dataclass(slots=True)
class Assignment:
    """One assignment of the contact's email to a client of this workspace, newest first (S0-59)."""

    client_id: str
    priority: int
    valid_from: datetime
    valid_until: datetime


@dataclass(slots=True)
class Expansion:
    """Only what was asked for is there."""

    company: Company | None = None
    owner: Owner | None = None
    client: ClientOfContact | None = None
    score_reasons: list[ScoreReason] | None = None
    tier_reason: TierReason | None = None
    assignments: list[Assignment] | None = None


@dataclass(slots=True)
class ExpandedContact(Contact):
    expanded: Expansion | None = None


IN_LISTS = ("company", "owner", "client")
OF_ONE = (*IN_LISTS, "score_reasons", "tier_reason", "assignments")


def _parameter(names: Sequence[str]) -> Any:
    one = f"({'|'.join(names)})"
    return Query(
        description=f"What to tell in `expanded`, with commas: {', '.join(names)}.",
        json_schema_extra={"pattern": f"^({one}(,{one})*)?$"},
    )


ExpandList = Annotated[str, _parameter(IN_LISTS)]
ExpandOne = Annotated[str, _parameter(OF_ONE)]

ScoreReasons = Callable[[Tx, Row], list[ScoreReason]]
TierReasons = Callable[[Tx, Row], TierReason | None]
_score_reasons: list[ScoreReasons] = []
_tier_reason: list[TierReasons] = []


def install(score_reasons: ScoreReasons, tier_reason: TierReasons) -> None:
    """Who explains a score, and a tier; `rooms` says so at start."""
    _score_reasons[:] = [score_reasons]
    _tier_reason[:] = [tier_reason]


def asked_for(expand: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """The names in a query parameter. Raises Problem that names it."""
    names = tuple(dict.fromkeys(name for name in expand.split(",") if name))
    for name in names:
        if name not in allowed:
            raise invalid(
                f"“{name[:40]}” cannot be expanded here. Allowed: {', '.join(allowed)}.", "expand"
            )
    return names


def expanded(
    tx: Tx, rows: Sequence[Row], contacts: Sequence[Contact], names: Sequence[str]
) -> Sequence[Contact] | list[dict[str, Any]]:
    """The contacts of these rows with what was asked for, each kind of thing read once for all."""
    if not names:
        return contacts
    found = [_MANY[name](tx, rows) for name in names]
    return [
        {member: getattr(contact, member) for member in Contact.__slots__}
        | {"expanded": dict(zip(names, told, strict=True))}
        for contact, *told in zip(contacts, *found, strict=True)
    ]


def _companies(tx: Tx, rows: Sequence[Row]) -> list[Any]:
    wanted = {row["company_id"] for row in rows if row["company_id"]}
    known = {row["id"]: shown_company(row) for row in many(tx, sorted(wanted))}
    return [known.get(row["company_id"]) for row in rows]


def _owners(tx: Tx, rows: Sequence[Row]) -> list[Any]:
    known = {
        person.user_id: Owner(ids.show("user", person.user_id), person.name, person.email)
        for person in people(tx)
    }
    return [known.get(row["owner_id"]) for row in rows]


def _clients(tx: Tx, rows: Sequence[Row]) -> list[Any]:
    known = {client.id: ClientOfContact(client.shown_id, client.name) for client in clients(tx)}
    return [known.get(row["client_id"]) for row in rows]


def _reasons(tx: Tx, rows: Sequence[Row]) -> list[Any]:
    return [[reason for explain in _score_reasons for reason in explain(tx, row)] for row in rows]


def _tiers(tx: Tx, rows: Sequence[Row]) -> list[Any]:
    return [next((explain(tx, row) for explain in _tier_reason), None) for row in rows]


def _assignments(tx: Tx, rows: Sequence[Row]) -> list[Any]:
    """Of one contact: the registry is asked key by key."""
    return [[_assignment(held) for held in history(tx, row["email_key"])] for row in rows]


def _assignment(held: Held) -> Assignment:
    client = ids.show("client", held.client_id)
    return Assignment(client, held.priority, held.valid_from, held.valid_until)


_MANY: dict[str, Callable[[Tx, Sequence[Row]], list[Any]]] = {
    "company": _companies, "owner": _owners, "client": _clients,
    "score_reasons": _reasons, "tier_reason": _tiers, "assignments": _assignments,
}  # fmt: skip
