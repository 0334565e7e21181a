"""How fast the server makes every page for a workspace of a million contacts, and how large it is.

`python -m bench.pages --contacts 1000000 [--calls 40] [--json]`

`pages.{route}.p95_ms`  the whole page over HTTP, from one client with a session
`ratio`        the slowest page's p95 ÷ 150 ms, the limit of every page (issue E, end check 3)
`bare_ms`      the p95 of the profile page, which asks nothing of contacts: what the shell costs
`kb`           the page as it travels, whose budget is 40 (ui.md)

The pages are those that a walk along the links meets (`tests.pages`), so that a new one joins by
itself. The contacts are made by `bench.crowd` and kept: the first run at a million takes minutes.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import time
from typing import Any
from urllib.parse import urlencode

from bench.crowd import PASSWORD, Crowd, crowd
from bench.read import FILTERED, Call, Client, served
from tests.pages import Answer, walk

LIMIT_MS = 150
BARE = "/settings"
# Addresses that people open all day, beside what the links lead to.
MORE = {
    "list: tier A and B": "/contacts?icp_tier=A%2CB&sort=lead_score_desc",
    "list: one tag": "/contacts?tags=hot_lead",
    "list: searched": "/contacts?q=sofia+garcia",
    "list: a word of many": "/contacts?q=garcia",
    "list: company size": "/contacts?company.employee_count__gte=600",
    "list: deleted": "/contacts?shown=deleted",
    "list: bounced": "/contacts?status=bounced",
    "list: refusing": "/contacts?consent_status=opted_out",
    "list: contacted lately": "/contacts?last_contacted_at__gte=2026-11-01",
    "list: nobody's": "/contacts?owner_id__is_empty=",
    "palette": "/search?q=garcia",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with crowd(asked.contacts) as (here, made), served(here, made) as port:
        _furnish(Client(port, made.key))
        result = measure(Person(port, made), asked.calls)
    result = {"contacts": made.contacts, "calls": asked.calls, **result}
    print(json.dumps(result) if asked.json else json.dumps(result, indent=2))


def _furnish(client: Client) -> None:
    """A segment of many to open, where there is none."""
    if not json.loads(client(Call("GET", "/api/v1/segments/"))[1])["data"]:
        body = {"name": "Tier A and B of 70 and more", "filter": FILTERED}
        client(Call("POST", "/api/v1/segments/", json.dumps(body).encode()))


class Person:
    """Somebody in a browser: a session, and one connection that is kept."""

    def __init__(self, port: int, made: Crowd) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        given = urlencode({"email": made.email, "password": PASSWORD})
        headers = {"content-type": "application/x-www-form-urlencoded",
                   "sec-fetch-site": "same-origin"}  # fmt: skip
        self._connection.request("POST", "/login", given, headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 303:
            raise SystemExit(f"The login was refused: {answer.status}")
        cookie = (answer.getheader("set-cookie") or "").partition(";")[0]
        self._headers = {"cookie": cookie, "accept-encoding": "gzip"}

    def read(self, address: str) -> Answer:
        body, answer = self._ask(address)
        packed = answer.getheader("content-encoding") == "gzip"
        text = (gzip.decompress(body) if packed else body).decode(errors="replace")
        return Answer(answer.status, answer.getheader("content-type") or "", text)

    def seconds(self, address: str) -> float:
        began = time.perf_counter()
        self._ask(address)
        return time.perf_counter() - began

    def kb(self, address: str) -> float:
        return round(len(self._ask(address)[0]) / 1024, 1)

    def _ask(self, address: str) -> tuple[bytes, http.client.HTTPResponse]:
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        return answer.read(), answer


def measure(person: Person, calls: int) -> dict[str, Any]:
    """Each page in turn, after it was asked once for plans and caches."""
    found = walk(person.read, "/", "/jobs", "/views")
    bare = _p95(person, BARE, calls)
    pages = {
        name: {"address": at, "p95_ms": _p95(person, at, calls), "kb": person.kb(at)}
        for name, at in (found.pages | MORE).items()
    }
    slowest = sorted(pages, key=lambda name: -pages[name]["p95_ms"])
    return {
        "ratio": round(pages[slowest[0]]["p95_ms"] / LIMIT_MS, 2), "bare_ms": bare,
        "over": [name for name in slowest if pages[name]["p95_ms"] > LIMIT_MS],
        "broken": found.broken, "pages": {name: pages[name] for name in slowest},
    }  # fmt: skip


def _p95(person: Person, address: str, calls: int) -> float:
    person.seconds(address)
    taken = sorted(person.seconds(address) for _ in range(calls))
    return round(taken[int(len(taken) * 0.95)] * 1000, 1)


if __name__ == "__main__":
    main()
