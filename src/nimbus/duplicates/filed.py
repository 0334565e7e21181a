"""Who is filed under which keys, and the blocks of those who share one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates.keys import MOST, keys
from nimbus.duplicates.person import Person

_SQL = beside(__file__, "filed.sql")


@dataclass(frozen=True, slots=True)
class Block:
    """Who shares a key; `number` is its place in a scan."""

    key: int
    contacts: tuple[UUID, ...]
    number: int = 0


def file(tx: Tx, people: Sequence[Person]) -> frozenset[int]:
    """File people under their keys; answers all of these."""
    filed = [keys(one) for one in people]
    write(tx, [one.id for one in people], [written(own, salt(tx)) for own in filed])
    return frozenset().union(*filed)


def written(own: Iterable[int], salt: int) -> str:
    """Keys of a contact as its row has them."""
    return "{" + ",".join(str(key) for key in sorted(key ^ salt for key in own)) + "}"


def write(tx: Tx, contacts: Sequence[UUID], written: Sequence[str]) -> None:
    values = {"workspace": tx.workspace_id, "contacts": contacts, "written": written}
    tx.run(_SQL["file"], values)


def sharing(tx: Tx, wanted: Iterable[int]) -> list[Block]:
    """The blocks of these keys that have two people or more, and not too many."""
    own = salt(tx)
    stored = sorted(key ^ own for key in wanted)
    rows = tx.rows(_SQL["sharing"], {"workspace": tx.workspace_id, "keys": stored, "most": MOST})
    found = [Block(row["key"] ^ own, tuple(row["contacts"])) for row in rows]
    return [block for block in found if len(block.contacts) <= MOST]


def make_blocks(tx: Tx) -> int:
    """The blocks of the whole workspace, numbered; answers the last number."""
    # A sort of some hundred megabytes at a million contacts: in memory as far as it is reasonable.
    tx.run("set local work_mem = '64MB'")
    values = {"workspace": tx.workspace_id, "most": MOST}
    for name in ("clear_blocks", "block"):
        tx.run(_SQL[name], values)
    last: int = tx.value(_SQL["last_block"], values)
    return last


def blocks(tx: Tx, after: int, size: int) -> list[Block]:
    values = {"workspace": tx.workspace_id, "after": after, "size": size}
    rows = tx.rows(_SQL["blocks"], values)
    own = salt(tx)
    return [Block(row["key"] ^ own, tuple(row["contacts"]), row["number"]) for row in rows]


def clear_blocks(tx: Tx) -> None:
    tx.run(_SQL["clear_blocks"], {"workspace": tx.workspace_id})


def forget(tx: Tx, contacts: Iterable[UUID]) -> None:
    tx.run(_SQL["forget"], {"workspace": tx.workspace_id, "contacts": list(contacts)})


def salt(tx: Tx) -> int:
    """What keys are stored with: one index serves all workspaces, and John Smith is in each."""
    return int.from_bytes(tx.workspace_id.bytes[8:], signed=True)
