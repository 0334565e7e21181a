"""Imports over the API: anonymous, Bob, Charlie, then the whole journey as Alice (S1-01…63)."""

from __future__ import annotations

import pytest

from nimbus.access.keys import issue
from nimbus.db import ids
from nimbus.suppression import DOMAINS, add
from tests.imports.conftest import IMPORTS, PEOPLE

COUNTS = ("imported", "updated", "skipped", "suppressed", "errored")


@pytest.fixture
def rival_is_suppressed(world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add(tx, world.alice.who, DOMAINS, ["rival-example.com"], reason="competitor", through="api")


def test_nobody_without_a_key(api, upload):
    assert upload(person=None)[0] == 401
    for path in ("", "imp_01h455vb4pex5vsknk084sn02q/", "imp_01h455vb4pex5vsknk084sn02q/rows/"):
        assert api("GET", IMPORTS + path, None)[0] == 401


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


def test_an_unsure_file_waits_for_its_mapping_and_is_answered(api, upload, world):
    data = b"Who,Whom\nada@kestrel-example.com,bo@kestrel-example.com\nno,no\nno,no\n"
    status, made = upload(data)
    assert (status, made["status"]) == (202, "awaiting_mapping")
    assert [one["header"] for one in made["proposal"]] == ["Who", "Whom"]
    assert made["proposal"][0]["samples"][0] == "ada@kestrel-example.com"
    url = f"{IMPORTS}{made['id']}/"
    for given, field in (
        ({"Who": "nonsense"}, "mapping[0].field"),
        ({"Whose": "email"}, "mapping[0].header"),
        ({"Who": "title"}, "mapping"),
    ):
        status, refused = api("PUT", f"{url}mapping/", json={"mapping": given})
        assert (status, refused["error"]["field"]) == (400, field)
    status, mapped = api("PUT", f"{url}mapping/", json={"mapping": {"Who": "email"}})
    assert (status, mapped["status"]) == (200, "queued")
    world.work()
    done = api("GET", url)[1]
    assert (done["status"], done["imported"], done["errored"]) == ("complete", 1, 2)
    assert done["proposal"] is None
    assert any("Whom" in warning for warning in done["warnings"])
    status, refused = api("PUT", f"{url}mapping/", json={"mapping": {"Who": "email"}})
    assert (status, refused["error"]["code"]) == (409, "conflict")


def test_a_mapping_is_kept_for_the_next_file_of_its_kind(api, upload, import_of):
    data = b"Who,Whom\nada@kestrel-example.com,x\n"
    first = import_of(data, mapping={"Who": "email", "Whom": "first_name"})
    assert first["imported"] == 1
    again = import_of(b"who,WHOM\nbo@kestrel-example.com,Bo\n")
    assert (again["status"], again["imported"]) == ("complete", 1)
    assert again["field_mapping_id"] == first["field_mapping_id"]
    turned = b"Whom,Who\nCy,cy@kestrel-example.com\n"
    named = import_of(turned, field_mapping_id=first["field_mapping_id"])
    assert named["imported"] == 1


def test_field_mappings_are_made_listed_and_read(api, world):
    url = "/api/v1/field-mappings/"
    given = {
        "name": "Leads",
        "columns": [
            {"header": "Who", "field": "email"},
            {"header": "Job", "field": "title", "only_if_blank": True},
            {"header": "Rest"},
        ],
    }
    status, made = api("POST", url, json=given)
    assert status == 201, made
    assert [one["field"] for one in made["columns"]] == ["email", "title", None]
    assert made["columns"][1]["only_if_blank"]
    assert api("GET", url)[1]["data"] == [made]
    assert api("GET", f"{url}{made['id']}/")[1] == made
    assert api("GET", url, world.charlie)[1]["data"] == []
    assert api("GET", f"{url}{made['id']}/", world.charlie)[0] == 404
    assert api("POST", url, world.bob, json=given)[0] == 403
    status, refused = api("POST", url, json={**given, "columns": given["columns"][1:]})
    assert (status, refused["error"]["field"]) == (400, "mapping")


def test_a_preview_tells_and_writes_nothing(api, upload, world, rival_is_suppressed):
    status, told = upload(preview=True)
    assert status == 200, told
    assert [told[one] for one in COUNTS] == [2, 0, 1, 1, 2]
    assert told["rows"][0]["icp_tier"] in "ABCD"
    assert told["rows"][0]["lead_score"] is not None
    assert told["rows"][2]["duplicate_of_row"] == 2
    assert api("GET", IMPORTS)[1]["data"] == []
    assert api("GET", "/api/v1/contacts/")[1]["data"] == []
    assert api("GET", "/api/v1/field-mappings/")[1]["data"] == []
    assert not [path for path in world.instance.files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04....xl/workbook.xml" + b"\0" * 200, "Save it as CSV"),
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (b"ada@kestrel-example.com,Ada\nbo@kestrel-example.com,Bo\n", "Add a first row"),
        (bytes(range(256)) * 20, "not a text file"),
    ],
    ids=["xlsx", "empty", "blank", "headerless", "binary"],
)
def test_what_is_no_table_is_refused_with_the_fix_and_not_kept(api, upload, world, data, words):
    status, refused = upload(data, name="people.xlsx")
    assert (status, refused["error"]["field"]) == (400, "file")
    assert words in refused["error"]["message"]
    assert api("GET", IMPORTS)[1]["data"] == []
    assert not [path for path in world.instance.files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("mapping", "{", "mapping"),
        ("mapping", '{"Email": "e\\u0000"}', "mapping"),
        ("mapping", '"email"', "mapping"),
        ("mapping", '{"Email": "nonsense"}', "mapping[0].field"),
        ("defaults", '{"status": "weird"}', "defaults.status"),
        ("defaults", '{"nonsense": "x"}', "defaults.nonsense"),
        ("defaults", '{"status": ["x"]}', "defaults.status"),
        ("dedup_behavior", "merge", "dedup_behavior"),
        ("in_trash", "burn", "in_trash"),
        ("encoding", "klingon", "encoding"),
        ("delimiter", "ab", "delimiter"),
        ("enrich", "perhaps", "enrich"),
        ("client_id", "imp_x", "client_id"),
        ("field_mapping_id", "imp_x", "field_mapping_id"),
    ],
)
def test_a_bad_value_names_its_field(upload, field, value, at):
    status, refused = upload(**{field: value})
    assert (status, refused["error"]["field"]) == (400, at)


