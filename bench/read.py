"""How fast contacts are read over HTTP, against a bare handler in the same server.

`python -m bench.read --contacts 1000000 [--calls 2000] [--json]`

`get_one.ratio`, `filtered_page.ratio`   our answer ÷ that of the reference handler, which asks for
               no key, binds the workspace, runs the same SQL and encodes the rows as they come;
               medians, with one client and with eight, limit and measure in turn
`deep_page.ratio`   page 1,000 ÷ page 1
`filters.{name}.p95_ms`   a page of 50 with its count, and the indexes that serve it

The contacts are made by `bench.crowd` and kept: the first run at a million takes minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from bench.crowd import Crowd, crowd
from nimbus.contacts.read import ContactList, Reading
from nimbus.db import ids
from nimbus.db.instance import Instance
from nimbus.fields.read import catalogue
from nimbus.filters import parse

ROUNDS = 8
DEEP = 1_000
SIZE = 50


def _leaf(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


FILTERED: dict[str, Any] = {"and": [
    _leaf("icp_tier", "in", ["A", "B"]), _leaf("lead_score", "gte", 70)]}  # fmt: skip
SORTED = [{"field": "lead_score", "direction": "desc"}]

# Twelve kinds of questions (end check 5), as bodies of a search.
FILTERS: dict[str, dict[str, Any]] = {
    "tier_score": {"filter": FILTERED},
    "tag_any": {"filter": _leaf("tags", "in", ["webinar_q3", "rare_7"])},
    "tag_all": {"filter": _leaf("tags", "has_all", ["hot_lead", "rare_7"])},
    "company_field": {"filter": {"and": [
        _leaf("company.industry", "eq", "SaaS"), _leaf("company.employee_count", "gte", 600)]}},
    "custom_number": {"filter": _leaf("custom.mrr", "between", [5000, 5100])},
    "custom_dropdown": {"filter": _leaf("custom.plan", "eq", "Pro")},
    "contains": {"filter": _leaf("title", "contains", "growth")},
    "date_range": {"filter": _leaf("created_at", "between", ["2026-03-01", "2026-03-31"])},
    "nested_or": {"filter": {"or": [
        {"and": [_leaf("icp_tier", "eq", "A"), _leaf("seniority", "in", ["vp", "c_level"])]},
        {"and": [_leaf("tags", "eq", "hot_lead"), {"not": _leaf("country", "eq", "US")},
                 {"or": [_leaf("lead_score", "gte", 90),
                         _leaf("company.employee_count", "gte", 2500)]}]}]}},
    "text_search": {"search": "sofia garcia"},
    "not_in": {"filter": {"and": [_leaf("country", "not_in", ["US", "DE"]),
                                  _leaf("tags", "not_in", ["newsletter"])]}},
    "empty": {"filter": _leaf("phone", "is_empty")},
    "custom_date": {"filter": _leaf("custom.renewal", "between", ["2026-03-01", "2026-03-31"])},
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with crowd(asked.contacts) as (here, made), served(here, made) as port:
        result = measure(here, made, port, asked.calls)
    print(json.dumps(result) if asked.json else json.dumps(result, indent=2))


@dataclass(frozen=True, slots=True)
class Call:
    """One request, which must not be refused."""

    method: str
    path: str
    body: bytes | None = None


class Client:
    """A keep-alive connection with the key of the crowd."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def __call__(self, call: Call) -> tuple[float, bytes]:
        """Seconds, and the answer."""
        began = time.perf_counter()
        self._connection.request(call.method, call.path, call.body, self._headers)
        answer = self._connection.getresponse()
        read = answer.read()
        seconds = time.perf_counter() - began
        if answer.status >= 300:
            raise SystemExit(f"{call.method} {call.path}: {answer.status} {read[:300]!r}")
        return seconds, read


