"""The same rows by five ways come to the same contacts, companies and assignments (G-17, G-34)."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import psycopg
from starlette.testclient import TestClient

from tests.conftest import Person, World
from tests.imports.test_run import bring
from tests.intake.messy import Row, as_file, as_objects, rows

CONTACTS = "/api/v1/contacts/"
FIELDS = {"seats": {"field_type": "number"}, "since": {"field_type": "date"},
          "plan": {"field_type": "dropdown", "options": ["Free", "Pro"]}}  # fmt: skip
# What differs from one time to the next.
OWN = {"id", "workspace_id", "company_id", "created_at", "updated_at", "assigned_until"}
State = dict[str, Any]


def test_five_ways_lead_to_one_state(
    world: World, http: TestClient, browser_of: Callable[[Person], TestClient]
) -> None:
    for name, more in FIELDS.items():
        made = {"name": name, **more}
        assert http.post("/api/v1/custom-fields/", json=made, headers=_key(world)).status_code < 300
    # What comes in one go may be many: a few hundred by file and by bulk create.
    people = rows(300)
    by_file = _by_file(world, people)
    everybody = {"contacts": as_objects(people)}
    told = http.post(f"{CONTACTS}bulk/?lenient=true", json=everybody, headers=_key(world)).json()
    assert told["meta"]["invalid"] == 3
    assert told["meta"]["created"] == len(by_file["contacts"]) > 200
    _same(_state_and_nothing_left(world), by_file)

    # One by one takes longer: a few of them, as a file of their own.
    people = rows(30)
    by_file = _by_file(world, people)
    for each in as_objects(people):
        answer = http.post(f"{CONTACTS}?lenient=true", json=each, headers=_key(world))
        assert answer.status_code in (200, 201, 400), answer.text
    _same(_state_and_nothing_left(world), by_file)

    upsert = f"{CONTACTS}upsert/?lenient=true&matching=external_id"
    known: set[str] = set()
    for each in as_objects(people):
        if each["external_id"] in known:
            del each["email"]  # The id says who is meant.
        answer = http.post(upsert, json=each, headers=_key(world))
        assert answer.status_code in (200, 201, 400), answer.text
        known |= {each["external_id"]} if answer.status_code < 400 else set()
    _same(_state_and_nothing_left(world), by_file)

    alice = browser_of(world.alice)
    for row in people:
        _typed(alice, row)
    _same(_state_and_nothing_left(world), by_file)


def _by_file(world: World, people: list[Row]) -> State:
    bring(world, as_file(people), mapping={path: _field(path) for path in people[0]})
    return _state_and_nothing_left(world)


def _typed(browser: TestClient, row: Row) -> None:
    """As somebody fills the form in, who clears what it marks and confirms who is here already."""
    filled, more = dict(row), {}
    for _ in range(3):
        sent = {"field": list(filled), "value": list(filled.values()), **more}
        answer = browser.post("/contacts/new", data=sent)
        if answer.status_code == 303:
            return
        page = unescape(answer.text)
        if answer.status_code == 409:
            assert "is here already" in page
            more = {"dedup_behavior": "update"}
        wrong = [path for path in filled if f'id="f-{path.replace(".", "-")}-error"' in page]
        assert wrong or more, page
        if "email" in wrong and answer.status_code == 400:
            return
        filled |= dict.fromkeys(wrong, "")
    raise AssertionError(filled)


def _field(path: str) -> str:
    return path.replace("custom_fields.", "custom.")


def _key(world: World) -> dict[str, str]:
    return world.alice.headers


def _same(found: State, wanted: State) -> None:
    for what, by_key in wanted.items():
        assert found[what].keys() == by_key.keys(), what
        for key, row in by_key.items():
            other = found[what][key]
            differing = {name: (other[name], row[name]) for name in row if other[name] != row[name]}
            assert not differing, (what, key, differing)


def _state_and_nothing_left(world: World) -> State:
    """The state, and then an empty workspace and registry for the next way."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        contacts = tx.rows(
            "select c.*, k.domain as company_domain, k.name_key as company_name, "
            "c.assigned_until > %s as assigned from contact c left join company k "
            "on k.workspace_id = c.workspace_id and k.id = c.company_id where c.workspace_id = %s",
            [tx.now, tx.workspace_id],
        )
        companies = tx.rows(
            "select k.* from company k where k.workspace_id = %s and exists (select from contact c "
            "where c.workspace_id = k.workspace_id and c.company_id = k.id)",
            [tx.workspace_id],
        )
    with psycopg.connect(world.instance.logins.migrate) as connection:
        held = connection.execute(
            "select a.email_key, a.client_id from client_assignment a "
            "join global_contact g on g.email_key = a.email_key"
        ).fetchall()
        connection.execute(
            "truncate contact, company, client_assignment, past_assignment, global_contact cascade"
        )
    return {
        "contacts": {row["email"]: _without(row) for row in contacts},
        "companies": {row["domain"] or row["name_key"]: _without(row) for row in companies},
        "held": {str(key): {"client": client} for key, client in held},
    }


def _without(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in OWN}
    return {name: sorted(v) if isinstance(v, list) else v for name, v in kept.items()}
