"""The wizard: upload, columns, options, review, start; all of it by plain forms (S2-18, S1-15)."""

from __future__ import annotations

import io
import re

import pytest

from tests.imports.test_pages_imports import words

LEADS = (
    b"Mail,Name,Job,Since,Colour\n"
    b"ada@kestrel-example.com,Ada Keller,VP Sales,3/4/2026,red\n"
    b"bo@kestrel-example.com,Bo Brandt,Analyst,5/6/2026,blue\n"
    b"no address,Carl Cole,Analyst,31/1/2026,blue\n"
)
AS_PROPOSED = ["email", "full_name", "title", "", ""]


@pytest.fixture
def alice(world, browser_of):
    return browser_of(world.alice)


@pytest.fixture
def brought(alice):
    """`brought(data)` uploads a file as Alice and answers the address of its wizard."""

    def bring(data: bytes = LEADS, **fields):
        answer = alice.post(
            "/contacts/import", files={"file": ("leads.csv", io.BytesIO(data))}, data=fields
        )
        assert answer.status_code == 303, words(answer)
        return answer.headers["location"]

    return bring


def chosen(page):
    """The field that each column goes to."""
    selects = re.findall(r'<select[^>]*name="goes_to".*?</select>', page.text, flags=re.S)
    found = [re.search(r'value="([^"]*)" selected', select) for select in selects]
    return [match[1] if match else "" for match in found]


def test_a_file_is_uploaded_mapped_tried_and_started(alice, brought, world):
    here = brought()
    page = alice.get(here)
    assert chosen(page) == AS_PROPOSED
    said = words(page)
    assert "1 of 3 sampled values do not fit Email" in said
    assert "Recognised" in said
    assert "No column is the company's domain" in said
    assert "Choose the columns" in words(alice.get(here.removesuffix("/map")))

    form = {"goes_to": AS_PROPOSED}
    tried = words(alice.post(here, data={**form, "do": "preview"}))
    assert "become of the first 3 rows." in tried
    assert "Ada Keller" in tried
    assert words(alice.get("/contacts")).count("@kestrel") == 0

    started = alice.post(here, data={**form, "do": "start"})
    assert started.status_code == 303
    assert started.headers["location"] == here.removesuffix("/map")
    world.work()
    done = words(alice.get(started.headers["location"]))
    assert "3 rows in" in done
    assert "“no address” is not an email address" in done
    # The second click, and the page left open in another tab, start nothing again.
    assert alice.post(here, data={**form, "do": "start"}).status_code == 303
    assert alice.get(here).status_code == 303


def test_a_file_of_one_row(alice, brought):
    here = brought(b"Email\nada@kestrel-example.com\n")
    tried = words(alice.post(here, data={"goes_to": ["email"], "do": "preview"}))
    assert "become of the first row." in tried


def test_the_next_file_of_the_kind_needs_no_clicks(alice, brought, world):
    here = brought()
    form = {"goes_to": ["email", "", "title", "", ""], "only_if_blank": ["2"], "do": "start"}
    alice.post(here, data=form)
    page = alice.get(brought(LEADS.replace(b"Mail,", b"MAIL,")))
    assert chosen(page) == ["email", "", "title", "", ""]
    assert "As last time" in words(page)
    assert re.search(r'name="only_if_blank" value="2" checked', page.text)


def test_columns_become_fields_on_the_spot(alice, brought, world):
    here = brought()
    form = {"goes_to": ["email", "full_name", "title", "new:date", "new:string"]}
    assert "Ada Keller" in words(alice.post(here, data={**form, "do": "preview"}))
    assert "Colour" not in words(alice.get("/settings/fields"))
    assert alice.post(here, data={**form, "do": "start"}).status_code == 303
    world.work()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        fields = {str(row["id"]): row["name"] for row in tx.rows("select * from custom_field")}
        held = tx.value("select custom from contact where email = 'ada@kestrel-example.com'")
    assert {fields[key]: value for key, value in held.items()} == {
        "since": "2026-04-03", "colour": "red",
    }  # fmt: skip


