"""Scoring by the calendar: rules that count days give other answers every day, and what people did
counts less with every day (D-30)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from nimbus.access.who import system
from nimbus.db.door import Tx
from nimbus.filters import Filter, leaves
from nimbus.jobs import Context, everywhere, task
from nimbus.scoring.fade import start_fading
from nimbus.scoring.read import models, tier_rules
from nimbus.scoring.rescore import start


@task("scoring.by_date", cron="17 2 * * *")
def rescore_by_date(context: Context) -> None:
    """Every night, everybody of the workspaces that have such rules, of others whoever did anything
    that still counts."""
    everywhere(context, _by_date)


def _by_date(tx: Tx) -> None:
    if asks_the_date(tx):
        start(tx, system(tx.workspace_id, "Scoring"), "Scores that depend on the date")
    else:
        start_fading(tx)


def asks_the_date(tx: Tx) -> bool:
    """Whether any rule of the workspace or of its clients compares with today."""
    return any(leaf.op.shape == "days" for filter in _filters(tx) for _, leaf in leaves(filter))


def _filters(tx: Tx) -> Iterator[Filter]:
    for client_id in [None, *_clients(tx)]:
        yield from (rule.filter for rule in tier_rules(tx, client_id))
    for current in models(tx):
        yield from (rule.filter for rule in current.filters)


def _clients(tx: Tx) -> list[UUID]:
    return tx.column("select id from client where workspace_id = %s", [tx.workspace_id])
