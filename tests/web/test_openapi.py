"""The OpenAPI document: what can be refused is said of each operation, in our own shape (S3-47)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.web.docs_words import LOOKED_UP, OPENLY, REFUSALS
from nimbus.web.openapi import PROBLEM_JSON, with_refusals
from tests.conftest import World

Document = dict[str, Any]


@pytest.fixture
def document(http: TestClient) -> Document:
    found: Document = http.get("/api/v1/openapi.json").json()
    return found


def operations(document: Document) -> dict[str, Document]:
    return {
        one["operationId"]: {**one, "path": path}
        for path, methods in document["paths"].items()
        for one in methods.values()
    }


def test_there_is_nothing_of_the_framework(document: Document) -> None:
    assert "HTTPValidationError" not in str(document)


def test_every_refusal_has_our_shape(document: Document) -> None:
    for id, one in operations(document).items():
        refusals = {status: a for status, a in one["responses"].items() if status >= "400"}
        needed = {"400", "5XX"} | ({"401", "403", "429"} if one["security"] else set())
        assert needed <= set(refusals) <= set(REFUSALS), id
        for status, answer in refusals.items():
            reference = {"$ref": "#/components/schemas/Problem"}
            assert answer["content"] == {PROBLEM_JSON: {"schema": reference}}, (id, status)


def test_what_an_operation_refuses_follows_from_what_it_reads(document: Document) -> None:
    found = operations(document)
    assert set(found) >= LOOKED_UP | OPENLY.keys()
    told = {id: {s for s in one["responses"] if s >= "400"} for id, one in found.items()}
    always = {"400", "401", "403", "429", "5XX"}
    writes = always | {"409", "422"}
    assert told["get_workspace"] == told["list_clients"] == told["list_contacts"] == always
    assert told["create_token"] == always - {"403"} | {"404", "413"}
    assert told["list_contact_references"] == always | {"404"}
    assert told["delete_key"] == writes | {"404"}
    assert told["create_client"] == writes | {"413"}
    assert told["replace_scoring_model"] == writes | {"404", "412", "413"}


def test_a_second_time_changes_nothing(document: Document) -> None:
    before = str(document)
    assert str(with_refusals(document)) == before


def test_a_refusal_is_as_it_is_documented(
    http: TestClient, document: Document, world: World
) -> None:
    schema = document["components"]["schemas"]["Problem"]
    answers = [
        http.get("/api/v1/workspace/"),
        http.post("/api/v1/keys/", json={}, headers=world.alice.headers),
        http.post("/api/v1/clients/", json={"name": "N"}, headers=world.alice.headers),
        http.post("/api/v1/clients/", json={"name": "N"}, headers=world.bob.headers),
        http.get("/api/v1/imports/imp_x/", headers=world.alice.headers),
    ]
    assert [answer.status_code for answer in answers] == [401, 400, 409, 403, 404]
    for answer in answers:
        assert answer.headers["content-type"] == PROBLEM_JSON
        told = answer.json()
        faults = {"errors"} if told["error"]["code"] == "validation_error" else set()
        assert set(told) == set(schema["required"]) | faults
        assert set(schema["properties"]) == set(schema["required"]) | {"errors"}
        error = schema["properties"]["error"]
        assert set(error["required"]) <= set(told["error"])
        assert told["error"]["code"] in error["properties"]["code"]["enum"]


def test_the_page_tells_the_refusals_apart_from_the_answers(http: TestClient) -> None:
    page = http.get("/api/v1/docs/workspace").text
    begin = page.index('<section class="card" id="create_client"')
    section = page[begin : page.index("</section>", begin)]
    answers, refusals = section.split("Refusals")
    assert ">201</span>" in answers
    assert ">4" not in answers[answers.index("<h3>Answers") :]
    for status in ("400", "401", "403", "409", "413", "5XX"):
        assert f">{status}</span>" in refusals


# The header of a body


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "text/plain", None])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/clients/", b'{"name": "Northwind"}'),
        ("PUT", "/api/v1/icp-tier-rules/", b'{"data": []}'),
        ("POST", "/api/v1/imports/imp_x/resume/", b'{"enrich": false}'),
    ],
)
def test_json_of_another_type_is_told_which_header_to_send(
    world: World, http: TestClient, method: str, path: str, body: bytes, media: str | None
) -> None:
    headers = {**world.alice.headers, **({"content-type": media} if media else {})}
    answer = http.request(method, path, content=body, headers=headers)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == ("validation_error", "Content-Type")
    assert "Content-Type: application/json" in error["message"]
    assert (media or "without a type") in error["message"]


def test_json_by_any_of_its_names_and_no_body_at_all_are_read(
    world: World, http: TestClient
) -> None:
    for media in ("application/json; charset=utf-8", "Application/JSON", "application/x+json"):
        headers = {**world.alice.headers, "content-type": media}
        answer = http.put("/api/v1/icp-tier-rules/", content=b'{"data": []}', headers=headers)
        assert answer.status_code == 200, (media, answer.text)
    nobody = http.post("/api/v1/imports/imp_x/resume/", headers=world.alice.headers)
    assert nobody.status_code == 404, "the body is optional there"


def test_every_form_of_the_api_refuses_parts_that_it_does_not_know(
    world: World, http: TestClient, document: Document
) -> None:
    media = "multipart/form-data"
    forms = [
        one for one in operations(document).values()
        if media in one.get("requestBody", {}).get("content", {})
    ]  # fmt: skip
    assert forms
    for one in forms:
        answer = http.post(one["path"], files={"foo": ("x.csv", b"x")}, headers=world.alice.headers)
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, "foo")


def test_what_a_form_needs_is_told_to_nobody_who_may_not_send_it(
    world: World, http: TestClient
) -> None:
    answer = http.post("/api/v1/imports/", data={"foo": "x"}, headers=world.bob.headers)
    assert answer.status_code == 403


def test_a_file_in_json_is_told_to_come_as_a_form(world: World, http: TestClient) -> None:
    answer = http.post("/api/v1/imports/", json={"file": "x"}, headers=world.alice.headers)
    assert answer.status_code == 400
    assert "Content-Type: multipart/form-data" in answer.json()["error"]["message"]


def test_every_body_in_json_refuses_members_that_it_does_not_know(document: Document) -> None:
    """What is spelt wrong would be as if it were not there."""
    schemas = document["components"]["schemas"]
    bodies = [
        one["requestBody"]["content"]["application/json"]["schema"]
        for one in operations(document).values()
        if "application/json" in one.get("requestBody", {}).get("content", {})
    ]
    left, found = _named(bodies), set[str]()
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left |= _named(schemas[name])
    assert len(found) > 10
    # A row of a bulk that has others is refused by itself, within an answer of 200.
    assert [
        name for name in sorted(found)
        if "properties" in schemas[name] and schemas[name].get("additionalProperties") is not False
    ] == ["ContactRow"]  # fmt: skip


def _named(data: object) -> set[str]:
    return set(re.findall(r"#/components/schemas/([^'\"]+)", str(data)))
