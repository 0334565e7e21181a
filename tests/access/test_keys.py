"""API keys: made, checked, limited to their maker's rights, revoked; only a hash is kept (D-33)."""

from __future__ import annotations

import re
from dataclasses import replace

import psycopg
import pytest

from nimbus.access import SCOPES, keys, scopes_of
from nimbus.problems import Problem
from tests.conftest import World


def test_a_key_has_a_prefix_and_a_checksum() -> None:
    key = keys.make()
    assert re.fullmatch(r"nmb_[0-9A-Za-z]{46}", key)
    assert keys.looks_right(key)
    assert keys.make() != key


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"),
        lambda key: key[:10] + ("0" if key[10] != "0" else "1") + key[11:],
        lambda key: key[4:],
        lambda key: key[:-1],
        lambda key: key + "0",
        lambda key: key.swapcase(),
        lambda key: "",
        lambda key: "nmb_" + "é" * 46,
    ],
)
def test_a_mistyped_key_is_refused_before_any_look_up(world: World, spoil) -> None:
    wrong = spoil(keys.make())
    assert not keys.looks_right(wrong)
    with pytest.raises(Problem) as refused:
        keys.identify(world.door, wrong)
    assert refused.value.code == "authentication_required"


def test_a_key_tells_who_asks(world: World) -> None:
    who = keys.identify(world.door, world.alice.key)
    assert who.kind == "key"
    assert who.workspace_id == world.alice.who.workspace_id
    assert who.scopes == frozenset(SCOPES)


def test_a_made_up_key_and_a_revoked_one_get_the_same_words(world: World) -> None:
    with pytest.raises(Problem) as unknown:
        keys.identify(world.door, keys.make())
    known = keys.identify(world.door, world.alice.key)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert keys.revoke(tx, known.id)
        assert not keys.revoke(tx, known.id), "it is revoked already"
    with pytest.raises(Problem) as revoked:
        keys.identify(world.door, world.alice.key)
    assert revoked.value.message == unknown.value.message


def test_another_workspace_cannot_revoke_it(world: World) -> None:
    known = keys.identify(world.door, world.alice.key)
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert not keys.revoke(tx, known.id)
    assert keys.identify(world.door, world.alice.key)


def test_a_key_has_at_most_its_makers_scopes(world: World) -> None:
    with world.door.workspace(world.bob.who.workspace_id) as tx:
        with pytest.raises(Problem) as refused:
            keys.issue(tx, world.bob.who, "Too much", ["contacts:read", "contacts:write"])
        assert (refused.value.code, refused.value.field) == ("forbidden", "scopes")
        with pytest.raises(Problem, match="no scope"):
            keys.issue(tx, world.alice.who, "Made up", ["contacts:fly"])
        with pytest.raises(Problem, match="at least one"):
            keys.issue(tx, world.alice.who, "Nothing", [])
        _, key = keys.issue(tx, world.bob.who, "All of Bob's")
    assert keys.identify(world.door, key).scopes == scopes_of("viewer")


def test_a_key_limited_to_a_client_makes_only_keys_limited_like_it(world: World) -> None:
    limited = replace(world.alice.who, client_id=world.alice.client.id)
    with world.door.workspace(limited.workspace_id) as tx:
        with pytest.raises(Problem) as refused:
            keys.issue(tx, limited, "Without a limit", ["contacts:read"])
        assert refused.value.field == "client_id"
        keys.issue(tx, limited, "With it", ["contacts:read"], limited.client_id)


def test_only_a_hash_of_the_key_is_stored(world: World) -> None:
    key = world.alice.key
    with psycopg.connect(world.instance.logins.admin or "") as connection:
        rows = connection.execute("select to_jsonb(k)::text, hash from api_key k").fetchall()
    assert keys.digest(key) in [row[1] for row in rows]
    assert not [text for text, _ in rows if key[4:-6] in text or key[4:20] in text]


def test_the_last_use_is_kept_to_the_quarter_of_an_hour(world: World, http) -> None:
    def used() -> object:
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            return tx.value(
                "select last_used_at from api_key where hash = %s", [keys.digest(world.alice.key)]
            )

    assert used() is None
    http.get("/api/v1/workspace/", headers=world.alice.headers)
    first = used()
    assert first is not None
    http.get("/api/v1/workspace/", headers=world.alice.headers)
    assert used() == first
