"""The pages of imports as Alice, Bob and Charlie see them, without a line of script (S1-52…63)."""

from __future__ import annotations

import html
import re

import psycopg
import pytest

from nimbus.imports import shown_rows
from tests.imports.conftest import IMPORTS, PEOPLE


def words(answer):
    """What one reads on a page."""
    text = re.sub(
        r"<(script|style|template|select)\b.*?</\1>|<[^>]+>", " ", answer.text, flags=re.S
    )
    return " ".join(html.unescape(text).split())


@pytest.fixture
def done(import_of):
    """An import that is complete: its page."""
    return f"/imports/{import_of()['id']}"


def test_nobody_without_a_session(http):
    for path in ("/imports", "/contacts/import", "/imports/imp_01h455vb4pex5vsknk084sn02q"):
        answer = http.get(path)
        assert (answer.status_code, "/login" in answer.headers["location"]) == (303, True)


def test_bob_sees_imports_and_is_offered_none(done, world, browser_of):
    bob = browser_of(world.bob)
    assert "people.csv" in words(bob.get("/imports"))
    assert "/contacts/import" not in bob.get("/imports").text
    assert bob.get(done).status_code == 200
    assert bob.get(f"{done}/errors.csv").status_code == 200
    for path in ("/contacts/import", f"{done}/map"):
        assert bob.get(path).status_code == 403
    for path in ("/contacts/import", f"{done}/map", f"{done}/resume"):
        assert bob.post(path).status_code == 403


def test_charlie_sees_nothing_of_it(done, world, browser_of):
    charlie = browser_of(world.charlie)
    assert "people.csv" not in charlie.get("/imports").text
    for path in ("", "/map", "/live", "/scores", "/errors.csv", "/rows.csv"):
        assert charlie.get(done + path).status_code == 404, path
    assert charlie.post(f"{done}/resume").status_code == 404
    assert charlie.post(f"{done}/map").status_code == 404


def test_an_empty_history_says_what_to_do_next(world, browser_of):
    alice = browser_of(world.alice)
    page = alice.get("/imports")
    assert "Import your first CSV" in words(page)
    assert 'href="/contacts/import"' in page.text
    sample = alice.get("/imports/sample.csv")
    assert sample.content.count(b"\n") == 26
    assert "attachment" in sample.headers["content-disposition"]


def test_the_report_accounts_for_every_row(done, world, browser_of):
    alice = browser_of(world.alice)
    page = alice.get(done)
    said = words(page)
    assert "6 rows in" in said
    assert "“not an email” is not an email address." in said
    assert f'href="{done}/errors.csv"' in page.text
    assert f'href="/contacts?import={done[9:]}"' in page.text
    assert "Repeats the email of line 3" in words(alice.get(f"{done}?outcome=skipped"))
    assert "1 row repeats the email of an earlier row of the file" in said
    repeated = words(alice.get(f"{done}?outcome=repeated"))
    assert "Only the rows that repeat" in repeated
    assert "Repeats the email of line 3" in repeated
    imported = alice.get(f"{done}?outcome=imported")
    assert "ada@kestrel-example.com" in words(imported)
    contact = re.search(r'href="(/contacts/cont_\w+)"', imported.text)[1]
    assert alice.get(contact).status_code == 200
    assert "No row was updated." in words(alice.get(f"{done}?outcome=updated"))
    assert alice.get(f"{done}?outcome=lost").status_code == 400
    judged = words(alice.get(f"{done}/scores"))
    assert "3 contacts" in judged
    assert "Tier A" in judged


def test_pages_of_rows_lead_on_and_back(done, world, browser_of, monkeypatch):
    monkeypatch.setattr(shown_rows, "SIZE", 1)
    alice = browser_of(world.alice)
    first = alice.get(f"{done}?outcome=imported")
    assert "after=1#rows" in first.text
    second = alice.get(f"{done}?outcome=imported&after=1")
    assert "bo@kestrel-example.com" in words(second)
    assert "before=2#rows" in second.text
    assert "ada@kestrel-example.com" in words(alice.get(f"{done}?outcome=imported&before=2"))
    last = alice.get(f"{done}?outcome=imported&after=2")
    assert "eve@rival-example.com" in words(last)
    assert "&amp;after=" not in last.text


