"""Exports: by the catalogue, safe in a spreadsheet, and nothing new when imported again (S0-66,
G-23, F-43, F-44, D-12)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from nimbus import clock, files
from nimbus.contacts.read import ContactList
from nimbus.db import ids
from nimbus.enrichment.personalization import put
from nimbus.exports import run, write
from nimbus.exports.export import Export
from nimbus.exports.read import find
from nimbus.fields import STANDARD
from nimbus.fields.formula import freed, guarded
from nimbus.fields.read import catalogue
from nimbus.jobs import Context, job
from nimbus.operations.erasing import Person, erase
from nimbus.segments.selection import freeze
from tests.conftest import World
from tests.contacts.contact_rows import add_company, add_contact
from tests.imports.test_run import bring
from tests.imports.undoing import companies, contacts

HERE = "/api/v1/exports/"
# What people write, and what programs make of it.
TEXTS = (
    '=HYPERLINK("http://x","y")',
    "+49 30 1234",
    "-1+2",
    "@sum(1)",
    "'quoted'",
    "''=x",
    "'=x",
    'a "b", c; d',
    "Žluťoučký 🐎",
    "NULL and void",
    "a|b",
    "#x",
    "O’Neil",
    "01/02/2026",
    "'",
)


@given(st.text(alphabet="'=+-@\t\r ab", max_size=8) | st.text())
def test_every_text_comes_back_from_its_cell(text: str) -> None:
    cell = guarded(text)
    assert freed(cell) == text
    assert cell[:1] not in set("=+-@\t\r")


class Api:
    def __init__(self, http: TestClient, world: World) -> None:
        self.http, self.headers = http, world.alice.headers

    def __call__(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = self.http.request(method, f"{HERE}{path}", headers=self.headers, **more)
        assert answer.status_code == status, answer.text
        return answer

    def make(self, status: int = 200, **body: Any) -> dict[str, Any]:
        made: dict[str, Any] = self("POST", "", status, json=body).json()
        return made


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


def crowd(world: World, http: TestClient, count: int) -> None:
    """People with every kind of value, of which some look like formulas, brought in by a file."""
    kinds = {"plan": ("dropdown", ["Pro", "+Plus", "Free, forever"]), "seats": ("number", []),
             "since": ("date", []), "vip": ("boolean", []), "notes": ("string", []),
             "uses": ("multi_select", ["=A", "B, and C", "D"])}  # fmt: skip
    for name, (kind, options) in kinds.items():
        body = {"name": name, "field_type": kind, "options": options}
        answer = http.post("/api/v1/custom-fields/", json=body, headers=world.alice.headers)
        assert answer.status_code == 201, answer.text
    chance, text = Random(7), io.StringIO()
    table = csv.writer(text)
    table.writerow(["Email", "First name", "Last name", "Job title", "Phone", "City", "Country",
                    "Tags", "Company name", "Company domain", "Employees", "Tech stack",
                    "Consent status", "LinkedIn URL", "plan", "seats", "since", "vip", "notes",
                    "uses"])  # fmt: skip
    for at in range(count):
        pick = lambda *of: chance.choice(("", *of))  # noqa: E731
        table.writerow([
            f"{chance.choice(('p', '+p', '-p', '=p'))}{at}@firm{at % 40}.example", pick(*TEXTS),
            pick(*TEXTS), pick(*TEXTS), pick("+49 30 901820", "(030) 12345", "-030 77"),
            pick(*TEXTS), pick("Germany", "FR", "United States"),
            pick("vip", "=now; +later", "a b", "-x, @y"), f"{TEXTS[at % 40 % len(TEXTS)]}{at % 40}",
            f"firm{at % 40}.example", str(at % 40 * 10), "Java; +C; =R",
            pick("opted in", "unknown"), pick(f"https://linkedin.com/in/p{at}"),
            pick("Pro", "+Plus", "Free, forever"), pick("-5", "1234.5", "0"),
            pick("2026-01-31", "1999-12-01"), pick("yes", "no"), pick(*TEXTS),
            pick("=A; D", "B, and C"),
        ])  # fmt: skip
    done = bring(world, text.getvalue())
    assert (done.status, done.imported) == ("complete", count), done.message


def test_a_file_that_is_imported_again_changes_nothing(
    api: Api, http: TestClient, world: World
) -> None:
    crowd(world, http, 300)
    # Who was parted from their company is not brought back to it by their email.
    some = http.get("/api/v1/contacts/?page_size=2", headers=world.alice.headers).json()["data"]
    for one in some:
        parted = http.patch(
            f"/api/v1/contacts/{one['id']}/", json={"company_domain": None},
            headers=world.alice.headers,
        )  # fmt: skip
        assert parted.json()["company"] is None
    before = contacts(world), companies(world)
    # All that can be exported, also what no import takes: those columns map to nothing.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        every = [one for one in catalogue(tx) if (not one.related and one.column) or one.beside]
        someone = ids.read("cont", some[0]["id"])
        lines = {"opening": "=Saw your talk", "ps": "Greetings"}
        written = {"status": "ready", "lines": lines, "source": "Research bot"}
        put(tx, world.alice.who, someone, written, "api")
    made = api.make(columns=[one.key for one in every])
    assert (made["status"], made["rows"]) == ("done", 300)
    data = api("GET", f"{made['id']}/file/").content
    manifest = api("GET", f"{made['id']}/manifest/").json()
    assert manifest["sha256"] == hashlib.sha256(data).hexdigest()
    assert (manifest["rows"], manifest["filter"]) == (300, "Everybody")

    # A spreadsheet works out nothing of it.
    header, *rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert manifest["columns"] == header
    numbers = {i for i, one in enumerate(every) if one.type.kind == "number"}
    assert all(
        cell[:1] not in set("=+-@\t\r")
        for row in rows for i, cell in enumerate(row) if i not in numbers
    )  # fmt: skip
    assert any(cell.startswith("'=HYPER") for row in rows for cell in row)

    with time_machine.travel(clock.now() + timedelta(hours=1)):
        done = bring(world, data)
    assert (done.status, done.total, done.unchanged) == ("complete", 300, 300), done.message
    assert (contacts(world), companies(world)) == before
    mapped = {one["field"] for one in done.mapping if one["field"]}
    importable = {one.key for one in STANDARD if one.importable and one.column}
    assert importable <= mapped
    assert not {one.key for one in every if not one.importable} & mapped

    # The same as lines of JSON, in which values have their types.
    made = api.make(
        columns=["email", "custom.seats", "tags", "client_id", "personalization.status",
                 "personalization.lines"], format="jsonl",
    )  # fmt: skip
    lines = api("GET", f"{made['id']}/file/").text.splitlines()
    people = {one["email"]: one for one in map(json.loads, lines)}
    assert len(people) == 300
    assert {type(one["custom.seats"]) for one in people.values()} == {int, float, type(None)}
    assert {one["client_id"] for one in people.values()} == {world.alice.client.shown_id}
    lines_of = {one["personalization.lines"] for one in people.values()}
    assert lines_of == {None, "opening: =Saw your talk\nps: Greetings"}
    statuses = Counter(one["personalization.status"] for one in people.values())
    assert statuses == {"ready": 1, "none": 299}


def test_who_is_in_the_file(api: Api, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        firm = add_company(tx, name="Acme", industry="Steel")
        ada = add_contact(tx, email="ada@acme.com", title="VP", company_id=firm)
        add_contact(tx, email="bo@acme.com", title="CEO")
        gone = add_contact(tx, email="gone@acme.com", title="VP", is_deleted=True)
    vps = {"field": "title", "op": "eq", "value": "VP"}
    wanted = ["company.industry", "email"]
    made = api.make(filter=vps, columns=wanted)
    assert (
        api("GET", f"{made['id']}/file/").text
        == "\ufeffCompany industry,Email\r\nSteel,ada@acme.com\r\n"
    )
    assert (made["words"], made["columns"], made["message"]) == (
        "Job title is “VP”",
        wanted,
        "1 contact",
    )
    # Whoever is in the trash is in no export, also when named (D-12).
    named = [ids.show("cont", one) for one in (ada, gone)]
    made = api.make(contact_ids=named, columns=["email"])
    assert (made["selected"], made["rows"]) == (2, 1)
    assert "1 that are gone" in made["message"]

    for body, field in (
        ({"columns": ["email", "nothing"]}, "columns[1]"),
        ({"columns": ["email", "email"]}, "columns[1]"),
        ({"columns": ["suppression.reason"]}, "columns[0]"),
        ({"contact_ids": named, "search": "x"}, "contact_ids"),
        ({"contact_ids": ["cont_01h455vb4pex5vsknk084sn02q"]}, "contact_ids[0]"),
    ):
        refused = api("POST", "", 400, json=body).json()["error"]
        assert refused["field"] == field, refused
    # Of another number than was expected there is no file (G-20).
    refused = api("POST", "", 409, json={"filter": vps, "expected_count": 2}).json()["error"]
    assert (refused["code"], refused["field"], refused["count"]) == (
        "conflict",
        "expected_count",
        1,
    )
    assert api.make(filter=vps, expected_count=1)["rows"] == 1


def test_no_header_is_a_formula_and_the_manifest_says_what_the_file_does(
    api: Api, http: TestClient, world: World
) -> None:
    label = '=HYPERLINK("https://evil.example")'
    body = {"name": "link", "field_type": "string", "display_label": label}
    made = http.post("/api/v1/custom-fields/", json=body, headers=world.alice.headers).json()
    bring(world, "Email,link\nada@acme.com,here\n")
    export = api.make(columns=["email", "custom.link"])
    data = api("GET", f"{export['id']}/file/").content
    [header, row] = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert (header, row) == (["Email", f"'{label}"], ["ada@acme.com", "here"])
    done = bring(world, data)
    assert (done.unchanged, [one for one in done.mapping if not one["field"]]) == (1, [])
    # The field has another name by now, and the file has not.
    path = f"/api/v1/custom-fields/{made['id']}/"
    renamed = http.patch(path, json={"display_label": "Link"}, headers=world.alice.headers)
    assert renamed.status_code == 200, renamed.text
    assert api("GET", f"{export['id']}/manifest/").json()["columns"] == header


def test_the_page_has_the_files(api: Api, world: World, browser_of: Any) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, email="ada@acme.com")
    browser = browser_of(world.alice)
    assert "No exports yet" in browser.get("/exports").text
    made, going = api.make(columns=["email"]), many(world, 1_001)
    page = browser.get("/exports").text
    for words in (made["name"], "Everybody", f"/exports/{made['id']}/file", "0 of 1,002"):
        assert words in page, words
    assert f"/exports/{going.shown_id}/file" not in page
    told = browser.get(f"/exports/{made['id']}/manifest")
    assert told.json()["rows"] == 1
    assert "attachment" in told.headers["content-disposition"]
    assert browser.post(f"/exports/{going.shown_id}/cancel").status_code == 303
    assert "Cancelled" in browser.get("/exports").text


def many(world: World, count: int) -> Export:
    """An export that a job writes."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            "insert into contact (workspace_id, email, email_domain, email_key, created_at, "
            "updated_at) select %s, 'p' || n || '@x.example', 'x.example', uuidv7(), %s, %s "
            "from generate_series(1, %s) as n", [tx.workspace_id, tx.now, tx.now, count],
        )  # fmt: skip
    return everybody(world)


