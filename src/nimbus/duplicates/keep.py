"""Keeping the pairs that were found, and taking away those that are none any more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates import filed
from nimbus.duplicates.find import Found
from nimbus.duplicates.person import Person
from nimbus.operations.erasing import Person as Erased

_SQL = beside(__file__, "keep.sql")

Pairs = dict[str, list[Any]]

# Which of what is known of a person stands behind a field that was compared.
_BEHIND: dict[str, tuple[str, ...]] = {
    "given": ("given", "family"), "family": ("given", "family"), "swapped": (), "namesakes": (),
    "generation": ("generation",), "email": ("email",), "company": ("firms", "firm_name"),
    "phone": ("phones",), "profile": ("handles",), "city": ("city",), "state": ("state",),
    "postcode": ("postcode",), "house": ("house",), "street": ("lines",), "line": ("lines",),
    "born": ("born",),
}  # fmt: skip


def keep(tx: Tx, pairs: Pairs) -> None:
    """Write the pairs, each once, new or known."""
    if pairs["ones"]:
        tx.run(_SQL["keep"], {**pairs, "workspace": tx.workspace_id, "now": tx.now})


def keep_all_of(tx: Tx, contacts: Sequence[UUID], found: Sequence[Found]) -> None:
    """Write the pairs, which are all that these contacts have now."""
    written = pairs(found)
    keep(tx, written)
    values = {**written, "workspace": tx.workspace_id, "contacts": list(contacts)}
    tx.run(_SQL["not_found_again"], values)


def drop_unseen(tx: Tx, since: datetime) -> int:
    """Take away open pairs that nobody has found since; answers how many."""
    return tx.run(_SQL["unseen"], {"workspace": tx.workspace_id, "since": since})


def erase(tx: Tx, person: Erased) -> None:
    """Nothing says any more with whom an erased person was taken for one."""
    tx.run(_SQL["erase"], {"workspace": tx.workspace_id, "contacts": list(person.contacts)})
    filed.forget(tx, person.contacts)


def matched(reasons: Iterable[dict[str, Any]], marks: dict[str, str]) -> dict[str, str]:
    """The marks of the fields that spoke for a pair."""
    spoke = {reason["field"] for reason in reasons if reason["weight"] > 0}
    return {field: mark for field, mark in marks.items() if field in spoke}


def pairs(found: Sequence[Found]) -> Pairs:
    """As they are written: by column, the older of each two first."""
    pairs = [_ordered(one) for one in found]
    return {
        "ones": [one.id for one, _, _ in pairs],
        "others": [other.id for _, other, _ in pairs],
        "scores": [found.likeness.score for _, _, found in pairs],
        "verdicts": [found.likeness.verdict for _, _, found in pairs],
        "reasons": [
            json.dumps([asdict(reason) for reason in found.likeness.reasons])
            for _, _, found in pairs
        ],
        "marks": [
            json.dumps({
                reason.field: _mark(one, other, reason.field)
                for reason in found.likeness.reasons if _BEHIND[reason.field]
            })
            for one, other, found in pairs
        ],
    }  # fmt: skip


def _ordered(found: Found) -> tuple[Person, Person, Found]:
    one, other = sorted((found.one, found.other), key=lambda person: person.id)
    return one, other, found


def _mark(one: Person, other: Person, field: str) -> str:
    """A digest of what both have in a field; the same as long as neither changes."""
    said = [_said(getattr(person, name)) for person in (one, other) for name in _BEHIND[field]]
    return blake2b(json.dumps(said).encode(), digest_size=8).hexdigest()


def _said(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value
