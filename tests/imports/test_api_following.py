"""What the API tells of an import, to whom, and how it goes on (S1-01…63)."""

from __future__ import annotations

from nimbus.access.keys import issue
from nimbus.db import ids
from tests.imports.conftest import COUNTS, IMPORTS, PEOPLE


def test_bob_reads_and_may_not_import(api, upload, import_of, world):
    done = import_of()
    assert api("GET", IMPORTS, world.bob)[1]["data"][0]["id"] == done["id"]
    assert api("GET", f"{IMPORTS}{done['id']}/errors.csv", world.bob)[0] == 200
    for status, refused in (
        upload(person=world.bob),
        api("PUT", f"{IMPORTS}{done['id']}/mapping/", world.bob, json={"mapping": {}}),
        api("POST", f"{IMPORTS}{done['id']}/resume/", world.bob),
    ):
        assert (status, refused["error"]["scope"]) == (403, "imports:write")


def test_charlie_meets_one_and_the_same_404(api, import_of, world):
    done = import_of()
    assert api("GET", IMPORTS, world.charlie)[1]["data"] == []
    none = "imp_01h455vb4pex5vsknk084sn02q"
    for method, path, body in (
        ("GET", "", None), ("GET", "rows/", None), ("GET", "errors.csv", None),
        ("GET", "rows.csv", None), ("POST", "resume/", {}),
        ("PUT", "mapping/", {"mapping": {"Email": "email"}}),
    ):  # fmt: skip
        answers = [
            api(method, f"{IMPORTS}{id}/{path}", world.charlie, json=body)
            for id in (done["id"], none, "nonsense", "cont_01h455vb4pex5vsknk084sn02q")
        ]
        assert answers[0][0] == 404
        assert all(answer == answers[0] for answer in answers), path


def test_a_file_is_imported_and_every_row_is_accounted_for(
    api, import_of, rival_is_suppressed
):  # fmt: skip
    done = import_of()
    assert done["status"] == "complete", done["message"]
    assert (done["total"], [done[one] for one in COUNTS]) == (6, [2, 0, 1, 1, 2])
    assert done["stages"]["parsing"]["done"] == 6
    assert [c["field"] for c in done["mapping"]][:2] == ["email", "first_name"]
    _, seen = api("GET", f"{IMPORTS}{done['id']}/rows/")
    assert [(row["row"], row["line"], row["status"], row["reason"]) for row in seen["data"]] == [
        (1, 2, "imported", None),
        (2, 3, "imported", None),
        (3, 4, "skipped", "duplicate_in_file"),
        (4, 5, "errored", "invalid_email"),
        (5, 6, "errored", "missing_email"),
        (6, 7, "suppressed", "domain:competitor"),
    ]
    words = [row["message"] for row in seen["data"]]
    assert words[2] == "Repeats the email of line 3, which took over its values."
    assert words[3].startswith("“not an email” is not an email address.")
    assert words[5] == "Its domain is suppressed: competitor."
    assert seen["data"][2]["duplicate_of_row"] == 2
    assert api("GET", f"/api/v1/contacts/{seen['data'][0]['contact_id']}/")[0] == 200


def test_rows_and_imports_go_by_pages(api, import_of):
    first, second = import_of(), import_of()
    status, page = api("GET", IMPORTS, params={"page_size": 1})
    assert [one["id"] for one in page["data"]] == [second["id"]]
    assert page["meta"]["has_more"]
    assert page["meta"]["total_count"] == 2
    cursor = page["meta"]["next_cursor"]
    status, page = api("GET", IMPORTS, params={"page_size": 1, "cursor": cursor})
    assert [one["id"] for one in page["data"]] == [first["id"]]
    assert not page["meta"]["has_more"]

    url, seen, params = f"{IMPORTS}{first['id']}/rows/", [], {"page_size": 1, "status": "errored"}
    while params:
        status, page = api("GET", url, params=params)
        seen += [row["row"] for row in page["data"]]
        cursor = page["meta"]["next_cursor"]
        params = params | {"cursor": cursor} if cursor else None
    assert seen == [4, 5]
    status, refused = api("GET", url, params={"cursor": cursor or "made-up"})
    assert (status, refused["error"]["field"]) == (400, "cursor")
    assert api("GET", url, params={"status": "lost"})[1]["error"]["field"] == "status"


NOTED = (
    "Email,Name\n"
    "ada@kestrel-example.com,Åsa Öberg Ünal Ärlig Øst Éva\n"
    'cy@kestrel-example.com,"Cy" Cole\n'
    "zoe@kestrel-example.com,Zo"
).encode() + b"\x81\n"


