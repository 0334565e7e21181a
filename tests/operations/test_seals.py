"""The log under seal: tampering is found in each way, and an honest log is sound, also after an
erasure (G-49)."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import psycopg
import pytest
from starlette.testclient import TestClient

from nimbus import operations
from nimbus.access.who import system
from nimbus.db import ids
from nimbus.jobs import Context
from nimbus.operations import heads, sealing, verifying
from nimbus.operations.operation import log
from nimbus.operations.seal import Head
from nimbus.operations.verifying import Verdict
from tests.conftest import World
from tests.contacts.editing import Api


def pause() -> None:
    """Ids are made of milliseconds, and what was written in the present one is not sealed yet."""
    time.sleep(0.005)


class Log:
    """The log of Alice's workspace: sealed, verified, and tampered with by the superuser."""

    def __init__(self, world: World) -> None:
        self.world, self.ws = world, world.alice.who.workspace_id
        self.key = world.instance.secrets.key("audit")

    def seal(self) -> int:
        pause()
        here = self.world.instance
        return sealing.seal_now(here.door, here.settings.data, self.key, self.ws)

    def verify(self, expected: Head | None = None) -> Verdict:
        here = self.world.instance
        return verifying.verify(here.door, here.settings.data, self.key, self.ws, expected)

    def found(self) -> list[tuple[str, int | None]]:
        return [(one.what, one.seal) for one in self.verify().findings]

    def tampered(self, *statements: str, **values: object) -> list[tuple[str, int | None]]:
        """What verifying finds after these statements, which are taken back then."""
        with psycopg.connect(self.world.instance.logins.admin or "", autocommit=True) as admin:
            tables = ("seal", "sealed_operation", "operation", "change")
            for table in tables:
                admin.execute(f"create table kept_{table} as table {table}")
            for statement in statements:
                done = admin.execute(statement, {"ws": self.ws, **values})
                assert done.rowcount > 0, statement
            found = self.found()
            for table in reversed(tables):
                admin.execute(f"delete from {table}")
            for table in tables:
                admin.execute(f"insert into {table} table kept_{table}")
                admin.execute(f"drop table kept_{table}")
        return found


