"""The enriching stage of an import: whether it can begin (S1-33, S1-55)."""

from __future__ import annotations

from nimbus.db.door import Tx
from nimbus.enrichment.read import providers
from nimbus.problems import Problem


def check_ready(tx: Tx) -> None:
    """Raises Problem with the words under which the import pauses when nobody can be asked."""
    if not providers(tx):
        raise Problem(
            "unavailable",
            "Enrichment was asked for, but no provider is configured, and this version of Nimbus "
            "does not come with one yet. Resume without enrichment: the rows are imported with "
            "the columns of the file.",
        )
