"""`DELETE …?hard=true`: the person is gone from everywhere, and stays away (S3-33, D-09, G-43)."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql
from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.imports.find import rows
from tests.conftest import World
from tests.contacts.editing import Api
from tests.house.wall import tenant_tables
from tests.imports.test_run import bring

# In every value of the person, so that it is found wherever it is left.
CANARY = "zebedee"
FILE = f"""Email,First name,Last name,Title,Birthday
{CANARY}@acme.com,{CANARY},{CANARY},{CANARY},{CANARY}
"""


def left(world: World) -> list[str]:
    """The tables, temporary ones aside, in which the person is still found."""
    found = []
    with psycopg.connect(world.instance.logins.migrate) as connection:
        for table in [*tenant_tables(connection, partitions=False), "global_contact"]:
            statement = sql.SQL("select count(*) from {t} x where x::text ilike {c}").format(
                t=sql.Identifier(table), c=f"%{CANARY}%"
            )
            row = connection.execute(statement).fetchone()
            if row and row[0]:
                found.append(table)
    return found


def test_an_erased_person_is_gone_and_stays_away(http: TestClient, world: World) -> None:
    api = Api(http, world)
    http.post("/api/v1/custom-fields/", headers=world.alice.headers,
              json={"name": "birthday", "field_type": "date"})  # fmt: skip
    first = bring(world, FILE)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.row("select id from contact where first_name = %s", [CANARY])
        assert found
    api.ids["zeb"] = ids.show("cont", found["id"])
    api.patch("zeb", {"title": f"Chief {CANARY}"})
    api("DELETE", "zeb", json={"deletion_reason": f"{CANARY} asked"})
    # Beside the one in the trash there is a live one of the same email.
    bring(world, FILE, in_trash="new")
    assert bring(world, FILE, world.charlie).skipped == 1
    assert {"contact", "change", "import_row", "operation"} <= set(left(world))
    # What has been read of a file and waits to be written.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            "insert into import_stage (workspace_id, import_id, email_key, row_no, line, email, "
            "email_domain, title) select workspace_id, %s, email_key, 1, 2, email, email_domain, "
            "title from contact where id = %s", [first.id, found["id"]],
        )  # fmt: skip

    writer, gdpr = api.key("contacts:write"), api.key("contacts:read", "admin:gdpr")
    for hard in ("true", "1", "yes"):
        error = api("DELETE", "zeb", status=403, key=writer, params={"hard": hard}).json()["error"]
        assert error["scope"] == "admin:gdpr"
    error = api("DELETE", "zeb", status=403, key=gdpr, params={"hard": "false"}).json()["error"]
    assert error["scope"] == "contacts:write"
    assert api("DELETE", "nobody", status=403, key=writer, params={"hard": "true"})

    seen = {"If-Match": api("GET", "ada").headers["etag"]}
    api("DELETE", "zeb", status=412, key=gdpr, params={"hard": "true"}, headers=seen)
    told = api("DELETE", "zeb", key=gdpr, params={"hard": "true"},
               headers={"X-Deletion-Reason": "Article 17 request"}).json()  # fmt: skip
    assert (told["id"], told["erased"], len(told["contacts"])) == (api.ids["zeb"], True, 2)
    assert left(world) == ["import_row"], "Charlie's, of what his file said"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        kept = tx.row("select * from erasure_log")
        tombs = tx.column("select email_key from erasure_tombstone")
        staged = tx.rows("select email, title from import_stage")
        counts = tx.rows("select row_no, email, status from import_row where import_id = %s",
                         [first.id])  # fmt: skip
        warned = tx.value("select warnings::text from import_job where id = %s", [first.id])
    assert kept
    assert "such as “…”" in warned, "it quoted a birthday that is none"
    assert (kept["why"], len(kept["contact_ids"]), len(tombs)) == ("Article 17 request", 2, 1)
    assert staged == [{"email": "erased", "title": None}]
    assert counts == [{"row_no": 1, "email": None, "status": "imported"}], "rows still add up"
    for at, method in (("", "GET"), ("", "PATCH"), ("restore/", "POST"), ("", "DELETE")):
        api(method, "zeb", at, 404, json={} if method == "PATCH" else None)

    # The registry let go of the email, so that others may have it; here it is not brought in again.
    assert bring(world, FILE, world.charlie).imported == 1
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        tx.run("delete from contact")
        tx.run("select from registry_forget(%s)", [tombs])
    again = bring(world, FILE)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert [(row.status, row.reason) for row in rows(tx, again.id)] == [
            ("suppressed", "erased:compliance")
        ]
    error = api.patch("ada", {"email": f"{CANARY}@acme.com"}, 422)
    assert (error["code"], error["layer"], error["reason"]) == (
        "suppressed",
        "erased",
        "compliance",
    )
    told = http.get(f"/api/v1/imports/{ids.show('imp', again.id)}/rows/",
                    headers=world.alice.headers).json()["data"][0]  # fmt: skip
    assert "was erased here" in told["message"]


def test_the_log_is_emptied_for_erasures_of_ones_own_alone(http: TestClient, world: World) -> None:
    api = Api(http, world)
    api.patch("ada", {"title": "CTO"})
    contact = api.row("ada")["id"]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("select redact_changes(%s)", [contact])  # No erasure: nothing happens.
        made = tx.value(
            "insert into erasure_log (workspace_id, operation_id, contact_ids, by_name, at) "
            "values (%s, uuidv7(), %s, 'Alice', %s) returning id",
            [tx.workspace_id, [contact], tx.now],
        )
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        tx.run("select redact_changes(%s)", [made])
    for table in ("erasure_log", "erasure_tombstone", "change"):
        with (
            world.door.workspace(world.alice.who.workspace_id) as tx,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            tx.run(sql.SQL("delete from {}").format(sql.Identifier(table)))
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("select redact_changes(%s)", [made])  # She is still here, and nobody erased her.
        kept = tx.column(
            "select after ->> 'title' from change where thing = 'contact' and kind = 'updated'"
        )
        assert kept == ["CTO"]
        tx.run("delete from contact where id = %s", [contact])
        tx.run("select redact_changes(%s)", [made])
        assert tx.value("select count(*) from change where erased_digest is not null") == 0
        tx.run(
            "insert into change (workspace_id, operation_id, thing, thing_id, kind) "
            "select workspace_id, operation_id, 'contact', %s, 'erased' from erasure_log", [contact]
        )  # fmt: skip
        tx.run("select redact_changes(%s)", [made])
        assert tx.column(
            "select after from change where thing = 'contact' and kind = 'updated'"
        ) == [None]


def test_kept_answers_and_files_forget_the_erased(http: TestClient, world: World) -> None:
    """What is sealed, or lies beside the database, is taken out by jobs right after (D-09)."""
    api = Api(http, world)
    text = f'Email,First name,Title\r\n{CANARY}@acme.com,{CANARY},"Chief\r\n{CANARY}"\r\n'
    done = bring(world, text + "dee@acme.com,Dee,CFO\r\nno email\r\n")
    waiting = bring(world, f"Contact,Who\n{CANARY} <{CANARY.upper()}@ACME.com>,Zeb\neve,Eve\n")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.row("select id from contact where first_name = %s", [CANARY])
        assert found
    api.ids["zeb"] = ids.show("cont", found["id"])
    note = {"status": 201, "json": {"body": "Likes cats."}}
    key = {"headers": {"Idempotency-Key": "of-a-note"}}
    api("POST", "zeb", "notes/", **note, **key)
    other = {"headers": {"Idempotency-Key": "of-another"}}
    first = api("POST", "ada", "notes/", **note, **other)
    refusal = {"json": {"email": f"{CANARY}@acme.com", "options": {"dedup_behavior": "error"}},
               "headers": {**world.alice.headers, "Idempotency-Key": "refused"}}  # fmt: skip
    assert CANARY in http.post("/api/v1/contacts/", **refusal).text

    erasing = {"params": {"hard": "true"}, "headers": {"Idempotency-Key": "erase"}}
    told = api("DELETE", "zeb", **erasing)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(  # By an import that ran meanwhile.
            "insert into import_row (workspace_id, import_id, row_no, line, status, reason, email) "
            "values (%s, %s, 1, 2, 'suppressed', 'erased:compliance', %s)",
            [tx.workspace_id, waiting.id, f"{CANARY}@acme.com"],
        )
    world.work()
    assert left(world) == []
    assert api("DELETE", "zeb", **erasing).content == told.content, "which names an id alone"
    api("POST", "zeb", "notes/", json=note["json"], status=404, **key)
    assert api("POST", "ada", "notes/", **note, **other).content == first.content
    assert http.post("/api/v1/contacts/", **refusal).status_code == 422

    kept = {path.name: path.read_bytes() for path in world.instance.files.glob("*/*")}
    assert not [name for name, data in kept.items() if CANARY.encode() in data.lower()]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        files = {row["import"]: str(row["file"]) for row in tx.rows(
            "select id as import, file_id as file from import_job")}  # fmt: skip
        assert set(kept) == set(tx.column("select id::text from file"))
    assert kept[files[done.id]].decode() == (
        "Email,First name,Title\r\nerased,,\r\n\r\ndee@acme.com,Dee,CFO\r\nno email\r\n"
    )
    assert kept[files[waiting.id]].decode() == "Contact,Who\nerased,\neve,Eve\n"
    told = http.get(f"/api/v1/imports/{ids.show('imp', done.id)}/rows.csv",
                    headers=world.alice.headers)  # fmt: skip
    assert [line.split(",")[0] for line in told.text.splitlines()] == [
        "Email", "erased", "dee@acme.com", "no email",
    ]  # fmt: skip