def test_tampering_is_found_in_each_way(
    http: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST", 5)
    api, log_ = Api(http, world), Log(world)
    api.patch("ada", {"title": "CTO"})
    api("POST", "ada", "notes/", status=201, json={"body": "She likes cats."})
    api("DELETE", "bo", json={"deletion_reason": "Bo asked for it"})
    assert log_.verify().unsealed_changes > 5
    # A slow machine's worker may have sealed what was there before.
    assert log_.seal() + log_.verify().seals > 2, "more than five of them are several seals"
    api.patch("ada", {"title": "CEO"})
    assert (log_.seal(), log_.seal()) == (1, 0)
    api.patch("cy", {"title": "COO"})
    verdict = log_.verify()
    last = verdict.seals
    assert verdict.is_sound
    assert (verdict.unsealed_operations, verdict.unsealed_changes) == (1, 2), "title, score"
    assert verdict.head == verdict.known
    assert min(verdict.operations, verdict.changes) > 3

    ada = ids.read("cont", api.ids["ada"])
    change = "where workspace_id = %(ws)s and thing_id = %(ada)s and after ->> 'title' = 'CTO'"
    one_op = f"(select operation_id from change {change})"
    seal = f"workspace_id = %(ws)s and number = {last}"
    ways: dict[str, tuple[str, ...]] = {
        "change_altered": (f"update change set after = '{{\"title\": \"CFO\"}}' {change}",),
        "change_altered ": (f"update change set kind = 'created' {change}",),
        "change_altered  ": (f"update change set salt = gen_random_uuid() {change}",),
        "change_removed": (f"delete from change {change}",),
        "change_added": (
            "insert into change (workspace_id, id, operation_id, thing, thing_id, kind) "
            "select workspace_id, overlay(id::text placing 'ffff' from 33)::uuid, operation_id, "
            f"thing, thing_id, 'updated' from change {change}",
        ),
        "operation_altered": (
            f"update operation set actor_name = 'Charlie' where id = {one_op}",
        ),
        "operation_altered ": (
            "update operation set why = 'He was rude' where why = 'Bo asked for it'",
        ),
        "operation_removed": (
            f"delete from operation where id = {one_op}",
        ),
        "operation_added": (
            "insert into operation (workspace_id, id, kind, actor_kind, actor_name, through, at) "
            "select workspace_id, overlay(id::text placing 'ffff' from 33)::uuid, kind, actor_kind,"
            f" actor_name, through, at from operation where id = {one_op}",
        ),
        "value_removed": (
            "update change set before = null, after = null, salt = null, erased_digest = "
            "salted_digest(salt, coalesce(before::text, '') || E'\\n' || coalesce(after::text, ''))"
            f" {change}",
        ),
        "seal_altered": (f"update seal set changes = changes + 1 where {seal}",),
        "seal_altered ": (
            f"update sealed_operation set marks = '' where {seal}",
        ),
        "seal_altered  ": (
            f"update seal set digest = sha256(digest) where {seal}",
        ),
        "seal_removed": (
            "delete from seal where workspace_id = %(ws)s and number = 1",
        ),
        "chain_cut": (
            f"delete from seal where {seal}", f"delete from sealed_operation where {seal}",
        ),
    }  # fmt: skip
    for way, statements in ways.items():
        found = log_.tampered(*statements, ada=ada)
        assert found[0][0] == way.strip(), (way, found)
        assert {what for what, _ in found[1:]} <= {"chain_cut"}, (way, found)
    assert log_.verify().is_sound

    # Whoever cuts the end off and has it sealed anew is found out by the head that is known.
    with psycopg.connect(world.instance.logins.admin or "") as admin:
        for table in ("seal", "sealed_operation"):
            admin.execute(f"delete from {table} where {seal}", {"ws": log_.ws})
    assert log_.seal() == 1
    assert log_.found() == [("chain_cut", last)]
    known = heads.known(world.instance.settings.data, log_.ws)
    assert known == verdict.head, "the note stays"
    (world.instance.settings.data / heads.FOLDER / str(log_.ws)).unlink()
    assert log_.verify().is_sound
    assert [one.what for one in log_.verify(known).findings] == ["chain_cut"]
    other = verifying.verify(world.door, world.instance.settings.data, b"x" * 32, log_.ws)
    assert {one.what for one in other.findings} == {"seal_altered"}, "another instance's secrets"


def test_an_erasure_leaves_the_seals_sound(http: TestClient, world: World) -> None:
    api, log_ = Api(http, world), Log(world)
    api.patch("bo", {"title": "CTO"})
    note = api("POST", "bo", "notes/", status=201, json={"body": "Bo likes cats."}).json()["id"]
    http.patch(f"/api/v1/notes/{note}/", json={"body": "Bo likes dogs."},
               headers=world.alice.headers)  # fmt: skip
    api("POST", "bo", "deals/", status=201, json={"name": "Bo buys it"})
    api("POST", "bo", "calls/", status=201, json={"direction": "outbound"})
    api("PUT", "bo", "personalization/", json={"status": "ready", "lines": {"ps": "Hi Bo"}})
    api("POST", "ada", "deals/", status=201, json={"name": "Ada buys it"})
    api("DELETE", "bo", json={"deletion_reason": "Bo asked for it"})
    log_.seal()
    api("DELETE", "bo", params={"hard": "true"})
    assert log_.found() == []
    with world.door.workspace(log_.ws) as tx:
        gone = tx.rows(
            "select thing, before, after, salt from change where erased_digest is not null"
        )
        assert tx.value("select after ->> 'name' from change where thing = 'deal' "
                        "and after is not null") == "Ada buys it"  # fmt: skip
        whys = tx.rows("select why, salt from operation where erased_digest is not null")
    assert {one["thing"] for one in gone} == {"contact", "note", "deal", "personalization"}
    assert {(one["before"], one["after"], one["salt"]) for one in gone} == {(None, None, None)}
    assert whys == [{"why": None, "salt": None}]
    log_.seal()
    verdict = log_.verify()
    assert (verdict.is_sound, verdict.unsealed_changes) == (True, 0)

    # What is left of the values guards them: nothing else can be put in their place.
    back = (
        "update change set after = '{}', salt = gen_random_uuid() where erased_digest is not null"
    )
    assert {what for what, _ in log_.tampered(back)} == {"value_removed"}
    digest = "update change set erased_digest = sha256('') where erased_digest is not null"
    assert {what for what, _ in log_.tampered(digest)} == {"change_altered"}
    whose = "update change set kind = 'updated' where kind = 'erased'"
    assert {what for what, _ in log_.tampered(whose)} == {"change_altered", "value_removed"}


def test_the_application_can_only_add_to_the_log(world: World) -> None:
    """But for the values of who was erased (tests/contacts/test_api_erase.py)."""
    log_ = Log(world)
    for table in ("change", "operation", "seal", "sealed_operation"):
        for words in (f"update {table} set workspace_id = workspace_id", f"delete from {table}",
                      f"truncate {table}", f"select from {table} for update"):  # fmt: skip
            with (
                world.door.workspace(log_.ws) as tx,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                tx.run(words)  # type: ignore[arg-type]


def test_what_is_being_written_is_sealed_once_it_is_committed(world: World) -> None:
    """A change that is committed late has an early id: nothing is sealed over its head."""
    log_ = Log(world)
    who = system(log_.ws)
    with world.door.workspace(log_.ws) as tx:
        operation = operations.start(tx, who, "test", "cli")
        log(tx, operation, "test", uuid.uuid4(), "updated", {"a": 1}, {"a": 2})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sealing, "PATIENCE", 0.2)
            assert sealing.settled(world.door, sealing.MARGIN) is None
    assert log_.seal() == 1
    with world.door.workspace(log_.ws) as tx:
        log(tx, operation, "test", uuid.uuid4(), "updated", {"a": 2}, {"a": 3})
    pause()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "MARGIN", timedelta())
        sealing.seal_all.run(Context(world.instance, None))
    verdict = log_.verify()
    assert (verdict.is_sound, verdict.seals) == (True, 2), "one that goes on has a further seal"
    charlies = verifying.verify(
        world.door, world.instance.settings.data, log_.key, world.charlie.who.workspace_id
    )
    assert (charlies.seals, charlies.known) == (1, charlies.head), "the job seals every workspace"
