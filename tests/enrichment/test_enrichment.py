"""The cache of answers, the seal of provider keys, and the stage that says it cannot begin."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from psycopg.types.json import Jsonb

from nimbus.db.seal import Seal
from nimbus.db.secrets import Secrets
from nimbus.enrichment import cached, check_ready, providers
from nimbus.problems import Problem

SEAL = Seal([Secrets(b"one").fernet_key()])
OTHER = Seal([Secrets(b"two").fernet_key()])
WORKSPACE = UUID(int=1)


def put_key(tx, provider, position, api_key="secret-key"):
    tx.run(
        "insert into enrichment_provider_key "
        "(workspace_id, provider, position, ciphertext, created_by, created_at) "
        "values (%s, %s, %s, %s, 'Alice', %s)",
        [
            tx.workspace_id,
            provider,
            position,
            SEAL.close(tx.workspace_id, provider, api_key),
            tx.now,
        ],
    )


def put_answer(tx, key, provider, age):
    tx.run(
        "insert into enrichment_cache (workspace_id, email_key, provider, answer, fetched_at) "
        "values (%s, %s, %s, %s, %s)",
        [tx.workspace_id, key, provider, Jsonb({"title": provider}), tx.now - age],
    )


def test_without_a_provider_the_stage_says_what_can_be_done(world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert providers(tx) == []
        with pytest.raises(Problem) as paused:
            check_ready(tx)
    assert "no provider is configured" in paused.value.message
    assert "Resume without enrichment" in paused.value.message


def test_providers_are_asked_in_their_order_and_only_in_their_workspace(world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        put_key(tx, "clearbit", 2)
        put_key(tx, "apollo", 1)
        check_ready(tx)
        assert [one.provider for one in providers(tx)] == ["apollo", "clearbit"]
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert providers(tx) == []


def test_fresh_answers_are_found_by_email_and_stale_ones_are_not(world):
    fresh, edge, stale, unknown = (uuid4() for _ in range(4))
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        put_answer(tx, fresh, "apollo", timedelta(days=1))
        put_answer(tx, fresh, "clay", timedelta(days=2))
        put_answer(tx, edge, "apollo", timedelta(days=90))
        put_answer(tx, stale, "apollo", timedelta(days=90, seconds=1))
        found = cached(tx, [fresh, fresh, edge, stale, unknown])
        assert {key: [one.provider for one in answers] for key, answers in found.items()} == {
            fresh: ["apollo", "clay"],
            edge: ["apollo"],
        }
        assert all(one.is_fresh(tx.now) for answers in found.values() for one in answers)
        assert found[fresh][0].answer == {"title": "apollo"}
        assert cached(tx, []) == {}
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert cached(tx, [fresh]) == {}


def test_a_key_lies_sealed_in_its_row_and_is_read_back(world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        put_key(tx, "apollo", 1, "very-secret")
        stored = tx.value("select ciphertext from enrichment_provider_key where workspace_id = %s",
                          [tx.workspace_id])  # fmt: skip
        assert b"very-secret" not in stored
        assert SEAL.open(tx.workspace_id, "apollo", stored) == "very-secret"


@pytest.mark.parametrize(
    ("seal", "workspace", "provider"),
    [
        (SEAL, UUID(int=2), "apollo"),
        (SEAL, WORKSPACE, "clay"),
        (SEAL, WORKSPACE, "apol"),
        (OTHER, WORKSPACE, "apollo"),
    ],
)
def test_a_key_copied_to_another_row_or_instance_cannot_be_read(seal, workspace, provider):
    sealed = SEAL.close(WORKSPACE, "apollo", "lo-secret")
    with pytest.raises(Problem):
        seal.open(workspace, provider, sealed)


def test_a_changed_ciphertext_is_refused():
    sealed = bytearray(SEAL.close(WORKSPACE, "apollo", "secret"))
    sealed[30] ^= 1
    with pytest.raises(Problem):
        SEAL.open(WORKSPACE, "apollo", bytes(sealed))


def test_keys_can_be_replaced_one_by_one():
    old, new = Fernet.generate_key(), Fernet.generate_key()
    sealed = Seal([old]).close(WORKSPACE, "apollo", "ключ")
    assert Seal([new, old]).open(WORKSPACE, "apollo", sealed) == "ключ"
    with pytest.raises(Problem):
        Seal([new]).open(WORKSPACE, "apollo", sealed)
