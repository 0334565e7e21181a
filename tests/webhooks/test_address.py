"""No packet to an address that is not public: every way to write one is refused (G-39)."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from nimbus.problems import Problem
from nimbus.webhooks.address import Rules, check, take_apart
from nimbus.webhooks.ranges import is_public
from nimbus.webhooks.send import Sender
from tests.webhooks.apart import apart
from tests.webhooks.receiver import receiver

OPEN = Rules(http=True)  # So that it is never the scheme alone that refuses.
REFUSED = """
http://127.0.0.1/ http://127.1/ http://2130706433/ http://0x7f000001/ http://0177.0.0.1/
http://0x7f.1/ http://0/ http://localhost/ http://localhost./ http://LOCALHOST/ http://[::1]/
http://[::]/ http://[::ffff:127.0.0.1]/ http://[::ffff:a9fe:a9fe]/ http://[64:ff9b::7f00:1]/
http://[2002:7f00:1::]/ http://[2001:0:53aa:64c:0:7fff:80ff:fffe]/ http://[fe80::1%25eth0]/
http://[fd00:ec2::254]/ http://[3fff::1]/ http://10.0.0.1/ http://100.100.100.200/
http://169.254.169.254/ http://168.63.129.16/ http://192.0.0.192/ http://255.255.255.255/
http://224.0.0.1/ http://user@8.8.8.8/ http://8.8.8.8@127.0.0.1/ http://8.8.8.8\\@127.0.0.1/
http://127.0.0.1#@8.8.8.8/ http://8.8.8.8:22/ http://8.8.8.8:80:80/ http://8.8.8.8:99999/
http:127.0.0.1/ http:///127.0.0.1/ file:///etc/passwd gopher://8.8.8.8/ //8.8.8.8/ 8.8.8.8
http://①②⑦.⓪.⓪.①/ http://127。0。0。1/ http://ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ/ http://metadata/ http://-a.com/
http://a..com/ http://example.com./ http://999.1.1.1/ http://08.8.8.8/ http://a.b.0x7f/
http://8.8.8.8/a%0d%0ab\x00 http://no-such-name.invalid/
""".split()


@pytest.mark.parametrize("url", [*REFUSED, "http://8.8.8.8/ b", "", "http://8.8.8.8/\n"])
def test_a_hostile_address_is_refused(url: str) -> None:
    with pytest.raises(Problem) as refused:
        check(url, OPEN)
    assert (refused.value.code, refused.value.field) == ("validation_error", "url")


def test_a_public_address_is_taken_apart() -> None:
    target = check("https://8.8.8.8:8443/a/b?c=d%20e", Rules())
    assert (target.authority, target.path) == ("8.8.8.8:8443", "/a/b?c=d%20e")
    assert check("https://[2001:4860:4860::8888]/", Rules()).authority == "[2001:4860:4860::8888]"
    assert take_apart("https://Bücher.example/x", Rules()).name == "xn--bcher-kva.example"
    for url in ("http://8.8.8.8/", "http://127.0.0.1/", "https://127.0.0.1/"):
        with pytest.raises(Problem):
            check(url, Rules())
    assert check("http://localhost:8080/", Rules(loopback=True)).port == 8080
    with pytest.raises(Problem):
        check("http://10.0.0.1/", Rules(loopback=True))


def test_who_develops_is_told_of_the_setting() -> None:
    with pytest.raises(Problem, match="NIMBUS_WEBHOOKS_ALLOW_LOOPBACK=true") as refused:
        take_apart("http://127.0.0.1:8080/", Rules())
    assert "NIMBUS_WEBHOOKS_ALLOW_HTTP=true" in refused.value.message
    assert take_apart("http://127.0.0.1:8080/", Rules(loopback=True)).port == 8080
    assert take_apart("http://8.8.8.8/", Rules(http=True)).port == 80


@pytest.mark.parametrize(
    ("text", "public"),
    [("1.1.1.1", True), ("172.15.255.255", True), ("172.16.0.0", False), ("172.31.9.9", False),
     ("172.32.0.0", True), ("100.64.0.0", False), ("100.128.0.0", True), ("198.19.1.1", False),
     ("223.255.255.255", True), ("240.0.0.1", False), ("2606:4700::1111", True),
     ("2001:200::1", True), ("2001:1ff::1", False), ("2002::1", False), ("4000::1", False)],
)  # fmt: skip
def test_the_table_draws_the_line(text: str, public: bool) -> None:
    assert is_public(ip_address(text)) is public


@apart
def test_a_name_that_has_moved_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it led to when it was saved: at delivery each of its addresses is looked at, and the
    one that was looked at is connected to, not the one that a second question would bring."""
    answers = iter([["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"]])
    asked = []

    def told(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(0, 0, 0, "", (address, port)) for address in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", told)
    with receiver() as here, Sender(OPEN) as sender:
        for _ in range(3):
            answer = sender.send(f"http://moved.example.com:{here.port}/", "{}", {})
            assert "not on the public internet" in (answer.error or "")
    assert (here.got, asked) == ([], ["moved.example.com."] * 3)
