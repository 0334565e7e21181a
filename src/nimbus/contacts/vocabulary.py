"""The words of a workspace: learnt after they are written, looked up when a search finds too little
by how words begin (S3-20, G-32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.filters.text import literal
from nimbus.operations.erasing import Person

_SQL = beside(__file__, "vocabulary.sql")

# So many contacts are learnt in one transaction.
STEP = 20_000
# A transaction that began earlier may still commit what it wrote then.
LATE = timedelta(minutes=5)
# What is not learnt yet is looked through up to so many contacts, the newest first.
NEWEST = 5_000
# A search goes on with so many words at most.
MOST_WORDS = 100
# Of shorter words too many are one error apart.
SHORTEST_WITH_TYPO = 4
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Near:
    """A word that was found; `has_part` tells one that holds what was typed from a mistyped one."""

    word: str
    has_part: bool


def learn_some(tx: Tx) -> bool:
    """Learn the words of the contacts that were changed next, and of the companies; whether there
    is more to learn."""
    after = _learnt(tx)
    values = {"workspace": tx.workspace_id, "after": after, "upto": tx.now, "step": STEP}
    if not tx.value(_SQL["behind"], values):
        return False
    bound: datetime | None = tx.value(_SQL["next"], values)
    tx.run(_SQL["learn"], {**values, "upto": bound or tx.now})
    tx.run(_SQL["mark"], {**values, "upto": bound or max(tx.now - LATE, after)})
    return bound is not None


def forget(tx: Tx) -> int:
    """Forget the words that nobody has any more; answers how many."""
    return tx.run(_SQL["forget"], {"workspace": tx.workspace_id})


def erase(tx: Tx, person: Person) -> None:
    """Forget what only this person is called (D-09)."""
    values = {"workspace": tx.workspace_id, "contacts": list(person.contacts)}
    tx.run(_SQL["forget_of"], values)


def near(tx: Tx, wanted: str) -> list[Near]:
    """The words that hold `wanted`, a folded word, and those one typing error away from it; the
    former and the shortest first."""
    half = len(wanted) // 2
    typos = len(wanted) >= SHORTEST_WITH_TYPO
    front, rear = literal(wanted[:half]), literal(wanted[half:][::-1])
    values = {
        "workspace": tx.workspace_id, "wanted": wanted, "part": f"%{literal(wanted)}%",
        "front": f"{front}%" if typos else "", "rear": f"{rear}%" if typos else "",
        "swapped": _swapped(wanted) if typos else [], "typos": typos, "learnt": _learnt(tx),
        "newest": NEWEST, "most": MOST_WORDS,
    }  # fmt: skip
    return tx.all(Near, _SQL["near"], values)


def _swapped(word: str) -> list[str]:
    """The word with two neighbouring letters swapped, at each place."""
    return [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        for at in range(len(word) - 1)
        if word[at] != word[at + 1]
    ]


def _learnt(tx: Tx) -> datetime:
    upto: datetime | None = tx.value(_SQL["learnt"], {"workspace": tx.workspace_id})
    return upto or _NEVER
