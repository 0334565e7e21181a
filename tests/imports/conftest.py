"""What the tests of imports share: the API as a person calls it, and files to upload."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from nimbus.suppression import DOMAINS, add

PEOPLE = b"""Email,First name,Last name,Title,Company,Domain,Country
ada@kestrel-example.com,Ada,Keller,VP Sales,Kestrel,kestrel-example.com,Germany
bo@kestrel-example.com,Bo,Brandt,Account Executive,Kestrel,kestrel-example.com,Germany
BO@kestrel-example.com,Bodo,,,,,
not an email,Carl,Cole,,,,
,Dora,Dean,,,,
eve@rival-example.com,Eve,Ek,Analyst,Rival,rival-example.com,Sweden
"""
IMPORTS = "/api/v1/imports/"
COUNTS = ("imported", "updated", "skipped", "suppressed", "errored")


@pytest.fixture
def api(http, world):
    """`api(method, url, person, …)`: the status and the body."""

    def call(method: str, url: str, person: Any = world.alice, **more: Any) -> tuple[int, Any]:
        headers = (person.headers if person else {}) | more.pop("headers", {})
        answer = http.request(method, url, headers=headers, **more)
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.status_code, answer.json() if is_json else answer.text

    return call


@pytest.fixture
def upload(api, world):
    """`upload(data, person, mapping=…, …)` posts a file; dicts become JSON."""

    def post(
        data: bytes = PEOPLE, person: Any = world.alice, name: str = "people.csv", **fields: Any
    ) -> tuple[int, Any]:
        sent = {
            key: json.dumps(value) if isinstance(value, dict | list | bool) else value
            for key, value in fields.items()
        }
        return api("POST", IMPORTS, person, data=sent, files={"file": (name, io.BytesIO(data))})

    return post


@pytest.fixture
def import_of(api, upload, world):
    """Upload a file, run it, and answer what became of it."""

    def run(*given: Any, **fields: Any) -> Any:
        status, made = upload(*given, **fields)
        assert status == 202, made
        world.work()
        return api("GET", f"{IMPORTS}{made['id']}/")[1]

    return run


@pytest.fixture
def rival_is_suppressed(world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add(tx, world.alice.who, DOMAINS, ["rival-example.com"], reason="competitor", through="api")