def everybody(world: World) -> Export:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = freeze(tx, world.alice.who, ContactList(shown="live"))
        return write.export_selection(
            tx, world.instance, world.alice.who, found, ["email"], "csv", "web"
        )


def test_it_goes_on_from_where_it_was_killed(api: Api, world: World) -> None:
    made = many(world, 12_345)
    workspace = world.alice.who.workspace_id
    assert made.status == "queued"
    api("GET", f"{made.shown_id}/file/", 409)
    path = files.path_of(world.instance.files, workspace, made.file_id)
    with world.door.workspace(workspace) as tx:
        assert run.batch(tx, world.instance.files, made.id)
    # Killed after some more was written, before it was committed.
    with path.open("ab") as file:
        file.write(b"half a row")
    with world.door.workspace(workspace) as tx:
        assert run.batch(tx, world.instance.files, made.id)
    # With the power the end of the file may be lost as well: it begins anew.
    path.write_bytes(b"")
    world.work()
    shown = api("GET", f"{made.shown_id}/").json()
    assert (shown["status"], shown["rows"]) == ("done", 12_345), shown
    text = api("GET", f"{made.shown_id}/file/").content.decode("utf-8-sig")
    assert sorted(text.split()) == sorted(
        ["Email", *(f"p{at}@x.example" for at in range(1, 12_346))]
    )


