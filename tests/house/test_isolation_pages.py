"""No page, and nothing that Alice can read at all, tells of what is another workspace's (D-31)."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from starlette.responses import Response
from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.problems import Problem
from nimbus.web.route import Ask, PageRouter
from tests.conftest import Include, Person
from tests.house.conftest import Populated
from tests.house.kinds import fillings
from tests.house.openapi import Operation
from tests.house.telling import (
    NOWHERE,
    at,
    canaries_in,
    first,
    pages,
    pages_told_apart,
    read_by_alice,
    told_apart,
)
from tests.house.wall import tenant_tables


def test_a_foreign_id_on_a_page_answers_like_one_that_never_was(
    browser_of: Callable[[Person], TestClient], populated: Populated
) -> None:
    """The same page but for the id in its own address; forms (sent empty) likewise."""
    assert len([path for _, path, _ in pages() if "{" in path]) > 8
    assert pages_told_apart(browser_of(populated.world.alice), populated, pages()) == []


def test_no_page_shows_itself_without_a_login(http: TestClient) -> None:
    """Every page with a scope leads to the login page, ids or not."""
    wrong = []
    for method, path, _ in sorted(pages()):
        for address, params in fillings(path):
            answer = http.request(
                method, at(address, params, NOWHERE), headers={"sec-fetch-site": "same-origin"}
            )
            location = answer.headers.get("location", "")
            if answer.status_code != 303 or not location.startswith("/login?"):
                wrong.append(f"{method} {address}: {answer.status_code} {location}")
    assert wrong == []


def test_what_bob_may_not_see_no_page_shows_him(
    browser_of: Callable[[Person], TestClient], populated: Populated
) -> None:
    """403 on every page whose scope a viewer lacks; a form may be found incomplete before that."""
    bob = populated.world.bob
    browser = browser_of(bob)
    wrong, tried = [], 0
    for method, path, scope in sorted(pages()):
        if scope in bob.who.scopes:
            continue
        for address, params in fillings(path):
            answer = browser.request(method, at(address, params, first(populated.alices)))
            tried += 1
            if answer.status_code not in ((403,) if method == "GET" else (400, 403)):
                wrong.append(f"{method} {address}: {answer.status_code}")
    assert tried > 8
    assert wrong == []


def test_no_answer_carries_what_is_anothers(
    http: TestClient,
    api: list[Operation],
    browser_of: Callable[[Person], TestClient],
    populated: Populated,
) -> None:
    """Whatever Alice reads, over the API and on pages, no id and no word of Charlie's is in it."""
    answers = read_by_alice(http, api, browser_of(populated.world.alice), populated)
    assert canaries_in(answers, populated) == []
    assert sum("anna" in text.lower() for text in answers.values()) > 3


def test_the_statements_alone_keep_workspaces_apart(
    http: TestClient,
    api: list[Operation],
    browser_of: Callable[[Person], TestClient],
    populated: Populated,
) -> None:
    """The same with the wall taken down: row-level security is the wall, not the route, and every
    statement says itself which workspace it means (rule 13 of sql-rules.md)."""
    world = populated.world
    assert world.instance.logins.admin
    with psycopg.connect(world.instance.logins.admin) as connection:
        for table in tenant_tables(connection, partitions=False):
            connection.execute(f"alter policy tenant on {table} using (true)")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(distinct workspace_id) from contact") == 2
    browser = browser_of(world.alice)
    answers = read_by_alice(http, api, browser, populated)
    assert canaries_in(answers, populated) == []
    assert pages_told_apart(browser, populated, pages()) == []
    assert told_apart(http, api, populated) == []


def test_the_matrix_sees_a_leaking_page(
    include: Include, browser_of: Callable[[Person], TestClient], populated: Populated
) -> None:
    """One that shows whose a thing is, and one that answers to nobody's id."""
    charlies = first(populated.charlies)["cont"]
    leaky = PageRouter("/contacts")

    @leaky.at("GET", "/{id}/shadow", scope="contacts:read")
    def shadow(ask: Ask, id: str) -> Response:
        if id == charlies:
            raise Problem("forbidden", "Not yours.")
        raise ids.missing("cont")

    @leaky.at("GET", "/{id}/anything", scope="contacts:read")
    def anything(ask: Ask, id: str) -> Response:
        return Response("Hello")

    include(leaky)
    leaks = [
        ("GET", f"/contacts/{{id}}/{name}", "contacts:read") for name in ("shadow", "anything")
    ]
    told = pages_told_apart(browser_of(populated.world.alice), populated, leaks)
    assert [line.partition(":")[0] for line in told] == [
        "GET /contacts/{id}/anything, an unknown id",
        "GET /contacts/{id}/shadow, Charlie's",
        "GET /contacts/{id}/shadow, her own",
    ]
