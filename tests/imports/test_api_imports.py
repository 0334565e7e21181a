"""Uploading a file over the API: its mapping, its preview, and what is refused (S1-01…63)."""

from __future__ import annotations

import pytest

from tests.imports.conftest import COUNTS, IMPORTS, PEOPLE


def test_nobody_without_a_key(api, upload):
    assert upload(person=None)[0] == 401
    for path in ("", "imp_01h455vb4pex5vsknk084sn02q/", "imp_01h455vb4pex5vsknk084sn02q/rows/"):
        assert api("GET", IMPORTS + path, None)[0] == 401


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
    assert (status, refused["error"]["field"]) == (400, "columns")


def test_a_field_mapping_is_changed_deleted_and_both_are_undone(api, http, world):
    given = {"name": "Leads", "columns": [{"header": "Who", "field": "email"}, {"header": "Job"}]}
    made = api("POST", "/api/v1/field-mappings/", json=given)[1]
    url = f"/api/v1/field-mappings/{made['id']}/"

    def call(method, **asked):
        answer = http.request(method, url, headers=world.alice.headers | asked.pop("more", {}),
                              **asked)  # fmt: skip
        assert answer.status_code == 200, answer.text
        return answer

    def undo(answer):
        operation = answer.headers["nimbus-operation"]
        assert api("POST", f"/api/v1/operations/{operation}/undo/")[0] == 200

    seen = call("GET").headers["etag"]
    columns = [{"header": "Job", "field": "title", "only_if_blank": True},
               {"header": "Who", "field": "email"}]  # fmt: skip
    changes = {"name": " Webinar ", "columns": columns}
    changed = call("PATCH", json=changes, more={"If-Match": seen})
    told = changed.json()
    assert told["name"] == "Webinar"
    assert [(one["header"], one["field"]) for one in told["columns"]] == [
        ("Who", "email"), ("Job", "title"),
    ]  # fmt: skip
    assert changed.headers["etag"] == call("GET").headers["etag"] != seen
    assert api("PATCH", url, json={"name": "X"}, headers={"If-Match": seen})[0] == 412
    assert api("DELETE", url, headers={"If-Match": seen})[0] == 412
    assert "nimbus-operation" not in call("PATCH", json=changes).headers
    for wrong, field in (
        ({"columns": [{"header": "Whom", "field": "email"}]}, "columns[0].header"),
        ({"columns": [{"header": "Job", "field": "title"}]}, "columns"),
        ({"columns": [{"header": "Who", "field": "nope"}]}, "columns[0].field"),
        ({"columns": []}, "columns"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"source": "csv"}, "source"),
    ):
        status, refused = api("PATCH", url, json=wrong)
        assert (status, refused["error"]["field"]) == (400, field), refused
    for method, asked in (("PATCH", {"json": {"name": "X"}}), ("DELETE", {})):
        assert api(method, url, world.bob, **asked)[0] == 403
        assert api(method, url, world.charlie, **asked)[0] == 404
    deleted = call("DELETE")
    assert deleted.json() == told
    assert api("GET", url)[0] == 404
    undo(deleted)
    assert call("GET").json() == told
    undo(changed)
    assert call("GET").json() == made


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


def test_a_saved_mapping_that_is_not_there_is_the_one_404(upload):
    assert upload(field_mapping_id="fm_01h455vb4pex5vsknk084sn02q")[0] == 404


def test_defaults_fill_what_no_column_fills(api, import_of):
    done = import_of(defaults={"consent_status": "opted_in", "lead_source": "Fair"})
    assert any("CASL" in warning for warning in done["warnings"])
    seen = api("GET", "/api/v1/contacts/")[1]["data"]
    assert {one["lead_source"] for one in seen} == {"Fair"}
    assert {one["consent_status"] for one in seen} == {"opted_in"}


def test_the_name_of_a_file_is_only_a_name(upload):
    assert upload(PEOPLE, name="../../etc/leads.csv")[1]["name"] == "leads.csv"