def test_a_queued_import_is_watched_and_says_that_nobody_works(upload, world, browser_of):
    _, made = upload()
    here = f"/imports/{made['id']}"
    alice = browser_of(world.alice)
    page = alice.get(here)
    assert f'hx-get="{here}/live" hx-trigger="every 1s"' in page.text
    assert "No worker is running" in words(page)
    assert "No worker is running" in words(alice.get("/imports"))
    beat(world)
    assert "No worker is running" not in words(alice.get(here))
    world.work()
    live = alice.get(f"{here}/live")
    assert live.headers["hx-refresh"] == "true"
    assert "hx-trigger" not in live.text


def beat(world):
    """A worker's heart, as the queue keeps it."""
    with psycopg.connect(world.instance.logins.migrate, autocommit=True) as connection:
        connection.execute("insert into procrastinate_workers (last_heartbeat) values (now())")


def test_a_paused_import_goes_on_with_a_click_and_without_enrichment(
    import_of, api, world, browser_of
):  # fmt: skip
    paused = import_of(enrich=True)
    here = f"/imports/{paused['id']}"
    alice = browser_of(world.alice)
    page = alice.get(here)
    assert "Paused at enriching" in words(page)
    assert "Resume without enrichment" in page.text
    assert alice.post(f"{here}/resume", data={"enrich": "no"}).headers["location"] == here
    assert alice.post(f"{here}/resume", data={"enrich": "no"}).status_code == 303
    world.work()
    assert "6 rows in" in words(alice.get(here))
    assert api("GET", f"{IMPORTS}{paused['id']}/")[1]["options"]["enrich"] is False


def test_unchanged_rows_are_counted_alike_everywhere(import_of, world, browser_of, upload):
    import_of()
    again = import_of(name="again.csv")
    assert (again["updated"], again["unchanged"]) == (3, 3)
    alice = browser_of(world.alice)
    line = re.search(
        r"<tr[^>]*>(?:(?!</tr>).)*again\.csv.*?</tr>", alice.get("/imports").text, re.S
    )
    cells = re.findall(r'<td class="is-number[^"]*">([\d,]+)</td>', line[0])
    assert cells == ["6", "0", "0", "3", "1", "0", "2"]
    drafted = alice.post("/contacts/import", files={"file": ("people.csv", PEOPLE)})
    goes_to = re.findall(
        r'<select[^>]*name="goes_to".*?value="([^"]*)" selected',
        alice.get(drafted.headers["location"]).text, re.S,
    )  # fmt: skip
    form = {"goes_to": goes_to, "do": "preview"}
    tried = words(alice.post(drafted.headers["location"], data=form))
    assert "Updated 0" in tried
    assert "Unchanged 3" in tried


def test_a_cancelled_import_is_no_failure(upload, world, browser_of, api):
    _, made = upload()
    here = f"/imports/{made['id']}"
    alice = browser_of(world.alice)
    assert "Waiting for a worker." in words(alice.get(here))
    assert alice.post(f"{here}/cancel").status_code == 303
    page = alice.get(here)
    assert "cancelled here" in words(page)
    assert "is-failed" not in page.text
    assert "read so far" not in words(page)
    assert f'action="{here}/again"' in page.text


def test_the_columns_of_a_file_are_mapped_anew_once_it_was_imported(upload, world, browser_of, api):
    _, made = upload(mapping={"Email": "email", "Title": "last_name"}, defaults={"city": "Bonn"})
    world.work()
    here = f"/imports/{made['id']}"
    assert browser_of(world.bob).post(f"{here}/again").status_code == 403
    alice = browser_of(world.alice)
    answer = alice.post(f"{here}/again")
    assert answer.status_code == 303, words(answer)
    new = answer.headers["location"].split("/")[2]
    assert (answer.status_code, new != made["id"]) == (303, True)
    _, shown = api("GET", f"{IMPORTS}{new}/")
    assert (shown["status"], shown["name"], shown["options"]["defaults"]) == (
        "awaiting_mapping", "people.csv", {"city": "Bonn"},
    )  # fmt: skip
    assert "Title" in words(alice.get(answer.headers["location"]))
    mapping = {"mapping": {"Email": "email", "Title": "title"}}
    assert api("PUT", f"{IMPORTS}{new}/mapping/", json=mapping)[0] == 200
    world.work()
    assert api("GET", f"{IMPORTS}{new}/")[1]["updated"] == 3, "ada, bo and eve once more"
    # Where somebody of the file was erased, it is not kept.
    for kept in (world.instance.files / str(world.alice.who.workspace_id)).rglob("*"):
        if kept.is_file():
            kept.unlink()
    gone = alice.post(f"{here}/again")
    assert (gone.status_code, "Upload it again" in gone.text) == (409, True)


