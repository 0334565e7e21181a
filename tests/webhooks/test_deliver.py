"""Delivery: signed, in order, again until it is taken, and no longer than is wise."""

from __future__ import annotations

import random
import socketserver
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import WebhookVerificationError

from nimbus.webhooks import send
from nimbus.webhooks.address import Rules
from nimbus.webhooks.send import ANSWER_BYTES, Sender
from tests.conftest import World
from tests.webhooks.apart import apart
from tests.webhooks.changes import change, people
from tests.webhooks.conftest import Subscribe
from tests.webhooks.receiver import Receiver, receiver

Call = Callable[..., Any]


def test_a_receiver_that_often_fails_gets_everything_in_order(
    world: World, here: Receiver, subscribe: Subscribe, call: Call
) -> None:
    """60 events of 20 people, each tried under one id until it is taken (G-39)."""
    alice, dice = world.alice, random.Random(7)
    here.answers = lambda nth: 500 if dice.random() < 0.2 else 200
    hook = subscribe("contact.created", "contact.updated")
    with world.door.workspace(alice.who.workspace_id) as tx:
        made = people(tx, alice.who, alice.client.id, 20)
    for title in ("CEO", "CTO"):
        with world.door.workspace(alice.who.workspace_id) as tx:
            change(tx, alice.who, made, title=title)
    for _ in range(6):
        world.work()

    log = call("GET", f"{hook['id']}/deliveries/?page_size=500")["data"]
    assert {one["status"] for one in log} <= {"delivered", "dead"}
    taken = {one["event_id"] for one in log if one["status"] == "delivered"}
    assert taken == {event["id"] for event in here.events}
    assert len(log) == 60
    assert {one["event_id"]: one["attempts"] for one in log} == dict(here.times)
    assert max(here.times.values()) > 1
    about: dict[str, list[int]] = {}
    for event in here.events:
        about.setdefault(event["data"]["id"], []).append(event["sequence"])
    assert all(numbers == sorted(numbers) for numbers in about.values())
    here.verify(hook["secret"])


def test_what_is_never_taken_dies_and_can_be_replayed(
    world: World, here: Receiver, subscribe: Subscribe, call: Call
) -> None:
    """A redirect is no answer; what was given up is sent again under the same id (S3-51, F-28)."""
    alice = world.alice
    here.answers = lambda _: 302
    here.more = {"location": "http://169.254.169.254/"}
    here.body = b"x" * 20_000
    hook = subscribe()
    with world.door.workspace(alice.who.workspace_id) as tx:
        people(tx, alice.who, alice.client.id, 1)
    for _ in range(2):
        world.work()
    (dead,) = call("GET", f"{hook['id']}/deliveries/?status=dead")["data"]
    assert (dead["attempts"], dead["response_status"]) == (4, 302)
    assert dead["response"] == "x" * ANSWER_BYTES
    assert here.times == {dead["event_id"]: 4}

    here.answers = lambda _: 200
    here.more = {}
    call("POST", f"{hook['id']}/replay/", 400, json={"event_id": hook["id"]})
    call("POST", f"{hook['id']}/replay/", 400, json={})
    later = {"since": "2999-01-01T00:00:00Z"}
    assert call("POST", f"{hook['id']}/replay/", 202, json=later) == {"replayed": 0}
    asked = {"event_id": dead["event_id"], "since": "2020-01-01T00:00:00Z", "status": "dead"}
    assert call("POST", f"{hook['id']}/replay/", 202, json=asked) == {"replayed": 1}
    world.work()
    assert here.times == {dead["event_id"]: 5}
    (done,) = call("GET", f"{hook['id']}/deliveries/")["data"]
    assert (done["status"], done["id"]) == ("delivered", dead["id"])


def test_an_endpoint_that_is_gone_or_unwell_is_left_in_peace(
    world: World, here: Receiver, subscribe: Subscribe, call: Call
) -> None:
    """410 turns a webhook off and says so; five failures in a row park it, and it alone (F-29)."""
    alice = world.alice
    with receiver() as gone, receiver() as unwell:
        gone.answers, unwell.answers = (lambda _: 410), (lambda _: 503)
        left = subscribe(url=gone.url)
        ill = subscribe(url=unwell.url)
        subscribe()
        with world.door.workspace(alice.who.workspace_id) as tx:
            people(tx, alice.who, alice.client.id, 12)
        world.work()
        assert (len(gone.got), len(here.events)) == (1, 12)
    shown = call("GET", f"{left['id']}/")
    assert not shown["is_active"]
    assert "410" in shown["stopped"]
    assert call("GET", f"{left['id']}/deliveries/")["data"][0]["status"] == "dead"
    call("POST", f"{left['id']}/test/", 409)
    health = call("GET", f"{ill['id']}/")["health"]
    assert health["failures"] >= 5
    assert health["parked_until"]
    again = call("PATCH", f"{left['id']}/", json={"is_active": True, "url": here.url})
    assert (again["is_active"], again["stopped"]) == (True, None)


def test_two_secrets_sign_for_a_day(
    world: World, here: Receiver, subscribe: Subscribe, call: Call
) -> None:
    hook = subscribe()
    new = call("POST", f"{hook['id']}/rotate-secret/")
    sent = call("POST", f"{hook['id']}/test/", 202)
    assert (sent["status"], sent["event_type"]) == ("pending", "webhook.test")
    world.work()
    here.verify(hook["secret"])
    here.verify(new["secret"])
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        kept = tx.row("select secret, old_secret from webhook")
        tx.run("update webhook set old_until = %s", [tx.now])
    assert kept
    for secret in (hook["secret"], new["secret"]):
        assert secret.encode() not in kept["secret"] + kept["old_secret"]
    here.got.clear()
    call("POST", f"{hook['id']}/test/", 202)
    world.work()
    here.verify(new["secret"])
    with pytest.raises(WebhookVerificationError):
        here.verify(hook["secret"])


@apart
def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with one that says something again and again, and never all."""
    monkeypatch.setattr(send, "TOTAL_SECONDS", 0.3)

    class Drip(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1000)
            self.request.sendall(b"HTTP/1.1 200 OK\r\n")
            for _ in range(40):
                self.request.sendall(b"x: y\r\n")
                time.sleep(0.05)

        def finish(self) -> None:
            self.request.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """The sender hangs up."""

    with Server(("127.0.0.1", 0), Drip) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        with Sender(Rules(loopback=True)) as sender:
            began = time.monotonic()
            answer = sender.send(f"http://127.0.0.1:{server.server_address[1]}/", "{}", {})
            assert "No whole answer" in (answer.error or "")
            assert time.monotonic() - began < 2
        server.shutdown()


@apart
def test_the_certificate_is_that_of_the_name(tmp_path: Path) -> None:
    """Connected by address, asked by name: host, SNI and certificate are those of the name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = tmp_path / "pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                          serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    asked: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: asked.append(name)
    trusting = ssl.create_default_context(cafile=str(pem))
    id = {"webhook-id": "msg_x"}
    with receiver(server) as here, Sender(Rules(loopback=True), trusting) as sender:
        assert sender.send(f"https://localhost:{here.port}/", "{}", id).status == 204
        assert here.got[0].headers["host"] == f"localhost:{here.port}"
        wrong = sender.send(f"https://{IPv4Address('127.0.0.1')}:{here.port}/", "{}", id)
        assert "certificate" in (wrong.error or "").lower()
    assert asked[0] == "localhost"
