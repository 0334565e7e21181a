"""The log is complete: what differs after each of a random run of writes, by whatever way they came
in, is what the log says (G-49)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.operations import sealing, verifying
from tests.conftest import Person, World
from tests.imports.test_run import bring
from tests.imports.undoing import bring_back, roll_back

TABLES = {
    "contact": "contact", "company": "company", "custom_field": "custom_field",
    "icp_tier_rule": "icp_tier_rule", "segment": "segment", "saved_view": "saved_view",
    "suppression": "suppression", "suppression_domain": "suppression_domain", "note": "note",
    "task": "task", "deal": "deal", "webhook": "webhook", "client": "client",
}  # fmt: skip
# What follows from other columns, what counts events, and when something was touched.
FOLLOWS = {
    "updated_at", "words", "marks", "total_sent", "total_opened", "total_clicked", "total_replied",
    "last_contacted_at", "last_opened_at", "last_replied_at", "last_activity_at", "name_key",
}  # fmt: skip
State = dict[tuple[str, str], dict[str, Any]]
TITLES = ("CTO", "VP Sales", "Head of Data", "Intern", None)
TAGS = ("vip", "lead", "cold", "partner")


class Workload:
    """Random writes of Alice's, each compared with what the log says of it."""

    def __init__(self, http: TestClient, world: World, browser: TestClient, seed: int) -> None:
        self.http, self.world, self.browser = http, world, browser
        self.random = random.Random(seed)
        self.state, self.last = self._dump(), self._end()
        self.rows = 0

    def step(self, name: str) -> None:
        """After a write: what differs now, and what the log has gained."""
        state, changes = self._dump(), self._since()
        told: dict[tuple[str, str], list[Any]] = {}
        for change in changes:
            told.setdefault((change["thing"], str(change["thing_id"])), []).append(change)
        for key in self.state.keys() | state.keys():
            old, new, of_it = self.state.get(key), state.get(key), told.get(key, [])
            kinds = [change["kind"] for change in of_it]
            if old is None:
                assert "created" in kinds, (name, key)
            elif new is None:
                assert kinds, (name, key)
            elif key[0] in ("contact", "company"):
                assert _told(of_it) == _differing(old, new), (name, key, of_it)
                self.rows += len(_told(of_it))
            else:
                assert bool(_differing(old, new)) == bool(kinds), (name, key, of_it)
        self.state, self.last = state, self._end()

    def contact(self) -> str:
        live = [key[1] for key, row in self.state.items()
                if key[0] == "contact" and not row["is_deleted"]]  # fmt: skip
        return ids.show("cont", UUID(self.random.choice(sorted(live))))

    def call(self, method: str, path: str, **more: Any) -> Any:
        answer = self.http.request(
            method, f"/api/v1/{path}", headers=self.world.alice.headers, **more
        )
        assert answer.status_code < 300 or answer.status_code == 409, answer.text
        return answer

    def values(self) -> dict[str, Any]:
        pick = self.random.choice
        return {"title": pick(TITLES), "tags": self.random.sample(TAGS, 2), "city": pick(TAGS)}

    def _dump(self) -> State:
        found: State = {}
        with self.world.door.workspace(self.world.alice.who.workspace_id) as tx:
            for table, thing in TABLES.items():
                for row in tx.column(f"select to_jsonb(t) from {table} t"):
                    kept = {name: value for name, value in row.items() if name not in FOLLOWS}
                    found[thing, row["id"]] = kept
        return found

    def _end(self) -> Any:
        with self.world.door.workspace(self.world.alice.who.workspace_id) as tx:
            return tx.value("select id from change order by id desc limit 1")

    def _since(self) -> list[dict[str, Any]]:
        with self.world.door.workspace(self.world.alice.who.workspace_id) as tx:
            return tx.rows(
                "select thing, thing_id, kind, before, after from change where id > %s order by id",
                [self.last],
            )


def _differing(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (old[name], new[name]) for name in new if old[name] != new[name]}


