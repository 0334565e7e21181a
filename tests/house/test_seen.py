"""Nothing is overwritten unseen (G-41): of every thing that can be written, the reading answers an
ETag, and the writing refuses one that is not the present state's any more."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.house.conftest import Populated
from tests.house.openapi import Operation, operations
from tests.house.telling import latest

# What is no state that people write on: the answer to a question of an import that waits, and what
# can only be taken away, whatever it says, and the colour of a tag, which is all that is written.
WITHOUT = {"map_import", "delete_key", "delete_invitation", "delete_tag", "change_tag"}
STALE = '"ffffffffffff7fffbfffffffffffffff-0000000000000000"'
# Where one that the document allows would change nothing.
BODIES: dict[str, Any] = {
    "change_custom_field": {"display_label": "Other"},
    "replace_personalization": {"status": "failed"},
    "update_note": {"body": "other"},
    "update_task": {"title": "other"},
    "update_deal": {"name": "other"},
    "update_webhook": {"is_active": False},
    "update_contact": {"city": "Rome"},
    "change_company": {"industry": "Other"},
    "replace_required_fields": {"fields": ["email"]},
}


def writes(app: FastAPI) -> list[Operation]:
    return [
        one for one in operations(app.openapi())
        if one.method in ("PATCH", "PUT", "DELETE") and one.id not in WITHOUT
    ]  # fmt: skip


def test_every_write_says_so(app: FastAPI, http: TestClient) -> None:
    document = app.openapi()
    found = writes(app)
    assert len(found) > 20
    for one in found:
        methods = document["paths"][one.path]
        told = {parameter["name"] for parameter in methods[one.method.lower()]["parameters"]}
        assert "If-Match" in told, f"{one} does not take If-Match"
        assert "412" in methods[one.method.lower()]["responses"], one
        assert "ETag" in methods["get"]["responses"]["200"]["headers"], f"GET {one.path}"


def test_every_write_refuses_a_stale_state(
    app: FastAPI, http: TestClient, populated: Populated
) -> None:
    """A state that never was and one that was before the last change; that the present one is let
    through; and that whoever has it need not have it again."""
    headers, wrong = populated.world.alice.headers, []
    known = latest(populated.alices)
    for one in writes(app):
        body = BODIES.get(one.id, one.body)
        for path, asked in one.requests(known):
            if body is not None:
                asked["json"] = body
            read = http.get(path, headers=headers)
            assert read.status_code == 200, f"GET {path}: {read.text}"
            tag = read.headers["etag"]
            had = http.get(path, headers={**headers, "If-None-Match": tag})
            refused = http.request(**asked, headers={**headers, "If-Match": STALE})
            error = refused.json()["error"] if refused.content else {}
            if had.status_code != 304 or error.get("code") != "precondition_failed":
                wrong.append(f"{one}: {had.status_code}, {refused.status_code} {refused.text}")
            if one.method == "DELETE":
                continue
            let_in = http.request(**asked, headers={**headers, "If-Match": tag})
            after = http.get(path, headers=headers).headers["etag"]
            if let_in.status_code != 200 or let_in.headers.get("etag") != after:
                wrong.append(f"{one}: {let_in.status_code} {let_in.headers.get('etag')} {after}")
    assert wrong == []