def test_files_go_when_they_must(api: Api, world: World) -> None:
    """Cancelled, over, or with somebody in them who is erased: gone with their bytes."""
    made = many(world, 6_000)
    workspace = world.alice.who.workspace_id
    folder = world.instance.files
    with world.door.workspace(workspace) as tx:
        run.batch(tx, folder, made.id)
    assert api("POST", f"{made.shown_id}/cancel/").json()["status"] == "cancelled"
    assert api("POST", f"{made.shown_id}/cancel/", 409).json()["error"]["code"] == "conflict"
    with world.door.workspace(workspace) as tx:
        one, other = tx.column("select id from contact order by id limit 2")
    with_one = api.make(contact_ids=[ids.show("cont", one)])
    without = api.make(contact_ids=[ids.show("cont", other)])
    naming = api.make(filter={"field": "email", "op": "eq", "value": "p1@x.example"}, search="zzz")
    going = everybody(world)
    world_files = {
        made.file_id,
        *(file_of(world, one["id"]) for one in (with_one, without, naming)),
    }
    with world.door.workspace(workspace) as tx:
        erase(tx, Person((one,), ("p1@x.example",), ()))
    world.work()
    for gone in (with_one["id"], naming["id"], going.shown_id):
        api("GET", f"{gone}/", 404)
    with world.door.workspace(workspace) as tx:
        assert job.find(tx, going.job_id).status == "cancelled"
        kept = find(tx, ids.read("exp", without["id"]))
    left = [path for path in world_files if files.path_of(folder, workspace, path).exists()]
    assert left == [kept.file_id]
    with time_machine.travel(clock.now() + timedelta(days=8)):
        write.sweep_exports.run(Context(world.instance, None))
        world.work()
    api("GET", f"{without['id']}/", 404)
    assert not files.path_of(folder, workspace, kept.file_id).exists()


def file_of(world: World, shown: str) -> Any:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return find(tx, ids.read("exp", shown)).file_id
