"""Who is counted behind a proxy: the caller, and never whom the caller claims to be."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.testclient import TestClient

from nimbus.access.caller import caller
from nimbus.settings import Settings
from tests.conftest import PASSWORD, World

OURS = tuple(ip_network(one) for one in ("127.0.0.1", "10.0.0.0/8", "2001:db8::/32"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # nobody's proxy
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),  # the first is made up
        ("127.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1, 198.51.100.1, 10.1.2.3"], "198.51.100.1"),
        ("127.0.0.1", ["10.1.2.3, 10.4.5.6"], "10.1.2.3"),  # a caller from within
        ("127.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("127.0.0.1", ["[2600::1]:4711"], "2600::1"),
        ("2001:db8::5", ["2600::1"], "2600::1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1, unknown"], "127.0.0.1"),
        ("127.0.0.1", ["", "  "], "127.0.0.1"),
        ("", ["198.51.100.1"], ""),
        ("testclient", ["198.51.100.1"], "testclient"),
    ],
)
def test_the_caller(peer: str, forwarded: list[str], expected: str) -> None:
    assert caller(peer, forwarded, OURS) == expected


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert caller("127.0.0.1", ["198.51.100.1"], ()) == "127.0.0.1"


def test_the_setting_takes_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().trusted_proxies == ()
    for text in ("127.0.0.1,10.1.2.3/8", " 127.0.0.1  10.0.0.0/8 "):
        monkeypatch.setenv("NIMBUS_TRUSTED_PROXIES", text)
        assert Settings().trusted_proxies == OURS[:2]
    monkeypatch.setenv("NIMBUS_TRUSTED_PROXIES", "proxy.example.com")
    with pytest.raises(ValidationError, match="does not appear to be an IPv4 or IPv6 network"):
        Settings()


def test_behind_a_proxy_callers_are_slowed_down_each_for_themselves(
    world: World, app: FastAPI
) -> None:
    def log_in(http: TestClient, caller: str, password: str) -> int:
        headers = {"sec-fetch-site": "same-origin", "x-forwarded-for": caller}
        data = {"email": world.alice.email, "password": password}
        return http.post("/login", data=data, headers=headers).status_code

    with TestClient(_behind(app, world, "10.0.0.1"), client=("10.0.0.1", 1)) as http:
        http.follow_redirects = False
        for _ in range(world.instance.settings.login_attempts):
            assert log_in(http, "198.51.100.1", "wrong") == 401
        assert log_in(http, "198.51.100.1", PASSWORD) == 429
        assert log_in(http, "1.1.1.1, 198.51.100.1", PASSWORD) == 429, "made up by the caller"
        assert log_in(http, "198.51.100.2", PASSWORD) == 303, "others are not locked out"
    with TestClient(_behind(app, world, "10.0.0.1"), client=("203.0.113.9", 1)) as http:
        http.follow_redirects = False
        for number in range(world.instance.settings.login_attempts):
            assert log_in(http, f"192.0.2.{number}", "wrong") == 401
        assert log_in(http, "192.0.2.99", PASSWORD) == 429, "the header is nobody's proxy's"


def _behind(app: FastAPI, world: World, proxy: str) -> FastAPI:
    proxies = {"trusted_proxies": (ip_network(proxy),)}
    settings = world.instance.settings.model_copy(update=proxies)
    app.state.instance = replace(world.instance, settings=settings)
    return app
