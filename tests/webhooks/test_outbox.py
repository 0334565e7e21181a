"""The events of a change: in its commit, with the full contact, for whom they are meant."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from nimbus.operations import erasing
from nimbus.webhooks import backlog, outbox
from nimbus.webhooks.events import erase
from tests.conftest import World
from tests.imports.test_run import bring
from tests.webhooks.changes import change, people
from tests.webhooks.conftest import Subscribe
from tests.webhooks.receiver import Receiver

PEOPLE = "Email,Title,Tags\n" + "".join(f"p{n}@acme.com,VP Sales,vip\n" for n in range(30))


def _types(here: Receiver) -> list[str]:
    return [event["type"] for event in here.events]


def _count(world: World, table: str) -> int:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        count: int = tx.value(f"select count(*) from {table} where workspace_id = %s",
                              [tx.workspace_id])  # fmt: skip
    return count


def test_each_kind_of_change_is_told_as_what_it_is(
    world: World, here: Receiver, subscribe: Subscribe, http: Any
) -> None:
    alice = world.alice
    hook = subscribe("contact.created", "contact.updated", "contact.deleted", "contact.restored",
                     "contact.scored", "contact.enriched")  # fmt: skip
    with world.door.workspace(alice.who.workspace_id) as tx:
        (one,) = people(tx, alice.who, alice.client.id, 1)
    for values in (
        {"title": "CEO", "phone_e164": "+14155552671"}, {"score_fit": 3}, {"phone_e164": None},
        {"lead_score": 70},
        {"grade": "A", "title": "COO"}, {"is_deleted": True}, {"is_deleted": False},
        {"enriched_at": "2026-01-01T00:00:00Z", "city": "Rome"},
    ):  # fmt: skip
        with world.door.workspace(alice.who.workspace_id) as tx:
            change(tx, alice.who, [one], **values)
    with suppress(RuntimeError), world.door.workspace(alice.who.workspace_id) as tx:
        change(tx, alice.who, [one], title="Never")
        outbox.follow(tx)
        raise RuntimeError("Rolled back, with its event.")
    world.work()

    told = here.events
    assert _types(here) == [
        "contact.created", "contact.updated", "contact.scored", "contact.updated",
        "contact.scored", "contact.deleted", "contact.restored", "contact.enriched",
    ]  # fmt: skip
    assert [event["sequence"] for event in told] == list(range(1, 9))
    assert told[1]["changed"] == ["title"]
    assert (told[1]["data"]["title"], told[3]["data"]["title"]) == ("CEO", "COO")
    assert told[5]["data"]["is_deleted"]
    assert told[1]["actor"]["name"] == alice.who.name
    shown = http.get(f"/api/v1/contacts/{told[0]['data']['id']}/", headers=alice.headers).json()
    assert told[7]["data"] == shown, "exactly as the API shows it"
    here.verify(hook["secret"])


def test_who_asked_for_what_gets_that(
    world: World, here: Receiver, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One import, told in every way there is, and a workspace beside that hears nothing."""
    monkeypatch.setattr(outbox, "INLINE", 5)
    monkeypatch.setattr(backlog.write_backlog, "size", 7)
    here.answers, here.body = (lambda _: 200), b"Got it, p0@acme.com."
    alice = world.alice
    every = ["contact.created", "contact.updated", "contact.scored", "import.completed"]
    urls = {name: f"{here.url}?{name}" for name in
            ("each", "batched", "digest", "filtered", "nobody")}  # fmt: skip
    subscribe(*every, url=urls["each"])
    subscribe(*every, url=urls["batched"], mode="batched")
    subscribe(*every, url=urls["digest"], mode="digest")
    first = {"field": "email", "op": "contains", "value": "p7@"}
    subscribe("contact.created", url=urls["filtered"], filter=first)
    subscribe("contact.created", url=urls["nobody"], skip_own=True)
    _owned_by(world, alice.who.id)

    bring(world, PEOPLE)
    assert _count(world, "webhook_backlog") == 1, "so many are noted, and written later"
    assert _paths(here) == {"each": 1, "batched": 1, "digest": 1}, "the import is over"
    monkeypatch.setattr(backlog.write_backlog, "quiet", timedelta())
    with world.door.workspace(alice.who.workspace_id) as tx:
        tx.run("update procrastinate_jobs set scheduled_at = null")
    world.work()

    assert _count(world, "webhook_backlog") == 0
    assert _paths(here) == {"each": 31, "batched": 31, "digest": 1, "filtered": 1}
    batches = [got for got in here.got if got.body.startswith("[")]
    assert max(len(got.events) for got in batches) >= 7
    made = [e for got in batches for e in got.events if e["type"] == "contact.created"]
    assert {event["data"]["email"] for event in made} == {f"p{n}@acme.com" for n in range(30)}
    completed = [e for e in here.events if e["type"] == "import.completed"]
    assert {e["data"]["imported"] for e in completed} == {30}
    # What a person changes afterwards is told to a digest too, and one after the other.
    with world.door.workspace(alice.who.workspace_id) as tx:
        ids = tx.column("select id from contact order by email limit 2")
        change(tx, alice.who, ids, title="CEO")
    world.work()
    assert _paths(here) == {"each": 33, "batched": 33, "digest": 3, "filtered": 1}
    with world.door.workspace(alice.who.workspace_id) as tx:
        erase(tx, erasing.Person((ids[0],), (), ()))
        left = tx.column("select payload from webhook_event where contact_id = %s", [ids[0]])
        assert left
        assert set(left) == {None}
        # What was said to their events is gone, and in a batch what was said to all of it.
        said = tx.column(
            "select response from webhook_delivery where contact_id = %(gone)s or message_id in "
            "(select message_id from webhook_delivery where contact_id = %(gone)s)",
            {"gone": ids[0]},
        )
        assert len(said) > 3
        assert set(said) == {None}
        assert tx.value("select count(*) from webhook_delivery where response is not null")
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert tx.value("select count(*) from webhook_event") == 0


