"""Deals: what a contact may buy, and whether they did (S2-31).

A stage has any name; `won` and `lost` are the two that end a deal.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.engagement import noun
from nimbus.engagement.noun import Noun, Row
from nimbus.operations import Operation

DEAL = Noun("deal", "deal", ("name", "stage", "amount", "currency", "closed_at"))
ENDS = {"won": "deal_won", "lost": "deal_lost"}


def create_deal(tx: Tx, who: Who, contact_id: UUID, values: dict[str, Any], through: str) -> Row:
    """One that has ended already ends at once."""
    values = _settled(tx, _exact(values))
    operation, row = noun.create(tx, who, DEAL, contact_id, values, through)
    _tell(tx, operation, row, "deal_created")
    _tell_end(tx, operation, row, was=None)
    return row


def change_deal(tx: Tx, who: Who, id: UUID, values: dict[str, Any], through: str) -> Row:
    """Raises Problem(not_found)."""
    old, values = noun.one(tx, DEAL, id, to_change=True), _exact(values)
    if values.get("stage") not in (None, old["stage"]):
        values = _settled(tx, values)
    operation, row = noun.change(tx, who, DEAL, old, values, through)
    if operation:
        _tell_end(tx, operation, row, was=old["stage"])
    return row


def _exact(values: dict[str, Any]) -> dict[str, Any]:
    """An amount is money: two decimals."""
    if values.get("amount") is None:
        return values
    return {**values, "amount": round(Decimal(repr(values["amount"])), 2)}


def _settled(tx: Tx, values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "closed_at": tx.now if values["stage"] in ENDS else None}


def _tell_end(tx: Tx, operation: Operation, row: Row, was: str | None) -> None:
    if row["stage"] in ENDS and row["stage"] != was:
        _tell(tx, operation, row, ENDS[row["stage"]])


def _tell(tx: Tx, operation: Operation, row: Row, type: str) -> None:
    amount = row["amount"]
    data = {"name": row["name"], "currency": row["currency"],
            "amount": None if amount is None else float(amount)}  # fmt: skip
    noun.tell(tx, operation, DEAL, row, type, data)
