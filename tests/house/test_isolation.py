"""Every operation of the API answers about another workspace's things exactly as about things
that never existed; the matrix makes itself from the OpenAPI document (D-31, G-50).

Each test goes over everything on one database and tells all it found at once.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from nimbus.access import SCOPES
from nimbus.db import ids
from nimbus.problems import Problem, invalid, not_found
from nimbus.web.route import ApiRouter, Ask
from tests.conftest import Include, World
from tests.house.conftest import Populated
from tests.house.kinds import Unknown, fillings, without_table
from tests.house.openapi import Operation, operations
from tests.house.telling import (
    NOWHERE,
    first,
    is_problem,
    latest,
    told_apart,
    without,
)

# Prefixes whose things have no table yet. Empty this as they come.
UNBORN: set[str] = set()


def test_every_kind_of_id_is_known() -> None:
    assert without_table() == UNBORN


def test_without_credentials_nothing_answers(http: TestClient, api: list[Operation]) -> None:
    """401 with the article's error object (S3-47), whatever else is wrong with the request."""
    wrong = []
    for operation in api:
        for path, asked in operation.requests(NOWHERE):
            for headers in ({}, {"Authorization": "Bearer nmb_nonsense"}):
                answer = http.request(**asked, headers=headers)
                if answer.status_code != 401 or not is_problem(
                    answer.json(), "authentication_required", 401
                ):
                    wrong.append(f"{operation.method} {path}: {answer.status_code} {answer.text}")
    assert wrong == []


def test_every_operation_names_its_scope(api: list[Operation]) -> None:
    assert [str(operation) for operation in api if operation.scope not in SCOPES] == []


def test_a_missing_scope_is_named_before_anything_is_looked_up(
    http: TestClient, api: list[Operation], populated: Populated
) -> None:
    """Bob may only read: 403 with the scope's name, the same for ids that are there and not."""
    wrong = []
    bob = populated.world.bob
    refused = [operation for operation in api if operation.scope not in bob.who.scopes]
    assert refused
    for operation in refused:
        for known in (NOWHERE, first(populated.alices), first(populated.charlies)):
            for path, asked in operation.requests(known):
                answer = http.request(**asked, headers=bob.headers)
                error = answer.json()["error"]
                if answer.status_code != 403 or error.get("scope") != operation.scope:
                    wrong.append(f"{operation.method} {path}: {answer.status_code} {answer.text}")
    assert wrong == []


def test_a_foreign_id_in_the_path_answers_like_one_that_never_was(
    http: TestClient, api: list[Operation], populated: Populated
) -> None:
    """The same status and the same bytes; and Alice's own id is found, so the request is sound."""
    assert told_apart(http, api, populated) == []


def test_a_foreign_id_in_a_query_or_body_answers_like_one_that_never_was(
    http: TestClient, api: list[Operation], populated: Populated
) -> None:
    """In an agency, where naming a client is allowed; but for the id itself, word for word."""
    wrong = []
    world = populated.world
    _become_agency(world)
    charlies, alices = first(populated.charlies), first(populated.alices)
    tried = 0
    for operation in api:
        for place in operation.places:
            path = next(operation.requests(alices))[0]
            # An agency must say which client is meant, whatever else the request is about.
            named = [
                (one, alices["client"]) for one in operation.places
                if one.kind == "client" and one.within == place.within
            ]  # fmt: skip
            never, foreign, own = (
                http.request(
                    **operation.request(path, *named, (place, known[place.kind])),
                    headers=world.alice.headers,
                )
                for known in (NOWHERE, charlies, alices)
            )
            tried += 1
            if without(foreign, charlies[place.kind]) != without(never, NOWHERE[place.kind]):
                wrong.append(f"{operation}, {place}: {foreign.text} is not {never.text}")
            if never.status_code < 400 and operation.method != "GET":
                wrong.append(f"{operation}, {place}: an unknown id is taken: {never.text}")
            if own.status_code >= 400:
                wrong.append(f"{operation}, {place}, her own: {own.status_code} {own.text}")
    assert tried > 5
    assert wrong == []


