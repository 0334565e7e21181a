"""A workspace as people use it, in any order: made, edited, tagged, merged, deleted, imported, done
to many at once, and undone. Hypothesis chooses; after each step holds what always does
(`what_holds.py`), and what is undone at once leaves what was before (G-01, G-11, G-21).

`tests/operations/test_life.py` plays a sample, `make soak` a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from starlette.testclient import TestClient

from nimbus import operations
from nimbus.db import ids
from nimbus.engagement.append import append
from nimbus.engagement.event import NewEvent
from nimbus.imports.stages.run import run
from nimbus.jobs import Context
from nimbus.operations.undo_job import run_undo
from tests.conftest import Person, World, _owner
from tests.imports.test_run import bring
from tests.operations.what_holds import Dump, WhatHolds

V1 = "/api/v1/"
PEOPLE, DOMAINS = 6, ("one-example.com", "two-example.com", "gmail.com")
TAGS = ("vip", "lead", "smb")
_numbers = count(1)


@dataclass(frozen=True)
class Done:
    """Something that can be undone: its operation or its import, and what was before it."""

    operation: str
    before: Dump
    is_import: bool = False


class Life(WhatHolds):
    """`world` and `http` are set by who plays it; every play has a workspace of its own."""

    http: ClassVar[TestClient]

    @initialize()
    def begin(self) -> None:
        number = next(_numbers)
        self.me: Person = _owner(self.world.instance, f"Life {number}", f"me{number}@life.test")
        self.mine = World(self.world.instance, self.me, self.world.bob, self.world.charlie)
        self.about = f"l{number}-"
        self.stack: list[Done] = []
        self.list_id = self._ask("POST", "segments/", {"name": "List", "kind": "static"})["id"]
        some = [
            {"email": f"{self.about}p{n}@{DOMAINS[n % 3]}", "title": "VP Sales", "tags": ["lead"],
             "consent_status": ("opted_in", "unknown", "opted_out")[n % 3]}
            for n in range(4)
        ]  # fmt: skip
        self._ask("POST", "contacts/bulk/", {"contacts": some})
        self.ranks, self.held, self.may_loosen = {}, set(), False

    # What people do.

    @rule(person=st.integers(0, PEOPLE - 1), domain=st.sampled_from(DOMAINS),
          title=st.sampled_from([None, "CEO", "VP Sales"]), tags=st.sets(st.sampled_from(TAGS)),
          consent=st.sampled_from(["unknown", "opted_in", "opted_out"]))  # fmt: skip
    def make(
        self, person: int, domain: str, title: str | None, tags: set[str], consent: str
    ) -> None:
        body = {
            "email": f"{self.about}p{person}@{domain}", "first_name": f"P{person}", "title": title,
            "tags": sorted(tags), "consent_status": consent,
        }  # fmt: skip
        self._do("POST", "contacts/upsert/", {k: v for k, v in body.items() if v is not None})

    @rule(at=st.integers(0, 20), given=st.sampled_from([
        {"title": "CTO"}, {"title": None}, {"city": "Oslo", "country": "NO"},
        {"phone": "+4790000000"},
        {"role": "champion"}, {"tags": ["vip", "new"]}, {"consent_status": "opted_out"},
        {"consent_status": "opted_in", "consent_source": "a form"}, {"status": "unsubscribed"},
        {"company_domain": "three-example.com"}, {"company_domain": None},
        {"full_name": "Ada Lovelace"}, {"email": "moved"},
    ]))  # fmt: skip
    def edit(self, at: int, given: dict[str, Any]) -> None:
        contact = self._someone(at)
        if contact is None:
            return
        given = dict(given)
        if "email" in given:
            given["email"] = f"{self.about}m{next(_numbers)}@one-example.com"
        self.may_loosen = True
        self._do("PATCH", f"contacts/{contact}/", given)

    @rule(at=st.integers(0, 20), add=st.sampled_from(TAGS), remove=st.sampled_from(TAGS))
    def tag(self, at: int, add: str, remove: str) -> None:
        if contact := self._someone(at):
            self._do("POST", f"contacts/{contact}/tags/", {"add": [add], "remove": [remove]})

    @rule(at=st.integers(0, 20), industry=st.sampled_from(["Toys", "Tools"]))
    def edit_company(self, at: int, industry: str) -> None:
        found = self._look("select id from company order by id")
        if found:
            company = ids.show("comp", found[at % len(found)])
            self._do(
                "PATCH", f"companies/{company}/", {"industry": industry, "name": f"{industry} Co"}
            )

    @rule(at=st.integers(0, 20))
    def delete_company(self, at: int) -> None:
        found = self._look("select id from company order by id")
        if found:
            company = ids.show("comp", found[at % len(found)])
            self._do("DELETE", f"companies/{company}/?force=true")

    @rule(at=st.integers(0, 20))
    def delete(self, at: int) -> None:
        if contact := self._someone(at):
            self._do("DELETE", f"contacts/{contact}/", {"deletion_reason": "left"})

    @rule(at=st.integers(0, 20))
    def restore(self, at: int) -> None:
        gone = self._look(
            "select id from contact where is_deleted and merged_into is null order by id"
        )
        if gone:
            self._do("POST", f"contacts/{ids.show('cont', gone[at % len(gone)])}/restore/")

    @rule(at=st.integers(0, 20), of=st.integers(1, 20),
          chosen=st.sets(st.sampled_from(["email", "title", "full_name", "company"])))  # fmt: skip
    def merge(self, at: int, of: int, chosen: set[str]) -> None:
        one, other = self._someone(at), self._someone(at + of)
        if one is None or other is None or one == other:
            return
        body = {
            "survivor": one,
            "sources": [other],
            "choices": dict.fromkeys(sorted(chosen), other),
        }
        before = self._strictness()
        answer = self._do("POST", "contacts/merge/", body)
        if answer is not None:
            now = self._strictness()[answer["id"]]
            assert now[0] >= max(before[one][0], before[other][0])
            assert now[1] >= max(before[one][1], before[other][1])

    @rule(which=st.sampled_from(["tags", "set_field", "add", "remove", "delete", "suppress"]),
          some=st.sets(st.integers(0, 8), min_size=1))  # fmt: skip
    def do_to_many(self, which: str, some: set[int]) -> None:
        people = sorted({id for at in some if (id := self._someone(at))})
        action, options = {
            "tags": ("tags", {"add": ["bulk"], "remove": ["lead"]}),
            "set_field": ("set_field", {"field": "title", "value": "Bulk"}),
            "add": ("add_to_segment", {"segment_id": self.list_id}),
            "remove": ("remove_from_segment", {"segment_id": self.list_id}),
            "delete": ("delete", {"reason": "spring"}),
            "suppress": ("suppress", {"reason": "manual"}),
        }[which]  # fmt: skip
        if people:
            body = {"action": action, "options": options, "contact_ids": people}
            self._do("POST", "bulk/", body)

    @rule(
        at=st.integers(0, 20), type=st.sampled_from(["sent", "opened", "replied", "unsubscribed"])
    )
    def happen(self, at: int, type: str) -> None:
        """Nobody undoes what has happened, nor what came before it as if it had not."""
        contact = self._someone(at)
        if contact is None:
            return
        with self._tx() as tx:
            operation = operations.start(tx, self.me.who, "life.happen", "worker")
            event = NewEvent(ids.read("cont", contact), type, tx.now - timedelta(hours=1), "life")
            append(tx, operation, [event])
        self.stack.clear()

    @rule(at=st.integers(0, 20))
    def note(self, at: int) -> None:
        if contact := self._someone(at):
            self._ask("POST", f"contacts/{contact}/notes/", {"body": "Met"})
            self._ask("POST", f"contacts/{contact}/tasks/", {"title": "Call"})
            self.stack.clear()

    @rule(some=st.sets(st.integers(0, PEOPLE - 1), min_size=1, max_size=4),
          domain=st.sampled_from(DOMAINS), title=st.sampled_from(["", "Buyer"]),
          consent=st.sampled_from(["", "opted_in", "opted_out"]),
          in_trash=st.sampled_from(["skip", "restore", "new"]))  # fmt: skip
    def bring_file(
        self, some: set[int], domain: str, title: str, consent: str, in_trash: str
    ) -> None:
        before = self._dump()
        rows = [f"{self.about}p{n}@{domain},F{n},{title},{consent},file" for n in sorted(some)]
        text = "\n".join(["Email,First name,Title,Consent status,Tags", *rows])
        made = bring(self.mine, text, self.me, work=False, in_trash=in_trash)
        self._forget_jobs()
        run(self.world.instance, self.me.who.workspace_id, made.id)
        # New beside a contact in the trash may be looser than that one was.
        self.may_loosen = in_trash == "new"
        if self._look(
            "select id from change where operation_id = %s limit 1",
            [
                made.operation_id
                or (self._look("select operation_id from import_job where id = %s", [made.id])[0])
            ],
        ):
            self.stack.append(Done(ids.show("imp", made.id), before, is_import=True))

    # And take back.

    @precondition(lambda self: self.stack)
    @rule(again=st.booleans(), by_redo=st.booleans())
    def undo_last(self, again: bool, by_redo: bool) -> None:
        """Nothing was changed since: what was before is there again, and what was done, when the
        undo is undone; and what was before, when that is undone or what was done at first."""
        done, after = self.stack.pop(), self._dump()
        self.may_loosen = True
        undo = self._undo(done)
        assert undo is not None, "the last thing done can be undone"
        self._same(done.before, self._dump(), "undone")
        if again and (redo := self._redo(done, undo)) is not None:
            self._same(after, self._dump(), "done again")
            redone = Done(redo, {}) if by_redo and not done.is_import else done
            assert self._undo(redone) is not None
            self._same(done.before, self._dump(), "undone again")

    @precondition(lambda self: len(self.stack) > 1)
    @rule(at=st.integers(0, 20))
    def undo_any(self, at: int) -> None:
        """Something was done since: that stays, whatever it was."""
        done = self.stack.pop(at % len(self.stack))
        self.may_loosen = True
        self._undo(done)
        self.stack.clear()

    # How it is asked.

    def _do(self, method: str, path: str, body: Any = None) -> Any:
        """Something that can be undone; a refusal has changed nothing."""
        before = self._dump()
        answer = self._call(method, path, body)
        assert answer.status_code < 500, answer.text
        operation = answer.headers.get("nimbus-operation")
        if answer.status_code >= 400:
            self._same(before, self._dump(), answer.text)
            return None
        if operation and self._look(
            "select id from change where operation_id = %s limit 1", [ids.read("op", operation)]
        ):
            self.stack.append(Done(operation, before))
        return answer.json()

    def _undo(self, done: Done) -> str | None:
        """The operation that undoes, None where it was refused."""
        kind = "imports" if done.is_import else "operations"
        verb = "rollback" if done.is_import else "undo"
        answer = self._call("POST", f"{kind}/{done.operation}/{verb}/")
        assert answer.status_code in (200, 202, 409), answer.text
        if answer.status_code == 409:
            return None
        self._work()
        return "" if done.is_import else str(answer.json()["operation"]["id"])

    def _redo(self, done: Done, undo: str) -> str | None:
        if not done.is_import:
            return self._undo(Done(undo, {}))
        answer = self._call("POST", f"imports/{done.operation}/rollback/undo/")
        assert answer.status_code == 202, answer.text
        self._work()
        return ""

    def _work(self) -> None:
        """Undos that run as jobs."""
        waiting = self._look(
            "select args from procrastinate_jobs where task_name = 'operations.undo'"
        )
        self._forget_jobs()
        for told in waiting:
            context = Context(self.world.instance, self.me.who.workspace_id)
            run_undo.run(context, job_id=told["job_id"], operation_id=told["operation_id"])

    def _forget_jobs(self) -> None:
        with self._tx() as tx:
            tx.run("delete from procrastinate_jobs")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return self.http.request(method, f"{V1}{path}", json=body, headers=self.me.headers)

    def _ask(self, method: str, path: str, body: Any) -> Any:
        answer = self._call(method, path, body)
        assert answer.is_success, answer.text
        return answer.json()

    def _someone(self, at: int) -> str | None:
        live = self._look("select id from contact where not is_deleted order by id")
        return ids.show("cont", live[at % len(live)]) if live else None
