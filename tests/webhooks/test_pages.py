"""The pages of webhooks: what an admin does there, and what nobody else can."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.db import ids
from tests.conftest import World
from tests.webhooks.changes import people
from tests.webhooks.conftest import Subscribe
from tests.webhooks.receiver import Receiver

HERE = "/settings/webhooks"
Call = Callable[..., Any]


@pytest.fixture
def alice(world: World, browser_of) -> TestClient:
    return browser_of(world.alice)


def made(alice: TestClient, url: str, **more: Any) -> str:
    """A webhook by its form; answers the address of its page."""
    form = {"url": url, "event_types": ["contact.created"], "mode": "each", **more}
    answer = alice.post(HERE, data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def write(world: World, count: int) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        people(tx, world.alice.who, world.alice.client.id, count)
    world.work()


def test_the_secret_is_shown_once_and_signs(
    world: World, alice: TestClient, here: Receiver
) -> None:
    assert "No webhooks yet" in alice.get(HERE).text
    page = made(alice, here.url, description=" CRM ")
    first = alice.get(f"{page}?saved=secret").text
    [secret] = re.findall(r"whsec_[\w+/=]+", first)
    again = alice.get(f"{page}?saved=secret").text
    assert "whsec_" not in again
    assert "The secret was shown once" in again
    write(world, 2)
    assert here.verify(secret) == 2
    assert here.url in alice.get(HERE).text
    log = alice.get(page).text
    assert log.count("/deliveries/dlv_") >= 2
    assert "2 deliveries" in log
    assert "None of them." in alice.get(f"{page}?status=dead").text


def test_the_same_form_makes_one_webhook(alice: TestClient, here: Receiver, call: Call) -> None:
    [number] = re.findall(r'name="form" value="([\w-]{36})"', alice.get(f"{HERE}/new").text)
    assert made(alice, here.url, form=number) == made(alice, here.url, form=number)
    assert call("GET", "")["meta"]["total_count"] == 1


def test_a_refused_form_keeps_what_was_written(alice: TestClient, call: Call) -> None:
    right = {"url": "http://127.0.0.1:1024/", "event_types": ["contact.created"], "mode": "each"}
    for wrong, words in (
        ({"url": ""}, "Enter the address"),
        ({"url": "http://10.0.0.1/x"}, "http://10.0.0.1/x"),
        ({"event_types": []}, "Choose at least one event"),
        ({"event_types": ["contact.sold"]}, "There is no event"),
        ({"mode": "sometimes"}, "Choose how events are sent"),
        ({"description": "x" * 501}, "at most 500 characters"),
        ({"c_field": "title", "c_op": "contains", "c_value": "", "c_until": ""}, "c-error-0"),
    ):  # fmt: skip
        refused = alice.post(HERE, data={**right, **wrong})
        assert refused.status_code == 400, wrong
        assert words in refused.text, wrong
        assert "field-error" in refused.text, wrong
    assert call("GET", "")["meta"]["total_count"] == 0
    step = alice.post(HERE, data={**right, "url": "", "step": "add"})
    assert step.status_code == 200
    assert "Value of condition 2" in step.text or "Field of condition 2" in step.text


def test_its_filter_and_its_state_are_changed(
    alice: TestClient, here: Receiver, call: Call
) -> None:
    title = {"c_field": "title", "c_op": "contains", "c_value": "VP", "c_until": ""}
    page = made(alice, here.url, **title)
    assert "contains “VP”" in alice.get(page).text
    edit = alice.get(f"{page}/edit").text
    assert 'value="VP"' in edit
    both = ["contact.created", "contact.scored"]
    saved = alice.post(page, data={"url": here.url, "event_types": both, "mode": "batched"})
    assert saved.headers["location"] == f"{page}?saved=webhook"
    hook = call("GET", f"{page.rpartition('/')[2]}/")
    assert (hook["filter"], hook["mode"], hook["event_types"]) == (None, "batched", both)
    alice.post(f"{page}/state", data={"is_active": ""})
    paused = alice.get(page).text
    assert "Paused" in paused
    assert "Send a test event" not in paused
    assert alice.post(f"{page}/test").status_code == 409
    alice.post(f"{page}/state", data={"is_active": "1"})
    assert call("GET", f"{page.rpartition('/')[2]}/")["is_active"]


def test_a_filter_that_cannot_be_asked_is_not_lost(
    world: World, alice: TestClient, here: Receiver
) -> None:
    page = made(alice, here.url, c_field="title", c_op="contains", c_value="VP", c_until="")
    gone = '{"field": "gone", "op": "eq", "value": 1}'
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update webhook set filter = %s", [gone])
    assert "cannot be asked any more" in alice.get(page).text
    edit = alice.get(f"{page}/edit").text
    assert "gone" in edit
    given = {"url": here.url, "event_types": ["contact.created"], "mode": "each"}
    kept = alice.post(page, data={**given, "c_shape": "json", "c_tree": gone})
    assert kept.status_code == 400


def test_a_delivery_is_seen_and_sent_again(world: World, alice: TestClient, here: Receiver) -> None:
    here.answers, here.body = (lambda _: 500), b"<b>no room</b>"
    page = made(alice, here.url)
    where = alice.post(f"{page}/test").headers["location"]
    assert "Waiting" in alice.get(where).text
    world.work()
    told = alice.get(where).text
    for words in ("Given up", "&lt;b&gt;no room", "500", "webhook.test", "This is a test."):
        assert words in told, words
    here.answers = lambda _: 204
    assert alice.post(f"{where}/replay").headers["location"] == where
    world.work()
    assert "Delivered" in alice.get(where).text
    assert len(set(here.times)) == 1, "under the same id"
    other = made(alice, here.url)
    foreign = where.replace(page, other)
    assert alice.get(foreign).status_code == 404
    assert alice.post(f"{foreign}/replay").status_code == 404


def test_a_stretch_of_time_is_sent_again(world: World, alice: TestClient, here: Receiver) -> None:
    page = made(alice, here.url)
    write(world, 3)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update webhook_event set at = at - interval '1 day' where id in "
               "(select id from webhook_event limit 1)")  # fmt: skip
        now = tx.now
    since = f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    sent = alice.post(f"{page}/replay", data={"since": since})
    assert sent.headers["location"] == f"{page}?saved=replayed&count=2"
    assert "2 events are sent again" in alice.get(sent.headers["location"]).text
    world.work()
    assert len(here.got) == 5
    for wrong in ({}, {"since": "soon"}):
        refused = alice.post(f"{page}/replay", data=wrong)
        assert refused.status_code == 400
        assert "f-since-error" in refused.text
    only = alice.post(f"{page}/replay", data={"since": since, "status": "dead"})
    assert only.headers["location"].endswith("count=0")


def test_a_new_secret_signs_beside_the_old_one_and_only_one_is_made(
    world: World, alice: TestClient, here: Receiver
) -> None:
    page = made(alice, here.url)
    [old] = re.findall(r"whsec_[\w+/=]+", alice.get(f"{page}?saved=secret").text)
    [seen] = re.findall(r'name="seen" value="([^"]+)"', alice.get(f"{page}/secret").text)
    for _ in range(2):
        assert alice.post(f"{page}/secret", data={"seen": seen}).status_code == 303
    [new] = re.findall(r"whsec_[\w+/=]+", alice.get(f"{page}?saved=secret").text)
    write(world, 1)
    assert here.verify(old) == here.verify(new) == 1


def test_a_webhook_is_deleted(alice: TestClient, here: Receiver, call: Call) -> None:
    page = made(alice, here.url)
    assert "cannot be undone" in alice.get(f"{page}/deletion").text
    assert alice.post(f"{page}/deletion").headers["location"] == f"{HERE}?saved=deleted"
    assert alice.get(page).status_code == 404
    assert call("GET", "")["meta"]["total_count"] == 0


def test_the_log_is_paged_and_each_state_has_its_index(
    world: World, alice: TestClient, here: Receiver, subscribe: Subscribe
) -> None:
    hook = subscribe()
    write(world, 60)
    page = f"{HERE}/{hook['id']}"
    first = alice.get(page).text
    [following] = re.findall(r'href="([^"]+cursor=[^"]+)" rel="next"', first)
    second = alice.get(following.replace("&amp;", "&")).text
    ids_of = [set(re.findall(r"deliveries/(dlv_\w+)", one)) for one in (first, second)]
    assert [len(one) for one in ids_of] == [50, 10]
    assert not ids_of[0] & ids_of[1]
    assert alice.get(f"{page}?status=dead&{following.partition('?')[2]}").status_code == 400
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("set local enable_seqscan = off")
        tx.run("set local enable_bitmapscan = off")
        tx.run("set local enable_sort = off")
        values = [tx.workspace_id, ids.read("hook", hook["id"])]
        for status in ("dead", "delivered", "pending"):
            plan = str(tx.column(
                "explain select id from webhook_delivery where workspace_id = %s "
                f"and webhook_id = %s and status = '{status}' order by id desc limit 51", values,
            ))  # fmt: skip
            assert f"webhook_delivery_{status}" in plan, plan


def test_bob_sees_none_of_it(world: World, browser_of, subscribe: Subscribe) -> None:
    hook, bob = subscribe(), browser_of(world.bob)
    assert HERE not in bob.get("/settings").text
    for path in (HERE, f"{HERE}/new", f"{HERE}/{hook['id']}"):
        assert bob.get(path).status_code == 403
    for step in ("", "/state", "/test", "/secret", "/replay", "/deletion"):
        assert bob.post(f"{HERE}/{hook['id']}{step}").status_code == 403
