"""Events come in once, are counted, act, and are read and never changed (D-06, S0-55, S3-43)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from starlette.testclient import TestClient

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.engagement.erase import erase
from nimbus.engagement.read import Timeline
from nimbus.operations import erasing
from nimbus.problems import Problem
from nimbus.web.cursor import Cursor
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_contact
from tests.engagement.happening import happen


def registered(tx: Tx, email: str) -> UUID:
    """A contact whose email the registry knows, as an import leaves it."""
    id = add_contact(tx, email=email)
    key = tx.value("select email_key from contact where workspace_id = %s and id = %s",
                   [tx.workspace_id, id])  # fmt: skip
    client = tx.value("select id from client where workspace_id = %s", [tx.workspace_id])
    tx.run("select * from registry_claim(%s, %s, 1::smallint, %s, %s)",
           [[key], client, tx.now, tx.now + timedelta(days=90)])  # fmt: skip
    return id


def row_of(tx: Tx, id: UUID) -> dict[str, Any]:
    row = tx.row("select * from contact where workspace_id = %s and id = %s",
                 [tx.workspace_id, id])  # fmt: skip
    assert row
    return row


def test_events_are_counted_once_and_act(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        ann, ben = registered(tx, "ann@acme.example"), registered(tx, "ben@acme.example")
        stamp = row_of(tx, ann)["updated_at"]
        happen(tx, (ann, "sent", 3), (ann, "sent", 2), (ann, "opened", 2), (ann, "replied", 1),
               (ben, "sent", 3), (uuid4(), "sent"))  # fmt: skip
        assert len(happen(tx, (ann, "clicked", 1), key="mail:1")) == 1
        assert happen(tx, (ann, "clicked", 1), (ann, "clicked", 1), key="mail:1") == []
        row = row_of(tx, ann)
        assert [row[f"total_{what}"] for what in ("sent", "opened", "clicked", "replied")] == [
            2, 1, 1, 1
        ]  # fmt: skip
        assert row["last_contacted_at"] == row["last_opened_at"] == tx.now - timedelta(days=2)
        assert row["last_activity_at"] == row["last_replied_at"] == tx.now - timedelta(days=1)
        assert row["updated_at"] == stamp
        totals = tx.row("select * from registry_totals(%s)", [[row["email_key"]]])
        assert totals
        assert (totals["total_sent"], totals["total_responses"], totals["bounce_status"]) == (
            2, 1, None
        )  # fmt: skip

        happen(tx, (ann, "unsubscribed"), (ben, "bounced"), data={"kind": "hard"})
        happen(tx, (ann, "bounced"), (ben, "bounced"), data={"kind": "soft"})
        assert [row_of(tx, id)["status"] for id in (ann, ben)] == ["unsubscribed", "bounced"]
        assert tx.rows("select email, reason, source from suppression where workspace_id = %s "
                       "order by email", [tx.workspace_id]) == [
            {"email": "ann@acme.example", "reason": "unsubscribe", "source": "email"},
            {"email": "ben@acme.example", "reason": "hard_bounce", "source": "email"},
        ]  # fmt: skip
        totals = tx.row("select * from registry_totals(%s)", [[row_of(tx, ben)["email_key"]]])
        assert totals
        assert totals["bounce_status"] == "hard"
        changed = tx.rows(
            "select before, after from change where workspace_id = %s and thing_id = %s "
            "and kind = 'updated'", [tx.workspace_id, ann],
        )  # fmt: skip
        assert changed == [{"before": {"status": "active"}, "after": {"status": "unsubscribed"}}]
        with pytest.raises(Problem, match="future"):
            happen(tx, (ann, "opened", -1))
        with pytest.raises(Problem, match="no type"):
            happen(tx, (ann, "guessed"))

    for statement in ("update engagement_event set type = 'sent' where workspace_id = %s",
                      "delete from engagement_event where workspace_id = %s"):  # fmt: skip
        with (
            world.door.workspace(world.alice.who.workspace_id) as tx,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            tx.run(statement, [tx.workspace_id])
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        erase(tx, erasing.Person((ann,), (), ()))
        assert happen(tx, (ann, "sent")) == []
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        count = "select count(*) from engagement_event where workspace_id = %s and contact_id = %s"
        assert tx.value(count, [tx.workspace_id, ann]) == 7
        erase(tx, erasing.Person((ann,), (), ()))
        assert tx.value(count, [tx.workspace_id, ann]) == 0
        assert row_of(tx, ann)["last_activity_at"] is None
        assert Timeline(ann).page(tx, 5).rows == []
        assert Timeline(ben).count(tx).value == 3


def test_the_month_that_nobody_made_is_made(world: World) -> None:
    """The partition of this month is gone: the first event makes it."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        part = tx.value(
            "select 'engagement_event_' || to_char(now() at time zone 'UTC', 'YYYY_MM')"
        )
        ann = add_contact(tx)
    with psycopg.connect(world.instance.logins.migrate, autocommit=True) as connection:
        connection.execute(f"drop table {part}")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert len(happen(tx, (ann, "opened"))) == 1


