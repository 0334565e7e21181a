"""Who may roll an import back, when, and how it is told (G-01)."""

from __future__ import annotations

from typing import Any

from nimbus.db import ids
from tests.conftest import World
from tests.imports.conftest import IMPORTS
from tests.imports.rolling import NEW, OLD
from tests.imports.test_run import bring
from tests.imports.undoing import (
    contacts,
    edit,
    roll_back,
)


def test_bob_may_not_and_charlie_finds_nothing(api: Any, import_of: Any, world: World) -> None:
    url = f"{IMPORTS}{import_of()['id']}/rollback/"
    for address in (url, f"{url}undo/"):
        assert api("POST", address, world.bob)[0] == 403
        assert api("POST", address, world.charlie)[0] == 404


def test_over_the_api(api: Any, import_of: Any, upload: Any, world: World) -> None:
    made = import_of()
    url = f"{IMPORTS}{made['id']}/"
    assert made["rollback"] is None
    assert api("GET", f"{url}kept/")[1]["data"] == []
    assert len(api("GET", f"{url}kept.csv")[1].splitlines()) == 1
    assert api("POST", f"{url}rollback/undo/")[0] == 409
    edit(world, "ada@kestrel-example.com", title="Chair")

    status, asked = api("POST", f"{url}rollback/")
    assert (status, asked["status"]) == (202, "rolled_back")
    assert (asked["rollback"]["operation"], asked["rollback"]["status"]) == ("rollback", "queued")
    for address in ("rollback/", "rollback/undo/"):
        status, refused = api("POST", url + address)
        assert (status, refused["error"]["code"]) == (409, "conflict")
        assert "being rolled back" in refused["error"]["message"]
    world.work()
    done = api("GET", url)[1]
    assert done["rollback"] | {"started_at": 0, "finished_at": 0, "message": 0} == {
        "operation": "rollback", "status": "done", "done": 7, "total": 7, "message": 0,
        "contacts_trashed": 2, "contacts_restored": 0, "contacts_kept": 1, "companies_removed": 1,
        "companies_restored": 0, "companies_kept": 1, "started_by": made["created_by"],
        "started_at": 0, "finished_at": 0,
    }  # fmt: skip
    # The ledger says what happened then.
    assert done["imported"] == made["imported"] == 3
    assert api("GET", f"{IMPORTS}?page_size=1")[1]["data"][0]["rollback"] == done["rollback"]
    first = api("GET", f"{url}kept/?page_size=1")[1]
    assert first["meta"]["total_count"] == 2
    second = api("GET", f"{url}kept/?page_size=1&cursor={first['meta']['next_cursor']}")[1]
    told = {one["name"]: one for one in first["data"] + second["data"]}
    ada = told["ada@kestrel-example.com"]
    assert (ada["reason"], ada["fields"], ada["changed_by"]) == (
        "edited", ["title"], world.alice.who.name,
    )  # fmt: skip
    assert ada["message"] == f"Changed since by {world.alice.who.name}: Job title."
    assert told["kestrel-example.com"]["reason"] == "in_use"
    file = api("GET", f"{url}kept.csv")[1].splitlines()
    assert file[0] == "thing,id,name,reason,message,fields,changed_by,changed_at"
    assert len(file) == 3
    assert api("POST", f"{url}rollback/")[0] == 409

    status, asked = api("POST", f"{url}rollback/undo/")
    assert (status, asked["rollback"]["operation"]) == (202, "undo")
    world.work()
    assert api("GET", url)[1]["status"] == "complete"
    assert api("POST", f"{url}rollback/undo/")[0] == 409


def test_what_runs_or_wrote_nothing_is_not_rolled_back(
    api: Any, import_of: Any, upload: Any, world: World
) -> None:
    queued = upload()[1]["id"]
    status, refused = api("POST", f"{IMPORTS}{queued}/rollback/")
    assert (status, refused["error"]["code"]) == (409, "conflict")
    assert "Cancel it" in refused["error"]["message"]
    world.work()
    nothing = import_of(b"Email\nnot an email\n")
    status, refused = api("POST", f"{IMPORTS}{nothing['id']}/rollback/")
    assert (status, refused["error"]["code"]) == (409, "conflict")
    assert "othing" in refused["error"]["message"]
    assert api("GET", f"{IMPORTS}{nothing['id']}/")[1]["status"] == "complete"


def test_the_page_asks_first_and_then_tells(world: World, browser_of: Any) -> None:
    made = bring(world, NEW)
    edit(world, "dan@zeta.com", city="Rome")
    url = f"/imports/{ids.show('imp', made.id)}"
    alice = browser_of(world.alice)
    page = alice.get(url).text
    assert "Roll back this import?" in page
    assert "4 contacts that it created go to the trash." in page
    assert alice.post(f"{url}/rollback").status_code == 303
    assert "Waits for the worker" in alice.get(url).text
    assert "Rolling back" in alice.get(f"{url}/live").text
    world.work()
    page = alice.get(url).text
    assert "Rolled back" in page
    assert "Undo the rollback" in page
    assert "Changed since by alice@acme.test: City." in page
    assert "dan@zeta.com" in page
    assert "dan@zeta.com" in alice.get(f"{url}/kept.csv").text
    assert alice.get(f"{url}?kept_after=nonsense").status_code == 200
    assert alice.post(f"{url}/rollback").status_code == 303  # the second click of two
    contact = next(id for id, row in contacts(world).items() if row["email"] == "dan@zeta.com")
    assert alice.get(f"/contacts/{ids.show('cont', contact)}").status_code == 200
    assert alice.post(f"{url}/rollback/undo").status_code == 303
    world.work()
    assert "The rollback was undone" in alice.get(url).text
    bob = browser_of(world.bob)
    page = bob.get(url).text
    assert f'action="{url}/rollback"' not in page
    assert bob.post(f"{url}/rollback").status_code == 403


def test_a_contact_tells_what_happened_to_it(world: World, browser_of: Any) -> None:
    bring(world, OLD)
    made = bring(world, NEW)
    roll_back(world, made)
    ann = next(id for id, row in contacts(world).items() if row["email"] == "ann@acme.com")
    page = browser_of(world.alice).get(f"/contacts/{ids.show('cont', ann)}?tab=activity").text
    assert "Set back by the rollback of" in page