def test_what_the_reader_put_right_or_lost_is_told_of_the_row(api, upload, import_of):
    sent = {"mapping": {"Email": "email", "Name": "full_name"}}
    told = upload(NOTED, preview=True, **sent)[1]["rows"]
    done = import_of(NOTED, **sent)
    rows = api("GET", f"{IMPORTS}{done['id']}/rows/")[1]["data"]
    assert [one["status"] for one in rows] == ["imported"] * 3
    for seen in (told, rows):
        words = [one["message"] for one in seen]
        assert words[0] == "New contact."
        assert words[1] == "New contact. A stray quote was read as text."
        assert words[2] == "New contact. Some characters could not be read as utf-8."
    file = api("GET", f"{IMPORTS}{done['id']}/rows.csv")[1]
    assert "Some characters could not be read as utf-8." in file


def test_the_note_of_a_row_that_is_refused_is_told_too(api, import_of):
    data = b'Email,Name\nno address,"Cy" Cole\n,"Di" Dean\neve@kestrel-example.com,Eve\n'
    done = import_of(data, mapping={"Email": "email", "Name": "full_name"})
    rows = api("GET", f"{IMPORTS}{done['id']}/rows/")[1]["data"]
    assert [one["status"] for one in rows] == ["errored", "errored", "imported"]
    for row in rows[:2]:
        assert row["message"].endswith(" A stray quote was read as text.")
    assert rows[2]["message"] == "New contact."


def test_what_was_guessed_of_the_file_is_among_the_warnings(import_of):
    data = "Email;Name\nzoe@kestrel-example.com;Zoë Müller\n".encode("cp1252")
    done = import_of(data)
    assert any("Not UTF-8; read as Windows-1252." in one for one in done["warnings"])
    plain = import_of(b"Email,Name\nada@kestrel-example.com,Ada\n")
    assert not any("ead as" in one for one in plain["warnings"])


def test_an_import_pauses_for_want_of_a_provider_and_goes_on_without(api, import_of, world):
    paused = import_of(enrich=True)
    assert (paused["status"], paused["stage"]) == ("paused", "enriching")
    assert "Resume without enrichment" in paused["message"]
    url = f"{IMPORTS}{paused['id']}/resume/"
    again = api("POST", url)[1]
    assert (again["status"], again["message"]) == ("queued", None)
    assert api("POST", url)[0] == 409
    world.work()
    assert api("GET", f"{IMPORTS}{paused['id']}/")[1]["status"] == "paused"
    assert api("POST", url, json={"enrich": False})[1]["options"]["enrich"] is False
    world.work()
    done = api("GET", f"{IMPORTS}{paused['id']}/")[1]
    assert (done["status"], done["imported"]) == ("complete", 3)
    status, refused = api("POST", url)
    assert (status, refused["error"]["code"]) == (409, "conflict")


def test_every_answer_has_its_documented_shape(http, world):
    paths = http.get("/api/v1/openapi.json", headers=world.alice.headers).json()["paths"]
    body = paths[IMPORTS]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert body
    assert {"200", "202"} <= set(paths[IMPORTS]["post"]["responses"])
    assert "text/csv" in paths[f"{IMPORTS}{{id}}/rows.csv"]["get"]["responses"]["200"]["content"]


def test_an_agency_names_its_client_and_hears_no_other_workspace(api, upload, import_of, world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true where id = %s", [tx.workspace_id])
        other = tx.value(
            "insert into client (workspace_id, name) values (%s, 'Brandt AG') returning id",
            [tx.workspace_id],
        )
        _, limited = issue(tx, world.alice.who, "Brandt's", client_id=other)
    status, refused = upload()
    assert (status, refused["error"]["code"]) == (400, "client_required")
    mine, theirs = world.alice.client.shown_id, ids.show("client", other)
    assert import_of(client_id=mine)["imported"] == 3
    held = import_of(client_id=theirs)
    assert (held["imported"], held["skipped"]) == (0, 4)
    row = api("GET", f"{IMPORTS}{held['id']}/rows/")[1]["data"][0]
    assert (row["reason"], row["held_by"]) == ("assigned_elsewhere", world.alice.client.name)
    assert row["message"].startswith(f"Client assigned to {world.alice.client.name} until ")
    key = {"Authorization": f"Bearer {limited}"}
    file = {"file": ("people.csv", PEOPLE)}
    status, made = api("POST", IMPORTS, headers=key, files=file)
    assert (status, made["client_id"]) == (202, theirs)
    # Nor may that key steer an import of another client.
    paused = import_of(client_id=mine, enrich="true")
    for step in ("resume", "cancel"):
        status, refused = api("POST", f"{IMPORTS}{paused['id']}/{step}/", headers=key)
        assert (status, refused["error"]["code"]) == (403, "forbidden")

    status, made = upload(person=world.charlie)
    world.work()
    seen = api("GET", f"{IMPORTS}{made['id']}/rows/", world.charlie)[1]["data"][0]
    assert (seen["reason"], seen["held_by"]) == ("assigned_elsewhere", None)
    assert seen["message"].startswith("Assigned elsewhere until ")
    assert seen["assigned_until"]