def test_a_timeline_of_many_is_read_from_its_index(
    world: World, http: TestClient, browser_of: Callable[[Person], TestClient]
) -> None:
    """Pages without a gap or a repeat, by type under either name; the plan sorts nothing (G-52)."""
    alice = world.alice
    with world.door.workspace(alice.who.workspace_id) as tx:
        ann, ben = add_contact(tx, full_name="Ann"), add_contact(tx)
        happen(tx, *[(ann, "sent" if n % 3 else "opened", n / 10) for n in range(60)])
        happen(tx, *[(ben, "sent", n) for n in range(8)])
        happen(tx, *[(ann, "replied", 0)] * 2, (ann, "opened"))
        tx.run(
            "insert into engagement_event"
            " (workspace_id, contact_id, operation_id, type, at, source)"
            " select %s, %s, %s, 'delivered', %s - n * interval '1 minute', 'email'"
            " from generate_series(1, 20000) as n returning id",
            [tx.workspace_id, ann, uuid4(), tx.now],
        )
    with psycopg.connect(world.instance.logins.migrate, autocommit=True) as connection:
        connection.execute("vacuum analyze engagement_event")
    path = f"/api/v1/contacts/{ids.show('cont', ann)}/events/"

    def get(**params: Any) -> Any:
        answer = http.get(path, params=params, headers=world.bob.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    seen: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while cursor is not None:
        page = get(event_type="email_opened,sent", limit=7, **cursor)
        assert page["meta"]["total_count"] == 61
        seen += page["data"]
        cursor = {"cursor": page["meta"]["next_cursor"]} if page["meta"]["has_more"] else None
    assert len({event["id"] for event in seen}) == len(seen) == 61
    assert [event["at"] for event in seen] == sorted((e["at"] for e in seen), reverse=True)
    assert {(e["type"], e["event_type"]) for e in seen} == {
        ("sent", "email_sent"), ("opened", "email_opened")
    }  # fmt: skip
    assert len(get()["data"]) == 50
    for params, field in (({"event_type": "guessed"}, "event_type"), ({"page": "2"}, "page"),
                          ({"cursor": "x"}, "cursor"), ({"limit": "0"}, "limit")):  # fmt: skip
        refused = http.get(path, params=params, headers=alice.headers)
        assert (refused.status_code, refused.json()["error"]["field"]) == (400, field)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert http.request(method, path, headers=alice.headers).status_code == 405

    with world.door.workspace(alice.who.workspace_id) as tx:
        month = tx.value("select to_char(now() at time zone 'UTC', 'YYYY_MM')")
        statements: list[tuple[str, Any]] = []
        whole = tx.rows

        def noted(query: Any, values: Any = None) -> Any:
            statements.append((query.as_string(tx.connection), values))
            return whole(query, values)

        tx.rows = noted  # type: ignore[method-assign]
        after = Cursor(UUID(int=2**127), str(tx.now - timedelta(days=5)), 0)
        Timeline(ann, ("opened",)).page(tx, 50)
        Timeline(ann).page(tx, 50, after)
        for query, values in statements:
            plan = "\n".join(tx.column(f"explain {query}", values))
            scans = [line for line in plan.splitlines() if f"on engagement_event_{month}" in line]
            if "One-Time Filter: false" in plan:  # No event is without its time.
                continue
            assert scans, plan
            assert all("Index Scan using" in line for line in scans), plan
            if values["types"] is None:
                assert all("_contact_id_at_" in line for line in scans), plan

    page = browser_of(world.bob).get(f"/contacts/{ids.show('cont', ann)}/timeline")
    assert page.status_code == 200
    assert "3 opens and 2 replies within 24 hours" not in page.text
    assert "2 replies within 24 hours" in page.text
    assert "This contact is hot: answer today" in page.text
    assert "Add note" not in page.text
    opened = http.get(f"/contacts/{ids.show('cont', ann)}/timeline?type=opened")
    assert "1–21 of 21" in opened.text
    ghost = http.get(f"/contacts/{ids.show('cont', ben)}/timeline")
    assert "No opens in 8 emails" in ghost.text
    assert "verify it before you write again" in ghost.text