def test_a_foreign_field_in_a_filter_or_mapping_answers_like_one_that_never_was(
    http: TestClient, populated: Populated
) -> None:
    """Custom fields are named by name and by id inside of filters and mappings."""
    alice, charlies = populated.world.alice, first(populated.charlies)
    charlie = ids.read("cf", charlies["cf"])
    imported = latest(populated.alices)["imp"]
    wrong = []
    for never, foreign in (
        ("custom.nobodys_stage", "custom.charlies_stage"),
        (str(uuid.UUID(int=charlie.int ^ 1)), str(charlie)),
        (NOWHERE["cf"], charlies["cf"]),
    ):
        for method, url, body in (
            ("PUT", "/api/v1/icp-tier-rules/", _rules),
            ("PUT", f"/api/v1/imports/{imported}/mapping/", _mapping),
            ("POST", "/api/v1/field-mappings/", _saved_mapping),
        ):
            told = [
                without(http.request(method, url, json=body(name), headers=alice.headers), name)
                for name in (never, foreign)
            ]
            if told[0] != told[1] or told[0][0] < 400:
                wrong.append(f"{method} {url} with {foreign}: {told[1]} is not {told[0]}")
    assert wrong == []


# The tests of the tests: an application with a leak, and one with a parameter nobody knows.


def test_the_matrix_sees_a_leak(
    http: TestClient, app: FastAPI, include: Include, populated: Populated
) -> None:
    """Routes that answer otherwise for what is another's: by status, by words, by shape."""
    charlies = first(populated.charlies)["cont"]
    leaky = ApiRouter("/api/v1/contacts", "leaks")

    @leaky.at("GET", "/{id}/by-status/", scope="contacts:read")
    def by_status(ask: Ask, id: str) -> None:
        raise Problem("forbidden", "Not yours.") if id == charlies else ids.missing("cont")

    @leaky.at("DELETE", "/{id}/by-words/", scope="contacts:write")
    def by_words(ask: Ask, id: str) -> None:
        raise not_found("contact of yours") if id == charlies else ids.missing("cont")

    @leaky.at("PUT", "/{id}/by-shape/", scope="contacts:write")
    def by_shape(ask: Ask, id: str) -> None:
        raise invalid("There is no such contact.") if id != charlies else ids.missing("cont")

    include(leaky)
    leaks = [one for one in operations(app.openapi()) if "/by-" in one.path]
    told = "\n".join(told_apart(http, leaks, populated))
    for leak in leaks:
        assert f"{leak}, Charlie's" in told
    assert "by-shape/, an unknown id: 400" in told


@pytest.mark.parametrize("path", ["/api/v1/gadgets/{id}/", "/api/v1/contacts/{gadget_id}/"])
def test_a_parameter_of_an_unknown_kind_is_refused(path: str) -> None:
    with pytest.raises(Unknown, match="id"):
        fillings(path)


def test_an_unknown_id_in_a_body_is_refused() -> None:
    shape = {"type": "object", "properties": {"gadget_id": {"type": "string"}}}
    document = {
        "paths": {"/x/": {"post": {
            "operationId": "x", "requestBody": {"content": {"application/json": {"schema": shape}}}
        }}}
    }  # fmt: skip
    with pytest.raises(Unknown, match="gadget_id"):
        operations(document)


def _become_agency(world: World) -> None:
    workspace = world.alice.who.workspace_id
    with world.door.workspace(workspace) as tx:
        tx.run("update workspace set agency = true where id = %s", [workspace])


def _rules(field: str) -> dict[str, Any]:
    filter = {"field": field, "op": "contains", "value": "x"}
    return {"data": [{"name": "x", "tier": "A", "filter": filter}]}


def _mapping(field: str) -> dict[str, Any]:
    return {"mapping": {"Email": field}}


def _saved_mapping(field: str) -> dict[str, Any]:
    return {"name": "x", "columns": [{"header": "Email", "field": field}]}