@pytest.mark.parametrize(
    ("given", "at", "words"),
    [
        ({"Email": {"field": "email", "only_if_blank": "false"}}, "[0].only_if_blank",
         "true, false"),
        ({"Email": "email", "Title": {"field": "title", "only_if_blank": 1}},
         "[1].only_if_blank", "true, false"),
        ({"Email": {"field": "email", "only_if_blnk": True}}, "[0].only_if_blnk",
         "Its members are: field, only_if_blank, day_first."),
        ({"Email": {"field": "email", "column": 3}}, "[0].column", "has no “column”"),
        ([{"header": "Email", "feild": "email"}], "[0].feild",
         "Its members are: header, column, field, only_if_blank, day_first."),
        ([{"column": 0, "field": "email"}, {"column": True, "field": "title"}], "[1].column",
         "columns 0 to 6"),
        ([{"column": "0", "header": "Title", "field": "email"}], "[0].column", "columns 0 to 6"),
        ([{"column": 7, "field": "email"}], "[0].column", "columns 0 to 6"),
        ([{"column": 0, "field": "email"}, {"header": "EMAIL", "field": None}], "[1]", "twice"),
    ],
)  # fmt: skip
def test_a_mapping_is_taken_at_its_word_or_refused(api, upload, given, at, words):
    status, refused = upload(mapping=given)
    assert (status, refused["error"]["field"]) == (400, f"mapping{at}")
    assert words in refused["error"]["message"]
    assert api("GET", IMPORTS)[1]["data"] == []


def test_the_mapping_of_an_answer_can_be_sent_again(import_of):
    first = import_of(
        mapping={"Email": "email", "Title": {"field": "title", "only_if_blank": True}}
    )
    again = import_of(mapping=first["mapping"])
    assert again["mapping"] == first["mapping"]
    assert again["mapping"][3]["only_if_blank"] is True


@pytest.mark.parametrize("part", ["foo", "dedup_behaviour", "File", ""])
def test_a_part_of_the_form_that_is_not_known_is_refused(api, upload, part):
    status, refused = upload(**{part: "skip"})
    assert (status, refused["error"]["code"]) == (400, "validation_error")
    assert refused["error"]["field"] == part
    assert f"There is no “{part}” in this form." in refused["error"]["message"]
    assert (
        "file, field_mapping_id, mapping, client_id, dedup_behavior," in refused["error"]["message"]
    )
    assert api("GET", IMPORTS)[1]["data"] == []


@pytest.mark.parametrize("part", ["file", "in_trash"])
def test_a_part_that_is_there_twice_is_refused(api, part):
    files = [
        ("file", ("people.csv", PEOPLE)),
        (part, ("x.csv", PEOPLE) if part == "file" else None),
    ]
    sent = {} if part == "file" else {part: ["skip", "new"]}
    status, refused = api("POST", IMPORTS, data=sent, files=[f for f in files if f[1]])
    assert (status, refused["error"]["field"]) == (400, part)
    assert "more than once" in refused["error"]["message"]
    assert api("GET", IMPORTS)[1]["data"] == []


@pytest.mark.parametrize("form", [{"data": {"file": "abc"}}, {"files": {"file": (None, "abc")}}])
def test_a_file_that_comes_as_text_is_told_how_to_come(api, form):
    status, refused = api("POST", IMPORTS, **form)
    assert (status, refused["error"]["field"]) == (400, "file")
    assert refused["error"]["message"] == (
        "file: Send a file as multipart/form-data, such as -F file=@people.csv."
    )


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


def test_a_saved_mapping_that_is_not_there_is_the_one_404(upload):
    assert upload(field_mapping_id="fm_01h455vb4pex5vsknk084sn02q")[0] == 404


def test_defaults_fill_what_no_column_fills(api, import_of):
    done = import_of(defaults={"consent_status": "opted_in", "lead_source": "Fair"})
    assert any("CASL" in warning for warning in done["warnings"])
    seen = api("GET", "/api/v1/contacts/")[1]["data"]
    assert {one["lead_source"] for one in seen} == {"Fair"}
    assert {one["consent_status"] for one in seen} == {"opted_in"}


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


def test_every_answer_has_its_documented_shape(http, world):
    paths = http.get("/api/v1/openapi.json", headers=world.alice.headers).json()["paths"]
    body = paths[IMPORTS]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert body
    assert {"200", "202"} <= set(paths[IMPORTS]["post"]["responses"])
    assert "text/csv" in paths[f"{IMPORTS}{{id}}/rows.csv"]["get"]["responses"]["200"]["content"]


def test_the_name_of_a_file_is_only_a_name(upload):
    assert upload(PEOPLE, name="../../etc/leads.csv")[1]["name"] == "leads.csv"
