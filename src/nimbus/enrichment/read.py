"""Which providers a workspace can ask, and what they have answered already."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from nimbus.db.door import Tx
from nimbus.enrichment.provider import FRESH_FOR, Answer, Provider


def providers(tx: Tx) -> list[Provider]:
    """The providers with a key, in the order in which they are asked."""
    return tx.all(
        Provider,
        """
        select id, provider, position, created_by, created_at
        from enrichment_provider_key
        where workspace_id = %s
        order by position, id
        """,
        [tx.workspace_id],
    )


def answered(tx: Tx, email_key: UUID) -> list[Answer]:
    """What providers have said of an email, however long ago; the latest first."""
    return tx.all(
        Answer,
        """
        select c.email_key, c.provider, c.answer, c.fetched_at
        from enrichment_cache c
        where c.workspace_id = %s and c.email_key = %s
        order by c.fetched_at desc, c.provider
        """,
        [tx.workspace_id, email_key],
    )


def cached(tx: Tx, email_keys: Collection[UUID]) -> dict[UUID, list[Answer]]:
    """The fresh answers for these emails; one that has some costs no credit (S1-39, S0-74)."""
    answers = tx.all(
        Answer,
        """
        select c.email_key, c.provider, c.answer, c.fetched_at
        from unnest(%s::uuid[]) as k (key)
        join enrichment_cache c on c.workspace_id = %s and c.email_key = k.key
        where c.fetched_at >= %s
        order by c.email_key, c.provider
        """,
        [sorted(set(email_keys)), tx.workspace_id, tx.now - FRESH_FOR],
    )
    found: dict[UUID, list[Answer]] = {}
    for answer in answers:
        found.setdefault(answer.email_key, []).append(answer)
    return found