def _told(changes: list[dict[str, Any]]) -> dict[str, tuple[Any, Any]]:
    """The first value before and the last one after of each column, where they differ."""
    found: dict[str, tuple[Any, Any]] = {}
    for change in changes:
        if change["kind"] == "created":
            return {}
        for name in {**(change["before"] or {}), **(change["after"] or {})}:
            was, now = (change["before"] or {}).get(name), (change["after"] or {}).get(name)
            found[name] = (found[name][0] if name in found else was, now)
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


FILE = "Email,First name,Title,Company,Domain,Tags\n"


def test_the_log_says_what_differs_after_a_random_run(
    http: TestClient, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    work = Workload(http, world, browser_of(world.alice), seed=27)
    pick = work.random.choice
    work.call("POST", "custom-fields/", json={"name": "stage", "field_type": "string"})
    work.step("a custom field")
    text = "".join(
        f"p{n}@firm{n % 5}.com,P{n},{pick(TITLES) or ''},Firm {n % 5},firm{n % 5}.com,vip\n"
        for n in range(20)
    )
    bring(world, FILE + text)
    work.step("an import")
    again = bring(world, FILE + text.replace("CTO", "CIO").replace("Firm 3", "Firm Three")
                  + "new@firm9.com,New,CTO,Firm 9,firm9.com,\n")  # fmt: skip
    work.step("an import of changes")

    def edited() -> None:
        work.call("PATCH", f"contacts/{work.contact()}/",
                  json={**work.values(), "custom_fields": {"stage": pick(TAGS)}})  # fmt: skip

    def company() -> None:
        one = pick(sorted(key[1] for key in work.state if key[0] == "company"))
        work.call(
            "PATCH",
            f"companies/{ids.show('comp', UUID(one))}/",
            json={"industry": pick(TAGS), "employee_count": work.random.randint(1, 900)},
        )

    def trashed() -> None:
        one = work.contact()
        work.call("DELETE", f"contacts/{one}/", json={"deletion_reason": "Left"})
        work.step("a deletion")
        work.call("POST", f"contacts/{one}/restore/")

    def bulk() -> None:
        rows = [{"email": f"p{work.random.randint(0, 30)}@firm1.com", **work.values()}
                for _ in range(5)]  # fmt: skip
        work.call("POST", "contacts/bulk/", json={"contacts": rows})

    def noted() -> None:
        one = work.call("POST", f"contacts/{work.contact()}/notes/", json={"body": "x"}).json()
        work.step("a note")
        work.call("PATCH", f"notes/{one['id']}/", json={"body": "y"})
        work.step("another note")
        work.call("DELETE", f"notes/{one['id']}/")

    def renamed() -> None:
        work.call("POST", "tags/rename/", json={"from": pick(TAGS), "to": pick(TAGS)})
        world.work()

    def by_form() -> None:
        given = {"field": ["email", "first_name"], "value": [f"f{pick(range(99))}@x.com", "Flo"]}
        answer = work.browser.post("/contacts/new", data=given)
        assert answer.status_code == 303, answer.text

    def judged() -> None:
        filter = {"field": "title", "op": "contains", "value": pick(("C", "V", "H"))}
        work.call(
            "PUT",
            "icp-tier-rules/",
            json={"data": [{"name": "Own", "tier": pick("ABCD"), "filter": filter}]},
        )
        world.work()

    def listed() -> None:
        name = f"L{work.random.random()}"
        work.call("POST", "segments/", json={"name": name, "kind": "static"})
        work.call("POST", "suppressions/", json={"emails": [f"{name}@no.com"], "reason": "manual"})

    deeds = [edited] * 4 + [company, trashed, bulk, noted, by_form, listed]
    for deed in [*work.random.choices(deeds, k=25), renamed, judged]:
        deed()
        work.step(deed.__name__)
    for undo in (roll_back, bring_back):
        undo(world, again)
        work.step(undo.__name__)
    assert work.rows > 60

    key, workspace = world.instance.secrets.key("audit"), world.alice.who.workspace_id
    here = world.instance
    assert sealing.seal_now(here.door, here.settings.data, key, workspace)
    assert verifying.verify(here.door, here.settings.data, key, workspace).is_sound
