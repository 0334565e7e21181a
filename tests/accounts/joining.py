"""What the tests of people, invitations and links ask with."""

from __future__ import annotations

import re
from typing import Any

from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.operations.read import history
from tests.conftest import Person, World

HERE = "/settings/people"
OURS = {"sec-fetch-site": "same-origin"}
NEW = {"email": "dora@new.test", "role": "member"}


def shown(person: Person) -> str:
    assert person.who.id
    return ids.show("user", person.who.id)


def link_on(text: str, kind: str) -> str:
    [path] = set(re.findall(rf"http://testserver(/{kind}/[\w-]{{43}})", text))
    return str(path)


def invited(browser: TestClient, **form: str) -> str:
    sent = browser.post(HERE, data=NEW | form)
    assert sent.status_code == 303, sent.text
    return link_on(browser.get(sent.headers["location"]).text, "join")


def alone(http: TestClient) -> TestClient:
    """The same product in another browser."""
    return TestClient(http.app, follow_redirects=False, headers=OURS)


def role_of(world: World, email: str) -> str | None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        role: str | None = tx.value("select role from people() where email = %s", [email])
    return role


def kinds(world: World, thing: Any) -> list[str]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return [one.operation for one in history(tx, thing)]
