"""Whatever is wrong with a request, the answer has the article's shape and RFC 9457's members
(S3-47, S3-48, D-31)."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.types.json import Jsonb
from starlette.testclient import TestClient

from nimbus.app import create
from nimbus.settings import Settings
from nimbus.web.route import ApiRouter, Ask
from tests.conftest import Include, World
from tests.house.telling import is_problem

JSON = {"content-type": "application/json"}
KEY = b'{"name": "%s", "scopes": ["contacts:read"]}'
# Method, path, body and headers besides the key's; the status, the code and the field.
Wrong = tuple[str, str, bytes | None, dict[str, str], int, str, str | None]
MANY_OPTIONS = b'{"rename_options": {%s}}' % b", ".join(b'"%d": ""' % n for n in range(300))
WRONG: list[Wrong] = [
    ("GET", "/api", None, {}, 404, "not_found", None),
    ("GET", "/api/v1/nope/", None, {}, 404, "not_found", None),
    ("GET", "/api/v1/nope", None, {}, 404, "not_found", None),
    ("GET", "/api/v1/contacts/%ff/", None, {}, 404, "not_found", None),
    ("GET", "/api/v1/contacts/%00/", None, {}, 404, "not_found", None),
    ("GET", "/api/v1/contacts/%zz/", None, {}, 404, "not_found", None),
    ("GET", "/api/v1/clients/?foo=1", None, {}, 400, "validation_error", "foo"),
    ("DELETE", "/api/v1/keys/key_x/?foo=1", None, {}, 400, "validation_error", "foo"),
    ("GET", "/api/v1/imports/?page_size=1&page_size=2", None, {}, 400, "validation_error",
     "page_size"),
    ("GET", "/api/v1/suppressions/?created_after=0.5", None, {}, 400, "validation_error",
     "created_after"),
    ("POST", "/api/v1/contacts/search/", b'{"is_deleted": 0}', JSON, 400, "validation_error",
     "is_deleted"),
    ("POST", "/api/v1/clients/", b'{"name": "N", "priority": true}', JSON, 400, "validation_error",
     "priority"),
    ("POST", "/api/v1/contacts/upsert/", b'{"email": "a@b.co", "custom_fields": {"": 1}}', JSON,
     400, "validation_error", "custom_fields."),
    ("POST", "/api/v1/contacts/", b'{"email": "a@b.co", "email": "c@d.co"}', JSON, 400,
     "validation_error", "email"),
    ("POST", "/api/v1/contacts/bulk/", b'{"contacts": [{}, {"company": {"name": "a", "name": 1}}]}',
     JSON, 400, "validation_error", "contacts[1].company.name"),
    ("POST", "/api/v1/contacts/bulk/", b'{"contacts": [{"\\ud800\\u0000": 1, "\\ud800\\u0000": 1}'
     b"]}", JSON, 400, "validation_error", "contacts[0].??"),
    ("PATCH", "/api/v1/custom-fields/cf_01h455vb4pex5vsknk084sn02q/", MANY_OPTIONS, JSON, 400,
     "validation_error", "rename_options"),
    ("PATCH", "/api/v1/keys/", None, {}, 405, "method_not_allowed", None),
    ("POST", "/api/v1/keys/", b"{", JSON, 400, "validation_error", None),
    ("POST", "/api/v1/keys/", KEY % b"\xff", JSON, 400, "validation_error", None),
    ("POST", "/api/v1/keys/", b"[" * 100_000, JSON, 400, "validation_error", None),
    ("POST", "/api/v1/keys/", KEY % b"\\u0000", JSON, 400, "validation_error", "name"),
    ("POST", "/api/v1/keys/", KEY % b"\\ud800", JSON, 400, "validation_error", "name"),
    # Refused in words that would quote it.
    ("POST", "/api/v1/custom-fields/", b'{"name": "a", "field_type": "\\ud83d"}', JSON, 400,
     "validation_error", "field_type"),
    ("POST", "/api/v1/saved-views/", b'{"name": "a", "sort": "\\ud83d"}', JSON, 400,
     "validation_error", "sort"),
    ("POST", "/api/v1/clients/", b'{"name": "N", "name": "M"}', JSON, 400, "validation_error",
     "name"),
    ("GET", "/api/v1/contacts/?page_size=1&page_size=2", None, {}, 400, "validation_error",
     "page_size"),
    ("GET", "/api/v1/companies/?search=%00", None, {}, 400, "validation_error", "search"),
    ("POST", "/api/v1/auth/token/", b'{"email": "a@b.co", "password": "p", "workspace": ""}', JSON,
     400, "validation_error", "workspace"),
    ("POST", "/api/v1/keys/", b"{}", {"content-type": "text/plain"}, 400, "validation_error",
     "Content-Type"),
    ("POST", "/api/v1/clients/", b'{"name": "N", "foo": 1}', JSON, 400, "validation_error", "foo"),
    ("POST", "/api/v1/keys/", KEY % (b"x" * 5000), JSON, 413, "payload_too_large", None),
    ("POST", "/api/v1/auth/token/", b'{"email": "%s"}' % (b"x" * 3000), JSON, 413,
     "payload_too_large", None),
    ("POST", "/api/v1/imports/", b"x" * 5000, {"content-type": "multipart/form-data; boundary=x"},
     413, "payload_too_large", None),
    ("POST", "/api/v1/imports/", b"x", {"content-type": "multipart/form-data"}, 400,
     "validation_error", None),
    ("GET", "/api/v1/clients/", None, {"Authorization": "Bearer a.b\xff.c"}, 401,
     "authentication_required", None),
    ("GET", "/api/v1/clients/", None, {"Authorization": "Basic YTpi"}, 401,
     "authentication_required", None),
]  # fmt: skip


@pytest.fixture
def small(world: World) -> Any:
    """The application of an operator who takes little at once."""
    app = create(world.instance, Settings(data=world.instance.settings.data))
    app.user_middleware[0].kwargs.update(limit=170_000, body=150_000)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def test_every_refusal_has_the_one_shape(world: World, small: TestClient) -> None:
    wrong = []
    for method, path, body, given, status, code, field in WRONG:
        if status == 413:
            body = (body or b"") * 40
        answer = small.request(
            method, path, content=body,
            headers={
                **world.alice.headers,
                **{name: value.encode("latin-1") for name, value in given.items()},
            },
        )  # fmt: skip
        right = (
            answer.status_code == status
            and answer.headers["content-type"] == "application/problem+json"
            and "x-request-id" in answer.headers
            and is_problem(answer.json(), code, status)
            and answer.json()["error"]["field"] == field
        )
        if not right:
            wrong.append(f"{method} {path} {str(body)[:60]}: {answer.status_code} {answer.text}")
    assert wrong == []


def test_405_names_every_method_of_the_address(world: World, http: TestClient) -> None:
    for path, allowed in {
        "/api/v1/keys/": "GET, POST",
        "/api/v1/keys/key_x/": "DELETE",
        "/api/v1/icp-tier-rules/": "GET, PUT, DELETE",
        "/api/v1/openapi.json": "GET, HEAD",
        # These look like `/{id}/` and like `/{tag}/` too, which answer to other methods.
        "/api/v1/contacts/bulk/": "POST",
        "/api/v1/tags/a/references/": "GET",
    }.items():
        answer = http.request("TRACE", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed), path


def test_what_no_column_keeps_is_refused_by_the_name_of_its_member(
    world: World, http: TestClient, include: Include
) -> None:
    """Of a handler that writes whatever it is given; many put it right themselves."""
    careless = ApiRouter("/api/v1/careless", "careless")

    @careless.at("POST", "/", scope="contacts:write")
    def keep(ask: Ask, given: dict[str, Any]) -> dict[str, Any]:
        ask.tx.value("select %s::text", [given.get("text")])
        ask.tx.value("select %s::jsonb", [Jsonb(given)])
        return {}

    include(careless)
    told = {}
    for value in ('"fine"', '"a\\u0000b"', '"a\\ud800b"', "NaN", "-Infinity", "1e999"):
        for body in ('{"text": %s}', '{"deep": [{"er": %s}]}'):
            answer = http.post(
                "/api/v1/careless/", content=body % value, headers={**world.alice.headers, **JSON}
            )
            field = answer.json()["error"]["field"] if answer.status_code == 400 else None
            told[body, value] = answer.status_code, field
    for (body, value), found in told.items():
        named = "text" if "text" in body else "deep[0].er"
        assert found == ((200, None) if value == '"fine"' else (400, named)), (body, value)


def test_every_fault_of_a_body_is_told(http: TestClient, world: World) -> None:
    def refused(method: str, path: str, given: Any) -> tuple[Any, list[tuple[str | None, str]]]:
        answer = http.request(method, path, json=given, headers=world.alice.headers)
        assert answer.status_code == 400, answer.text
        told = answer.json()
        return told["error"], [(one["field"], one["message"]) for one in told["errors"]]

    first, faults = refused(
        "POST", "/api/v1/keys/", {"scopes": "contacts:read", "expires_at": "soon", "nope": 1}
    )
    assert faults[0] == (first["field"], first["message"])
    assert {field for field, _ in faults} == {"name", "scopes", "nope", *(
        field for field, _ in faults if field and field.startswith("expires"))}  # fmt: skip
    assert "errors" not in first, "they stand beside it"

    # One fault is told alone, as is what only our own rules know of.
    for given in ({"name": 1, "scopes": ["contacts:read"]}, {"name": "x", "scopes": ["nope"]}):
        first, faults = refused("POST", "/api/v1/keys/", given)
        assert faults == [(first["field"], first["message"])]
        assert "errors" not in first

    # However many there are.
    _, faults = refused("POST", "/api/v1/segments/", {f"nope{nth}": 1 for nth in range(80)})
    assert len(faults) == 50
    gone = http.get("/api/v1/keys/key_01h455vb4pex5vsknk084sn02q/", headers=world.alice.headers)
    assert "errors" not in gone.json()
