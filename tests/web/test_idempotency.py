"""A write with an `Idempotency-Key` is done once and answered the same, whatever happens between
(D-22, G-35)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from fastapi import FastAPI
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.access.keys import issue
from nimbus.app import create
from nimbus.db.door import TryAgain
from nimbus.jobs.daily import forget_answers
from nimbus.jobs.queue import Context
from nimbus.operations.operation import Changed
from nimbus.problems import Problem
from nimbus.web.route import ApiRouter, Ask
from tests.conftest import Include, Person, World

KEYS = "/api/v1/keys/"
WANTED = {"name": "Reporting", "scopes": ["contacts:read"]}


@pytest.fixture
def http(app: FastAPI) -> Iterator[TestClient]:
    """As everywhere, but our failures are answers here."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def send(http: TestClient, person: Person, key: str | None, **asked: Any) -> Any:
    asked = {"method": "POST", "url": KEYS, "json": WANTED, **asked}
    headers = {**person.headers, **({"Idempotency-Key": key} if key is not None else {})}
    return http.request(**asked, headers=headers)


def count(world: World, person: Person, table: str = "api_key") -> int:
    with world.door.workspace(person.who.workspace_id) as tx:
        return int(tx.value(f"select count(*) from {table}"))


def travel(**later: float) -> Any:
    return time_machine.travel(clock.now() + timedelta(**later))


