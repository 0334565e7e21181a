"""How often a credential may call: buckets that fill by themselves, told in every answer (D-24)."""

from __future__ import annotations

import random
from typing import Any

from starlette.testclient import TestClient

from nimbus.access.limits import MOST_BUCKETS, Buckets, Limits
from nimbus.app import create
from tests.conftest import World


def test_no_more_than_the_rate_and_what_was_saved_up() -> None:
    """Whenever the calls come, in any window no more get through than came in, and the bucket."""
    dice = random.Random(7)
    for rate, size in ((2.0, 5), (25.0, 250), (0.5, 1)):
        buckets, now, through = Buckets(rate, size), 100.0, []
        for _ in range(3_000):
            now += dice.expovariate(rate * dice.choice([0.2, 1, 5]))
            allowance = buckets.take("key", now)
            if allowance.retry_after is None:
                through.append(now)
                assert 0 <= allowance.remaining < size
            else:
                assert allowance.remaining == 0
                assert 1 <= allowance.retry_after <= 1 / rate + 1
            assert allowance.reset <= size / rate + 1
        for first in range(0, len(through), 50):
            for last in range(first, min(first + 400, len(through)), 7):
                assert last - first + 1 <= size + rate * (through[last] - through[first]) + 1e-3
        # Whoever waits as long as they are told is let in, and the bucket is full when it says so.
        for _ in range(2 * size):
            allowance = buckets.take("key", now)
        assert allowance.retry_after is not None
        assert buckets.take("key", now + allowance.retry_after).retry_after is None
        assert buckets.take("another", now).remaining == size - 1
        assert buckets.take("key", now + 2 * size / rate + 2).remaining == size - 1


def test_full_buckets_are_forgotten() -> None:
    buckets = Buckets(1.0, 3)
    for nth in range(MOST_BUCKETS + 10):
        buckets.take(nth, nth)
    assert len(buckets._full_at) < 100


def test_every_answer_tells_what_is_left(world: World) -> None:
    """With buckets that take a quarter of an hour for one call more."""
    app = create(world.instance)
    names = ["ratelimit-limit", "ratelimit-remaining"]
    alice, bob = world.alice.headers, world.bob.headers
    with TestClient(app) as http:
        app.state.limits = Limits(Buckets(0.001, 3), Buckets(0.001, 3))

        def told(method: str, path: str, headers: dict[str, str], **asked: Any) -> list[str]:
            answer = http.request(method, f"/api/v1/{path}/", headers=headers, **asked)
            assert ("ratelimit-reset" in answer.headers) is bool(headers)
            return [str(answer.status_code), *(answer.headers.get(name, "") for name in names)]

        assert told("GET", "workspace", alice) == ["200", "3", "2"]
        assert told("GET", "contacts/cont_x", alice) == ["404", "3", "1"]
        assert told("GET", "workspace", alice) == ["200", "3", "0"]
        refused = http.get("/api/v1/workspace/", headers=alice)
        assert refused.status_code == 429
        assert 900 < int(refused.headers["retry-after"]) <= 1_000
        error = refused.json()["error"]
        assert error["code"] == "rate_limited"
        assert str(error["retry_after"]) == refused.headers["retry-after"]
        # Writes, and other keys, have allowances of their own; what is refused counts too.
        assert told("POST", "keys", alice, json={}) == ["400", "3", "2"]
        assert told("POST", "keys", bob, json={}) == ["403", "3", "2"]
        assert told("GET", "workspace", bob) == ["200", "3", "2"]
        assert told("GET", "workspace", {}) == ["401", "", ""]
        page = http.get("/api/v1/docs/limits").text
        assert page.count("0.001 a second, and 3 at once.") == 2


def test_the_settings_make_the_buckets(world: World) -> None:
    free = Limits.of(0, 0, 600)
    assert (free.reads, free.writes) == (None, None)
    made = create(world.instance).state.limits
    assert (made.reads.rate, made.reads.size) == (100, 60_000)
    assert (made.writes.rate, made.writes.size) == (25, 15_000)