def test_a_draft_is_kept_and_says_what_it_means(alice, brought):
    here = brought()
    form = {"goes_to": ["email", "email", "title", "consent_date", ""], "order": ["3:month"],
            "default_field": ["consent_status", ""], "default_value": ["opted_in", ""],
            "do": "look"}  # fmt: skip
    said = words(alice.post(here, data=form))
    assert "“Mail” goes to Email too." in said
    assert "1 of 3 sampled dates do not parse as month/day." in said
    assert "CASL" in said
    again = alice.get(here)
    assert chosen(again) == ["email", "email", "title", "consent_date", ""]
    assert "CASL" in words(again)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"goes_to": ["title", "", "", "", ""]}, "Map a column to Email"),
        ({"goes_to": ["email", "email", "", "", ""]}, "both go to Email"),
        ({"goes_to": ["email", "nonsense", "", "", ""]}, "There is no field “nonsense”"),
        ({"goes_to": ["email"]}, "The file has other columns by now"),
        ({"default_field": ["status"], "default_value": ["weird"]}, "“weird” is not one of"),
        ({"dedup_behavior": "merge"}, "dedup_behavior is one of"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_starts(alice, brought, world, changed, told):
    here = brought()
    for do in ("start", "preview"):
        refused = alice.post(here, data={"goes_to": AS_PROPOSED, **changed, "do": do})
        assert refused.status_code == 400
        assert told in words(refused)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select status from import_job") == "awaiting_mapping"
        assert tx.value("select count(*) from procrastinate_jobs") == 0


def test_a_file_is_read_again_as_one_says(alice, brought):
    here = brought("Mail;Näme\nada@kestrel-example.com;Zoë\n".encode("cp1252"))
    assert "Näme" in words(alice.get(here))
    answer = alice.post(here, data={"do": "reread", "encoding": "cp1251", "delimiter": "comma"})
    assert answer.headers["location"] == here
    assert "Mail;Nдme" in words(alice.get(here))
    refused = alice.post(here, data={"do": "reread", "encoding": "klingon"})
    assert (refused.status_code, "There is no encoding" in words(refused)) == (400, True)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04....xl/workbook.xml" + b"\0" * 200, "Save it as CSV"),
        (b"", "empty"),
        (b"ada@kestrel-example.com,Ada\nbo@kestrel-example.com,Bo\n", "Add a first row"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"Email,First name,Company\r\n\r\n\r\n", "There are no rows below the header"),
    ],
    ids=["xlsx", "empty", "headerless", "binary", "header only"],
)
def test_what_is_no_table_is_refused_with_the_fix_and_not_kept(alice, world, data, told):
    answer = alice.post("/contacts/import", files={"file": ("leads.xlsx", io.BytesIO(data))})
    assert (answer.status_code, told in words(answer)) == (400, True)
    assert "Import your first CSV" in words(alice.get("/imports"))
    assert not [path for path in world.instance.files.rglob("*") if path.is_file()]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(*) from file") == 0
    assert "Choose a file first" in words(alice.post("/contacts/import"))


def test_htmx_is_sent_on_by_its_own_header(alice):
    answer = alice.post(
        "/contacts/import", files={"file": ("leads.csv", io.BytesIO(LEADS))},
        headers={"hx-request": "true"},
    )  # fmt: skip
    assert answer.status_code == 204
    assert answer.headers["hx-redirect"].endswith("/map")


def test_an_agency_names_its_client(alice, brought, world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set agency = true where id = %s", [tx.workspace_id])
    page = alice.get("/contacts/import")
    assert "client_id" in page.text
    refused = alice.post("/contacts/import", files={"file": ("leads.csv", io.BytesIO(LEADS))})
    assert (refused.status_code, "say for which one" in words(refused)) == (400, True)
    here = brought(client_id=world.alice.client.shown_id)
    assert f"for {world.alice.client.name}" in words(alice.get(here))