def test_an_import_is_brought_again_without_defaults_that_fit_no_more(
    upload, world, browser_of, api
):
    field = {"name": "shoe_size", "field_type": "string"}
    status, made = api("POST", "/api/v1/custom-fields/", json=field)
    assert status == 201, made
    key = f"custom.{made['name']}"
    _, first = upload(mapping={"Email": "email"}, defaults={key: "44", "city": "Bonn"})
    here, alice = f"/imports/{first['id']}", browser_of(world.alice)
    early = alice.post(f"{here}/again")
    assert early.status_code == 409
    assert "This import is queued" in words(early)
    assert alice.post(f"{here}/cancel").status_code == 303
    assert api("DELETE", f"/api/v1/custom-fields/{made['id']}/")[0] in (200, 204)
    answer = alice.post(f"{here}/again")
    assert answer.status_code == 303, words(answer)
    new = answer.headers["location"].split("/")[2]
    said = f"The default “44” for {key} was left out."
    assert said in words(alice.get(answer.headers["location"]))
    mapping = {"mapping": {"Email": "email"}}
    assert api("PUT", f"{IMPORTS}{new}/mapping/", json=mapping)[0] == 200
    _, shown = api("GET", f"{IMPORTS}{new}/")
    assert shown["options"]["defaults"] == {"city": "Bonn"}
    assert any(one.startswith(said) for one in shown["warnings"])


def test_a_stage_that_was_not_asked_for_is_not_ticked(done, world, browser_of):
    page = browser_of(world.alice).get(done).text
    [station] = [one for one in page.split("<li")[1:] if ">Enriching<" in one]
    assert "is-waiting" in station
    assert "not asked for" in station
    assert "utf-8" not in words(browser_of(world.alice).get(done))


def test_the_history_is_asked_for_by_state_by_whom_and_when(import_of, world, browser_of, upload):
    by = import_of(name="spring.csv")["created_by"]
    upload(b"Sort,Kind\na,b\n", name="odd.csv")
    alice = browser_of(world.alice)

    def shown(**asked):
        found = words(alice.get("/imports", params=asked))
        return {name for name in ("spring.csv", "odd.csv") if name in found}

    assert shown() == shown(since="yesterday") == shown(state="?") == {"spring.csv", "odd.csv"}
    assert shown(state="complete") == shown(q="SPRI") == {"spring.csv"}
    assert shown(state="waiting") == {"odd.csv"}
    assert shown(q=by, since="2020-01-01", until="2999-01-01") == shown()
    assert shown(until="2020-01-01") == shown(since="2999-01-01", until="9999-12-31") == set()
    # A day begins and ends where the person is.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update import_job set created_at = '2020-05-05T03:00Z' where name = 'spring.csv'")
    of_day = {"since": "2020-05-05", "until": "2020-05-05"}
    assert shown(**of_day) == {"spring.csv"}
    alice.cookies.set("zone", "America/Los_Angeles")
    assert shown(**of_day) == set()
    assert shown(since="2020-05-04", until="2020-05-04") == {"spring.csv"}
    nothing = alice.get("/imports", params={"q": "%"})
    assert "No import matches" in words(nothing)
    assert "Import a file" in words(nothing)


def test_the_history_goes_by_pages(import_of, world, browser_of, monkeypatch):
    from nimbus.imports import pages

    monkeypatch.setattr(pages, "SIZE", 1)
    import_of(PEOPLE, name="older.csv")
    import_of(PEOPLE, name="newer.csv")
    alice = browser_of(world.alice)
    first = alice.get("/imports")
    assert "newer.csv" in first.text
    assert "older.csv" not in first.text
    following = re.search(r'href="(/imports\?before=imp_\w+)"', first.text)[1]
    assert "older.csv" in alice.get(following).text