def test_a_second_time_answers_what_the_first_did(world: World, http: TestClient) -> None:
    alice, charlie = world.alice, world.charlie
    first = send(http, alice, "k-1")
    assert (first.status_code, "idempotency-replayed" in first.headers) == (201, False)
    made = count(world, alice)
    with TestClient(create(world.instance)) as restarted:
        for client in (http, restarted):
            again = send(client, alice, "k-1")
            assert again.status_code == 201
            assert again.content == first.content
            assert again.headers["idempotency-replayed"] == "true"
            assert again.headers["content-type"] == first.headers["content-type"]
    assert count(world, alice) == made
    # The key counts for who sent it, and for the operation it was sent to.
    with world.door.workspace(alice.who.workspace_id) as tx:
        _, second_key = issue(tx, alice.who, "another")
    colleague = Person(alice.who, second_key, alice.client, alice.email)
    for other in (charlie, colleague):
        answer = send(http, other, "k-1")
        assert answer.status_code == 201
        assert answer.content != first.content
        assert "idempotency-replayed" not in answer.headers
    domains = {"domains": ["rival.example.com"], "reason": "competitor"}
    path = "/api/v1/suppression-domains/"
    assert send(http, alice, "k-1", url=path, json=domains).status_code == 201
    # Everything else of the request is what it must not differ in.
    for differing in ({"json": {**WANTED, "name": "Other"}}, {"url": KEYS, "json": None}):
        refused = send(http, alice, "k-1", **differing)
        assert refused.status_code in (400, 422)
    assert refused.status_code == 400, "without a body it never comes to the key"
    refused = send(http, alice, "k-1", json={**WANTED, "name": "Other"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "idempotency_key_reused")
    revoked = send(http, alice, "k-2", method="DELETE", url=f"{KEYS}{first.json()['id']}/")
    other = send(http, alice, "k-2", method="DELETE", url=f"{KEYS}{answer.json()['id']}/")
    gone = send(http, alice, "k-2", method="DELETE", url=f"{KEYS}{first.json()['id']}/")
    assert [one.status_code for one in (revoked, other, gone)] == [204, 422, 204]


def test_a_key_that_cannot_be_one_is_refused(world: World, http: TestClient) -> None:
    before = count(world, world.alice)
    for key in ("", "x" * 256, "a b", "schlüssel".encode()):
        answer = send(http, world.alice, key)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, "Idempotency-Key")
    twice = [*world.alice.headers.items(), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    assert http.post(KEYS, json=WANTED, headers=twice).status_code == 400
    assert count(world, world.alice) == before
    assert send(http, world.alice, "x" * 255).status_code == 201


def test_it_lasts_a_day_and_is_read_by_nobody_else(world: World, http: TestClient) -> None:
    alice = world.alice
    first = send(http, alice, "k")
    other = send(http, alice, "other")
    with psycopg.connect(world.instance.logins.admin or "") as connection:
        rows = connection.execute("select answer from idempotency_key").fetchall()
        assert first.json()["key"].encode() not in b"".join(row[0] for row in rows)
    with travel(hours=23, minutes=59):
        assert send(http, alice, "k").content == first.content
    with travel(hours=24, seconds=5):
        again = send(http, alice, "k")
        assert again.status_code == 201
        assert again.content != first.content
        assert send(http, alice, "k").content == again.content
    assert count(world, alice, "idempotency_key") == 2
    # An answer that is put into the place of another one is not given away.
    with psycopg.connect(world.instance.logins.admin or "") as connection:
        connection.execute(
            "update idempotency_key set answer = (select max(answer) from idempotency_key), "
            "created_at = now() - interval '1 hour'"
        )
    answers = [send(http, alice, key) for key in ("k", "other")]
    assert sorted(one.status_code for one in answers) == [201, 500]
    assert {one.content for one in answers} & {again.content, other.content}
    for hours, left in ((22, 2), (25, 0)):
        with travel(hours=hours):
            forget_answers.run(Context(world.instance, None))
        assert count(world, alice, "idempotency_key") == left


def test_a_form_is_the_same_whatever_its_boundary(world: World, http: TestClient) -> None:
    def bring(text: bytes, key: str = "form", **more: str) -> Any:
        return send(http, world.alice, key, url="/api/v1/imports/", json=None, data=more,
                    files={"file": ("people.csv", text)})  # fmt: skip

    people = b"Email\nada@example.com\n"
    first, again = bring(people), bring(people)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    assert first.content == again.content
    assert count(world, world.alice, "import_job") == 1
    assert bring(people + b"bob@example.com\n").status_code == 422
    assert bring(people, in_trash="restore").status_code == 422
    assert len(list(world.instance.files.glob("*/*"))) == 1


def test_what_failed_leaves_nothing_and_a_refusal_is_kept(
    world: World, http: TestClient, include: Include
) -> None:
    """Routes that write and then fail, in every way there is."""
    failing = ApiRouter("/api/v1/failing", "failing")
    ways: dict[str, Exception | None] = {
        "conflict": Problem("conflict", "Not like this."),
        "limited": Problem("rate_limited", "Too often.", retry_after=7),
        "away": Problem("unavailable", "Not now."),
        "bug": RuntimeError("a mistake of ours"),
        "quicker": TryAgain(),
        "never": TryAgain(),
    }
    runs: Counter[str] = Counter()

    @failing.at("POST", "/{way}/", scope="contacts:write", status=201)
    def fail(ask: Ask, way: str) -> dict[str, int]:
        runs[way] += 1
        ask.tx.run("insert into client (workspace_id, name) values (%s, %s)",
                   [ask.tx.workspace_id, f"{way} {runs[way]}"])  # fmt: skip
        assert not ask.tx.memory
        ask.tx.memory["read"] = True
        ask.tx.changes.append(Changed("contact", "updated", ()))
        if (runs[way] == 1 or way == "never") and (error := ways[way]):
            raise error
        return {"run": runs[way]}

    include(failing)
    statuses = {
        way: [send(http, world.alice, way, url=f"/api/v1/failing/{way}/", json=None) for _ in "abc"]
        for way in ways
    }
    told = {way: [one.status_code for one in answers] for way, answers in statuses.items()}
    assert told == {
        "conflict": [409, 409, 409],
        "limited": [429, 201, 201],
        "away": [503, 201, 201],
        "bug": [500, 201, 201],
        "quicker": [201, 201, 201],
        "never": [409, 409, 409],
    }
    tries = {"conflict": 1, "limited": 2, "away": 2, "bug": 2, "quicker": 2, "never": 120}
    assert runs == tries
    refused = statuses["conflict"]
    assert refused[0].content == refused[2].content
    assert refused[2].headers["content-type"] == "application/problem+json"
    assert all("x-request-id" in one.headers for answers in statuses.values() for one in answers)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        names = set(tx.column("select name from client where name <> 'Acme'"))
    assert names == {"limited 2", "away 2", "bug 2", "quicker 2"}


def test_fifty_at_once_are_one(world: World, http: TestClient) -> None:
    """50 calls × 4 keys of two workspaces, all at once, each again as it is told."""
    keys = [(person, key) for person in (world.alice, world.charlie) for key in ("a", "b")]
    before = {person.email: count(world, person) for person, _ in keys}
    waited: Counter[int] = Counter()

    def until_answered(person: Person, key: str) -> bytes:
        for _ in range(100):
            answer = send(http, person, key)
            waited[answer.status_code] += 1
            if answer.status_code == 201:
                return bytes(answer.content)
            assert (answer.status_code, answer.headers["retry-after"]) == (409, "1"), answer.text
            time.sleep(0.05)
        raise AssertionError("never answered")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(until_answered, *zip(*(keys * 50), strict=True)))
    per_key = [set(answers[nth::4]) for nth in range(4)]
    assert [len(found) for found in per_key] == [1, 1, 1, 1], waited
    assert len(set(answers)) == 4
    assert {person.email: count(world, person) for person, _ in keys} == {
        email: number + 2 for email, number in before.items()
    }


def test_writes_at_four_times_the_pool_all_come_through(world: World, http: TestClient) -> None:
    size = world.instance.settings.pool_size

    def write(nth: int) -> int:
        keyed = f"k-{nth}" if nth % 2 else None
        named = {**WANTED, "name": f"Key {nth}"}
        return int(send(http, world.alice, keyed, json=named).status_code)

    with ThreadPoolExecutor(4 * size) as pool:
        assert Counter(pool.map(write, range(4 * size))) == {201: 4 * size}