def test_what_waits_in_the_backlog_is_told_first(
    world: World, here: Receiver, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contact's events come in the order of its changes, though many were put off."""
    alice = world.alice
    subscribe("contact.created", "contact.updated")
    monkeypatch.setattr(outbox, "INLINE", 2)
    with world.door.workspace(alice.who.workspace_id) as tx:
        made = people(tx, alice.who, alice.client.id, 3)
    with world.door.workspace(alice.who.workspace_id) as tx:
        change(tx, alice.who, made[:1], title="CEO")
        (other,) = people(tx, alice.who, alice.client.id, 1, at="other.example.com")
    with world.door.workspace(alice.who.workspace_id) as tx:
        change(tx, alice.who, [other], title="CTO")
    assert _count(world, "webhook_backlog") == 3
    monkeypatch.setattr(backlog.write_backlog, "quiet", timedelta())
    with world.door.workspace(alice.who.workspace_id) as tx:
        tx.run("update procrastinate_jobs set scheduled_at = null")
    world.work()
    about: dict[str, list[tuple[int, str]]] = {}
    for event in here.events:
        about.setdefault(event["data"]["id"], []).append((event["sequence"], event["type"]))
    both = [(1, "contact.created"), (2, "contact.updated")]
    assert sorted(about.values()) == [both[:1], both[:1], both, both]


def _paths(here: Receiver) -> dict[str, int]:
    """How many events came to each address."""
    counts: dict[str, int] = {}
    for got in here.got:
        counts[got.path] = counts.get(got.path, 0) + len(got.events)
    return counts


def _owned_by(world: World, person: Any) -> None:
    """The import is a person's: let the webhooks be hers too, so that it is her own change."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            "update webhook set owner_kind = 'person', owner_id = %s where workspace_id = %s",
            [person, tx.workspace_id],
        )