def measure(here: Instance, made: Crowd, port: int, calls: int) -> dict[str, Any]:
    dice = random.Random(5)
    some = _some_ids(here, made)
    filtered = Call("GET", "/api/v1/contacts/?" + urlencode(
        {"icp_tier": "A,B", "lead_score__gte": 70, "sort": "lead_score_desc"}))  # fmt: skip
    pairs: dict[str, Callable[[], tuple[Call, Call]]] = {
        "get_one": lambda: _one(dice.choice(some)),
        "filtered_page": lambda: (Call("GET", "/reference/page"), filtered),
    }
    result: dict[str, Any] = {"contacts": made.contacts, "calls": calls}
    for name, pair in pairs.items():
        for number in (1, 8):
            limit, ours = _in_turn(_clients(port, made, number), pair, calls)
            told = {"limit_ms": _ms(limit), "ms": _ms(ours), "ratio": round(ours / limit, 2)}
            result.setdefault(name, {})[f"clients_{number}"] = told
        result[name]["ratio"] = max(one["ratio"] for one in result[name].values())
    result["deep_page"] = _deep(Client(port, made.key), max(20, calls // 20))
    client = Client(port, made.key)
    result["filters"] = {
        name: _filter(here, made, client, body, max(20, calls // 10))
        for name, body in (FILTERS | _segment_of_segment(client)).items()
    }
    return result


def _segment_of_segment(client: Client) -> dict[str, dict[str, Any]]:
    """A segment that asks for another one, where there are segments."""
    fields = json.loads(client(Call("GET", "/api/v1/fields/"))[1])["data"]
    if all(field["key"] != "segment" for field in fields):
        return {}
    inner = _segment(client, FILTERED)
    asked = [_leaf("segment", "eq", inner), _leaf("tags", "eq", "hot_lead")]
    outer = _segment(client, {"and": asked})
    return {"segment_of_segment": {"filter": _leaf("segment", "eq", outer)}}


def _segment(client: Client, filter: dict[str, Any]) -> str:
    body = {"name": f"Bench {time.time_ns()}", "filter": filter}
    made = client(Call("POST", "/api/v1/segments/", json.dumps(body).encode()))[1]
    return str(json.loads(made)["id"])


def _clients(port: int, made: Crowd, number: int) -> list[Client]:
    """New ones each time: the server lets go of connections on which nothing is asked."""
    return [Client(port, made.key) for _ in range(number)]


def _one(id: UUID) -> tuple[Call, Call]:
    shown = ids.show("cont", id)
    return Call("GET", f"/reference/one/{id}"), Call("GET", f"/api/v1/contacts/{shown}/")


def _some_ids(here: Instance, made: Crowd) -> list[UUID]:
    with here.door.workspace(made.workspace_id) as tx:
        return tx.column(
            "select id from contact where workspace_id = %s order by email_key limit 5000",
            [made.workspace_id],
        )


def _in_turn(
    clients: list[Client], pair: Callable[[], tuple[Call, Call]], calls: int
) -> tuple[float, float]:
    """Medians of limit and measure: rounds of one, then of the other, by all clients at once."""
    taken: tuple[list[float], list[float]] = ([], [])
    each = max(1, calls // ROUNDS // len(clients))
    with ThreadPoolExecutor(len(clients)) as pool:
        for turn in range(ROUNDS + 1):  # The first is not counted: plans and caches are made.
            for side in (0, 1):
                asked = [[pair()[side] for _ in range(each)] for _ in clients]
                for seconds in pool.map(_all, clients, asked):
                    taken[side].extend(seconds if turn else ())
    return statistics.median(taken[0]), statistics.median(taken[1])


def _all(client: Client, calls: list[Call]) -> list[float]:
    return [client(call)[0] for call in calls]


def _deep(client: Client, calls: int) -> dict[str, Any]:
    """The cursor of a page belongs to its place, whatever the size of the pages before it."""
    cursor, step = "", 500
    for _ in range((DEEP - 1) * SIZE // step):
        page = json.loads(client(_page(step, cursor))[1])
        if not page["meta"]["has_more"]:
            break
        cursor = page["meta"]["next_cursor"]
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(calls):
        taken[0].append(client(_page(SIZE, ""))[0])
        taken[1].append(client(_page(SIZE, cursor))[0])
    first, deep = map(statistics.median, taken)
    return {"first_ms": _ms(first), "deep_ms": _ms(deep), "ratio": round(deep / first, 2)}


def _page(size: int, cursor: str) -> Call:
    given = {"page_size": size, "sort": "lead_score_desc", **({"cursor": cursor} if cursor else {})}
    return Call("GET", f"/api/v1/contacts/?{urlencode(given)}")


def _filter(
    here: Instance, made: Crowd, client: Client, body: dict[str, Any], calls: int
) -> dict[str, Any]:
    call = Call("POST", "/api/v1/contacts/search/", json.dumps(body).encode())
    taken = sorted(_all(client, [call] * calls))
    meta = json.loads(client(call)[1])["meta"]
    return {
        "p50_ms": _ms(taken[len(taken) // 2]),
        "p95_ms": _ms(taken[int(len(taken) * 0.95)]),
        "total": meta["total_count"],
        "exact": meta["total_is_exact"],
        "plan": plan(here, made, body),
    }


def plan(here: Instance, made: Crowd, body: dict[str, Any]) -> list[str]:
    """How the page of a search is found under the app's role: its scans of contacts."""
    from bench.reference import recorded  # Which reads what is asked from here.

    with here.door.workspace(made.workspace_id) as tx:
        known = catalogue(tx)
        filter = parse(body["filter"], known) if "filter" in body else None
        reading = Reading(tx, ContactList(filter, body.get("search", "")))
        statements = recorded(tx, lambda: reading.page(SIZE))
        found: list[str] = []
        for query, values in statements:
            if "select m.*" in query:
                lines = tx.connection.execute(f"explain {query}", values).fetchall()  # type: ignore[call-overload]
                found += [line.strip(" ->").split("  ")[0] for (line,) in lines if "Scan" in line]
        return list(dict.fromkeys(found))


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


@contextlib.contextmanager
def served(here: Instance, made: Crowd) -> Iterator[int]:
    """The application with the reference handlers beside it, as `nimbus serve` runs it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "bench.reference:app", "--factory", "--interface", "asgi",
         "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--runtime-threads", "1",
         "--http", "1", "--no-ws", "--log-level", "warning"],
        env={**os.environ, "NIMBUS_DATA": str(here.settings.data),
             "BENCH_WORKSPACE": made.workspace, "NIMBUS_READS_PER_SECOND": "0",
             "NIMBUS_WRITES_PER_SECOND": "0"},
    )  # fmt: skip
    try:
        _wait(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
