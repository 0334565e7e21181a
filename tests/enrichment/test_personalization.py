"""Personalization: written by programs, shown, changed and copied by people, undone, merged and
erased with the contact (D-26, S0-21)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.duplicates.merge import Wanted, merge
from nimbus.enrichment.personalization import put
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_contact

LINES = {"opening": "Saw your talk.\n<b>Well done</b>", "ps": "Greetings from Hamburg"}
READY = {"status": "ready", "lines": LINES, "source": "Research bot"}


def test_personalization(
    world: World, http: TestClient, browser_of: Callable[[Person], TestClient]
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        kept, gone = add_contact(tx), add_contact(tx)
    headers = world.alice.headers

    def path(id: Any = kept) -> str:
        return f"/api/v1/contacts/{ids.show('cont', id)}/personalization/"

    def write(body: Any, status: int = 200, who: Person = world.alice, id: Any = kept) -> Any:
        answer = http.put(path(id), json=body, headers=who.headers)
        assert answer.status_code == status, answer.text
        return answer

    def read(id: Any = kept) -> dict[str, Any]:
        found: dict[str, Any] = http.get(path(id), headers=headers).json()
        return found

    def undo(operation: str) -> None:
        answer = http.post(f"/api/v1/operations/{operation}/undo/", headers=headers)
        assert answer.status_code == 200, answer.text

    def find(status: str) -> set[str]:
        asked = f"/api/v1/contacts/?personalization.status={status}"
        return {one["id"] for one in http.get(asked, headers=headers).json()["data"]}

    # Nobody has begun; a program writes it, as a whole each time, and each is undone.
    nothing = read()
    assert (nothing["status"], nothing["lines"], nothing["updated_at"]) == ("none", {}, None)
    write(READY, 403, world.bob)
    write(READY, 404, world.charlie)
    for wrong, field in (
        ({"status": "done"}, "status"), ({"status": "ready", "lines": {"Bad name": "x"}}, "lines"),
        ({"status": "ready", "lines": {"a": " "}}, "lines"), ({"status": "none", "x": 1}, "x"),
    ):  # fmt: skip
        assert write(wrong, 400).json()["error"]["field"].startswith(field)
    first = write({"status": "queued"}).headers["nimbus-operation"]
    ready = write(READY)
    assert ready.json()["lines"] == LINES
    assert find("ready") == {ids.show("cont", kept)}
    assert find("none") == {ids.show("cont", gone)}
    failed = write({"status": "failed", "error": "Nobody of that name."})
    assert failed.json()["lines"] == {}
    undo(failed.headers["nimbus-operation"])
    assert (read()["status"], read()["lines"]) == ("ready", LINES)
    removed = http.delete(path(), headers=headers)
    assert (removed.status_code, read()["status"]) == (204, "none")
    undo(removed.headers["nimbus-operation"])
    assert read()["lines"] == LINES
    assert http.post(f"/api/v1/operations/{first}/undo/", headers=headers).json()["kept"] == 1

    # On the page it is read, changed and undone.
    page = browser_of(world.alice)
    here = f"/contacts/{ids.show('cont', kept)}/research"
    shown = page.get(here).text
    assert "&lt;b&gt;Well done" in shown
    assert "Never attempted" in shown
    changed = page.post(f"{here}/line", data={"name": "ps", "text": "Bye"})
    shown = page.get(changed.headers["location"]).text
    assert read()["lines"]["ps"] == "Bye"
    found = re.search(r"/operations/op_\w+/undo", shown)
    assert found
    page.post(found[0])
    assert read()["lines"] == LINES
    page.post(f"{here}/line", data={"name": "other", "text": "x"})
    page.post(f"{here}/line", data={"name": "ps", "text": ""})
    assert set(read()["lines"]) == {"opening"}

    # Whoever is kept has it of the other; when they are parted, it goes back.
    write(READY, id=gone)
    page.post(f"{here}/removal")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        merged = merge(tx, world.alice.who, "api", Wanted(kept, (gone,)))
        operation = ids.show("op", merged.operation.id)
    assert read()["lines"] == LINES
    undo(operation)
    assert (read()["status"], read(gone)["lines"]) == ("none", LINES)

    # Old answers are told as stale; erasing leaves no word of it.
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            "insert into enrichment_cache (workspace_id, email_key, provider, answer, fetched_at) "
            "select workspace_id, email_key, 'apollo', '{}', %s from contact where id = %s",
            [tx.now - timedelta(days=91), gone],
        )
    assert "Stale" in page.get(f"/contacts/{ids.show('cont', gone)}/research").text
    erased = http.delete(path(gone).replace("personalization/", "?hard=true"), headers=headers)
    assert erased.status_code == 200, erased.text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(*) from personalization") == 0
        left = tx.value(
            "select count(*) from change c join operation o on o.id = c.operation_id "
            "where c.thing = 'personalization' and o.subject_id = %s "
            "and coalesce(c.before, c.after) is not null",
            [gone],
        )
        assert left == 0


def test_what_is_there_is_shown_in_the_list(
    world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    """Status, lines and source are columns, looked up for the rows of a page (D-26)."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        written, _ = add_contact(tx), add_contact(tx)
        put(tx, world.alice.who, written, READY, "api")
    columns = [f"personalization.{one}" for one in ("status", "lines", "source")]
    bob = browser_of(world.bob)
    form = bob.get("/contacts/columns").text
    assert all(f'<option value="{one}">' in form for one in columns)
    bob.post("/contacts/columns", data={"column": columns, "width": ["m", "l", "m"]})
    page = bob.get("/contacts").text
    for words in ("Ready", "Not researched", "opening: Saw your talk.", "Research bot"):
        assert page.count(f'title="{words}') == 1, words
    assert bob.get("/contacts?personalization.lines=x").status_code == 400
