"""Finding pairs in a workspace: by a scan and on each write, and what becomes of them (G-16)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.db import ids
from nimbus.duplicates import follow, scan
from nimbus.jobs import Context
from tests.conftest import Person, World
from tests.imports.test_run import bring

HERE = "/api/v1/duplicates/"

# Pairs: one mailbox, a nickname with its phone, a slip at one company, names in each other's place
# with a profile; and people who only look alike: a family with one phone, colleagues of one name.
CSV = """Email,First name,Last name,Company,Domain,City,Phone,LinkedIn URL
ada.king@gmail.com,Ada,King,,,Berlin,,
adaking+news@googlemail.com,Ada,King,,,,,
bob.smith@acme.com,Bob,Smith,Acme,acme.com,Boston,+1 415 555 2671,
robert@smith-home.org,Robert,Smith,,,,+1 415 555 2671,
jon.ericson@volta.io,Jon,Ericson,Volta,volta.io,,,
jon.ericsson@volta.io,Jon,Ericsson,Volta,volta.io,,,
li.wei@one.cn,Li,Wei,One,one.cn,,,linkedin.com/in/liwei88
wei.li@two.cn,Wei,Li,Two,two.cn,,,linkedin.com/in/liwei88
mia.berg@home.se,Mia,Berg,,,,+46 8 123 456 78,
tor.berg@home.se,Tor,Berg,,,,+46 8 123 456 78,
paul.adams@north.com,Paul,Adams,North,north.com,,,
zoe.quinn@south.com,Zoe,Quinn,South,south.com,,,
"""
EXPECTED = {
    frozenset({"ada.king@gmail.com", "adaking+news@googlemail.com"}): "certain",
    frozenset({"bob.smith@acme.com", "robert@smith-home.org"}): "likely",
    frozenset({"jon.ericson@volta.io", "jon.ericsson@volta.io"}): "likely",
    frozenset({"li.wei@one.cn", "wei.li@two.cn"}): "certain",
}


class Workspace:
    """Duplicates as Alice sees them."""

    def __init__(self, http: TestClient, world: World) -> None:
        self.http, self.world = http, world

    def __call__(
        self, method: str, path: str, status: int = 200, person: Person | None = None, **more: Any
    ) -> Any:
        headers = (person or self.world.alice).headers
        answer = self.http.request(method, path, headers=headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    def scan(self) -> str:
        asked = self("POST", f"{HERE}scan/", 202)
        self("POST", f"{HERE}scan/", 409)
        self.world.work()
        done = self("GET", f"{HERE}scan/")["scan"]
        assert (done["id"], done["status"], done["done"]) == (asked["id"], "done", done["total"])
        told: str = done["message"]
        return told

    def pairs(self, query: str = "") -> dict[frozenset[str], Any]:
        listed = self("GET", f"{HERE}?page_size=500{query}")
        assert listed["meta"]["total_count"] == len(listed["data"])
        emails = {one["id"]: one["email"] for one in self("GET", "/api/v1/contacts/")["data"]}
        return {frozenset(emails[id] for id in one["contact_ids"]): one for one in listed["data"]}

    def look(self) -> None:
        """What the worker does a moment after a write."""
        later = clock.now() + timedelta(minutes=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: later)
            follow.look_at_due.run(Context(self.world.instance, self.world.alice.who.workspace_id))

    def contact(self, email: str) -> str:
        found: str = self("GET", f"/api/v1/contacts/?email={email}")["data"][0]["id"]
        return found


@pytest.fixture
def alice(http: TestClient, world: World) -> Workspace:
    return Workspace(http, world)


def test_pairs_come_stay_away_and_come_back(alice: Workspace) -> None:
    bring(alice.world, CSV)
    assert alice.pairs() == {}
    alice.look()
    on_write = alice.pairs()
    assert {pair: one["verdict"] for pair, one in on_write.items()} == EXPECTED

    # A scan finds the same, and tells why.
    assert alice.scan() == "4 pairs among 12 contacts"
    found = alice.pairs()
    assert {pair: one["id"] for pair, one in found.items()} == {
        pair: one["id"] for pair, one in on_write.items()
    }
    ada = found[next(iter(EXPECTED))]
    assert [reason["words"] for reason in ada["reasons"]] == [
        "First name: the same", "Last name: the same", "Email: one mailbox"
    ]  # fmt: skip
    assert ada["score"] == sum(reason["weight"] for reason in ada["reasons"])
    whole = alice("GET", f"{HERE}{ada['id']}/")
    assert {one["email"] for one in whole["contacts"]} == set(next(iter(EXPECTED)))
    assert [one["id"] for one in whole["contacts"]] == whole["contact_ids"]
    assert set(alice.pairs("&verdict=certain")) == {
        p for p, v in EXPECTED.items() if v == "certain"
    }
    assert set(alice.pairs("&min_score=25")) < set(EXPECTED)
    bob, robert = (
        alice.contact(email) for email in ("bob.smith@acme.com", "robert@smith-home.org")
    )
    assert len(alice.pairs(f"&contact_id={bob}")) == len(alice.pairs(f"&contact_id={robert}")) == 1

    # By pages, each pair once.
    first = alice("GET", f"{HERE}?page_size=3")
    second = alice("GET", f"{HERE}?page_size=3&cursor={first['meta']['next_cursor']}")
    listed = [one["id"] for one in first["data"] + second["data"]]
    assert sorted(listed) == sorted(one["id"] for one in found.values())

    # Not duplicates: gone, however often anybody looks, until a field that spoke for it changes.
    pair = frozenset({"bob.smith@acme.com", "robert@smith-home.org"})
    shown = found[pair]["id"]
    said = alice("POST", f"{HERE}{shown}/dismiss/")
    assert said["state"] == "dismissed"
    assert said["decided_by"].startswith("First key")
    for _ in range(2):
        alice.scan()
        assert pair not in alice.pairs()
    alice("PATCH", f"/api/v1/contacts/{robert}/", json={"title": "Baker", "city": "Boston"})
    alice.look()
    assert pair not in alice.pairs()
    assert set(alice.pairs("&state=dismissed")) == {pair}
    alice("PATCH", f"/api/v1/contacts/{robert}/", json={"first_name": "Rob"})
    alice.look()
    assert alice.pairs()[pair]["id"] == shown
    alice("POST", f"{HERE}{shown}/dismiss/")
    assert alice("POST", f"{HERE}{shown}/reopen/")["state"] == "open"

    # Each of these is an operation, and is undone like any other.
    with alice.world.door.workspace(alice.world.alice.who.workspace_id) as tx:
        last = tx.value("select id from operation where kind = 'duplicate.reopen'")
    alice("POST", f"/api/v1/operations/{ids.show('op', last)}/undo/")
    assert set(alice.pairs("&state=dismissed")) == {pair}
    alice("POST", f"{HERE}{shown}/reopen/")

    # What is no pair any more goes; the trash hides one, and gives it back.
    alice("PATCH", f"/api/v1/contacts/{robert}/", json={"phone": None, "last_name": "Miller"})
    alice.look()
    assert pair not in alice.pairs()
    jon = frozenset({"jon.ericson@volta.io", "jon.ericsson@volta.io"})
    ericson = alice.contact("jon.ericson@volta.io")
    alice("DELETE", f"/api/v1/contacts/{ericson}/")
    alice.scan()
    assert jon not in alice.pairs()
    alice("POST", f"/api/v1/contacts/{ericson}/restore/")
    assert jon in alice.pairs()

    # The log has what was decided.
    with alice.world.door.workspace(alice.world.alice.who.workspace_id) as tx:
        told = tx.column(
            "select kind from change where thing = 'duplicate_pair' and thing_id = %s order by id",
            [ids.read("dup", shown)],
        )
    assert told == ["dismissed", "dismissed", "reopened", "updated", "reopened"]

    # Erased, nothing says with whom somebody was taken for one; nobody else sees any of it.
    alice("DELETE", f"/api/v1/contacts/{ericson}/?hard=true")
    with alice.world.door.workspace(alice.world.alice.who.workspace_id) as tx:
        gone = ids.read("cont", ericson)
        for left in (
            "select 1 from duplicate_pair where %s in (one_id, other_id)",
            "select 1 from duplicate_keys where contact_id = %s",
        ):
            assert tx.rows(left, [gone]) == []
        assert tx.value("select count(*) from duplicate_block") == 0
    assert alice("GET", HERE, person=alice.world.charlie)["data"] == []
    alice("POST", f"{HERE}{shown}/dismiss/", 403, alice.world.bob)


def test_a_name_of_many_is_no_reason(alice: Workspace) -> None:
    """Two of one name may be one; of ten nobody could say which, unless more speaks for it."""
    lines = [f"j{n}@mail{n}.example,John,Smith,,,,," for n in range(10)]
    lines += ["ola@a.example,Ola,Dahl,,,,,", "ola@b.example,Ola,Dahl,,,,,"]
    lines += [
        "x@y.example,John,Smith,,,,+1 415 555 2671,",
        "y@z.example,John,Smith,,,,+14155552671,",
    ]
    bring(alice.world, "\n".join([CSV.splitlines()[0], *lines]))
    alice.scan()
    assert set(alice.pairs()) == {
        frozenset({"ola@a.example", "ola@b.example"}), frozenset({"x@y.example", "y@z.example"})
    }  # fmt: skip


def test_the_end_of_a_scan_leaves_a_pair_that_is_looked_at(
    alice: Workspace, browser_of: Any
) -> None:
    bring(alice.world, CSV)
    browser = browser_of(alice.world.alice)
    alone, beside = "/duplicates/scan", "/duplicates/scan?beside=true"
    browser.post(alone)
    assert f'hx-get="{alone}"' in browser.get("/duplicates").text
    alice.world.work()
    assert browser.get(alone).headers["hx-refresh"] == "true"
    browser.post(alone)
    assert f'hx-get="{beside}"' in browser.get("/duplicates").text
    assert f'hx-get="{beside}"' in browser.get(beside).text
    alice.world.work()
    answer = browser.get(beside)
    assert "hx-refresh" not in answer.headers
    assert "The scan is over" in answer.text


def test_many_who_are_due_are_scanned_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "MANY", 10)
    bring(world, CSV)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        due = tx.value("select contacts from duplicate_due")
        follow.look_at_due.work(tx, due[:5], tx.now)
        assert tx.value("select count(*) from duplicate_due") == 0
        assert scan.is_going(tx)
    world.work()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        done = scan.latest(tx)
        assert done
        assert (done.status, done.message) == ("done", "4 pairs among 12 contacts")
