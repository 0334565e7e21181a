"""A list from a file, and into one: read line by line, told of line by line, undone as a whole."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from nimbus.suppression import EMAILS, add, file_run
from tests.conftest import World
from tests.scoring.people import work_all

HERE = "/suppression/emails/file"


def sent(browser: Any, text: str | bytes, here: str = HERE, **form: str) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    given = {"reason": "manual", "note": "", **form}
    return browser.post(here, data=given, files={"file": ("gone.csv", raw, "text/csv")})


def test_each_line_is_added_known_or_told_of(world: World, browser_of: Any) -> None:
    alice = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add(tx, world.alice.who, EMAILS, ["old@acme.com"], reason="opt_out", through="api")
    text = (
        "\ufeffName;E-mail;Reason\nAnn;ann@acme.com;\nBo;bo@acme.com;Spam complaint\n"
        "Old;old@acme.com;\nAnn;ANN@acme.com;\n;;\nNo;nobody;\nX;x@acme.com;spite\n"
        "Firm;@firma6.de;\n"
    )
    answer = sent(alice, text, note="from the agency")
    assert answer.status_code == 303
    page = alice.get(answer.headers["location"]).text
    assert "Lines that could not be read" in page
    assert "1, taken as “Manual”" in page
    for line, why in (("7", "nobody"), ("9", "Domains have a list of their own")):
        assert f'<td class="is-number">{line}</td>' in page
        assert why in page
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = file_run.find(tx, tx.value("select job_id from suppression_file"))
        assert (found.added, found.already, found.refused, found.lines) == (3, 2, 2, 7)
        assert found.noted == 1
        held = {row["email"]: row for row in tx.rows("select * from suppression")}
        assert {email: row["reason"] for email, row in held.items()} == {
            "old@acme.com": "opt_out", "ann@acme.com": "manual", "bo@acme.com": "spam_complaint",
            "x@acme.com": "manual",
        }  # fmt: skip
        assert held["ann@acme.com"]["source"] == "gone.csv"
        assert held["ann@acme.com"]["note"] == "from the agency"
        assert held["x@acme.com"]["note"] == "from the agency The file says: spite"
        # The file is not kept.
        assert not tx.value("select exists (select from file where id = %s)", [found.file_id])

    # Found by source, day and reason; a file again of what is shown.
    shown = alice.get("/suppression", params={"source": "gone.csv", "reason": "manual"}).text
    assert "ann@acme.com" in shown
    assert "bo@acme.com" not in shown
    assert "ann@acme.com" not in alice.get("/suppression", params={"since": "2999-01-01"}).text
    assert "ann@acme.com" in alice.get("/suppression", params={"since": "yesterday"}).text
    # A day begins where the person is.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update suppression set created_at = '2030-05-05T03:00Z' where email = %s",
               ["ann@acme.com"])  # fmt: skip
    for zone, is_there in (("UTC", True), ("America/Los_Angeles", False)):
        alice.cookies.set("zone", zone)
        since = alice.get("/suppression", params={"since": "2030-05-05"}).text
        assert ("ann@acme.com" in since) is is_there
    text = alice.get("/suppression/emails/list.csv", params={"source": "gone.csv"}).text
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["email"], row["reason"], row["source"]) for row in rows] == [
        ("bo@acme.com", "spam_complaint", "gone.csv"), ("x@acme.com", "manual", "gone.csv"),
        ("ann@acme.com", "manual", "gone.csv"),
    ]  # fmt: skip

    # All of it is taken off again, and nothing else.
    undo = page.split('action="/suppression/emails/undo/')[1].split('"')[0]
    assert "Undone for 3 emails" in alice.post(f"/suppression/emails/undo/{undo}").text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.column("select email from suppression") == ["old@acme.com"]


def test_many_lines_are_read_by_a_job_from_where_it_was(
    world: World, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_run, "BATCH", 3)
    alice = browser_of(world.alice)
    text = "".join(f"d{at}.example.com\r\n" for at in range(8)) + "Zürich".ljust(3)
    answer = sent(alice, text.encode("cp1252"), "/suppression/domains/file", reason="customer")
    page = answer.headers["location"]
    assert "3 of 8 lines" in alice.get(page).text
    assert "hx-get" in alice.get(page).text.split("file-state")[1][:100]
    work_all(world)
    done = alice.get(page).text
    assert "hx-get" not in done.split("file-state")[1][:100]
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(*) from suppression_domain") == 8
        counts = tx.row("select lines, added, already, refused from suppression_file")
        assert counts == {"lines": 9, "added": 8, "already": 0, "refused": 1}
        assert tx.value("select status from job order by id desc limit 1") == "done"


def test_a_file_that_ceases_to_be_csv_ends_there(
    world: World, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_run, "BATCH", 2)
    alice = browser_of(world.alice)
    endless = "a@b.com\nc@d.com\ne@f.com\n" + '"' + "x\n" * 1_000
    page = sent(alice, endless).headers["location"]
    work_all(world)
    told = alice.get(page).text
    assert "From here on this is no CSV" in told
    assert '<td class="is-number">4</td>' in told
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(*) from suppression") == 3
        assert tx.value("select count(*) from file") == 0


@pytest.mark.parametrize("header", ["Mail", "E-Mail", "Email Address", "E-post", "email_address"])
def test_the_column_is_found_as_an_import_of_contacts_finds_it(
    world: World, browser_of: Any, header: str
) -> None:
    text = f"Contact;{header}\nann@old.com;ann@acme.com\n"
    assert sent(browser_of(world.alice), text).status_code == 303
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.column("select email from suppression") == ["ann@acme.com"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "empty"), ("a\0b\n", "no CSV"), ("Name,City\nAnn,Rome\n", "called “email”")],
)
def test_what_is_no_list_is_refused(world: World, browser_of: Any, text: str, words: str) -> None:
    answer = sent(browser_of(world.alice), text)
    assert answer.status_code == 400
    assert words in answer.text


def test_bob_and_charlie(world: World, browser_of: Any) -> None:
    page = sent(browser_of(world.alice), "a@acme.com\n").headers["location"]
    bob = browser_of(world.bob)
    assert sent(bob, "a@acme.com\n").status_code == 403
    assert "Take these off again" not in bob.get(page).text
    charlie = browser_of(world.charlie)
    assert charlie.get(page).status_code == 404
    assert "a@acme.com" not in charlie.get("/suppression/emails/list.csv").text
