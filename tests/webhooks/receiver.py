"""A receiver of webhooks: a real HTTP server on loopback that keeps what it is sent."""

from __future__ import annotations

import json
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook as Verifier


@dataclass(frozen=True)
class Got:
    """One request; `taken` is whether it was answered with a 2xx."""

    id: str
    headers: dict[str, str]
    body: str
    taken: bool
    path: str = ""

    @property
    def events(self) -> list[dict[str, Any]]:
        data = json.loads(self.body)
        return data if isinstance(data, list) else [data]


@dataclass
class Receiver:
    """`answers` says the status of each request, by how many came before, or writes it itself."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answers: Callable[[int], int] = lambda nth: 204
    # Bytes to answer with after the status, and headers.
    body: bytes = b""
    more: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was taken, in order, each once: as a receiver that knows ids again has it."""
        seen: dict[str, dict[str, Any]] = {}
        for got in self.got:
            if got.taken:
                for event in got.events:
                    seen.setdefault(event["id"], event)
        return list(seen.values())

    @property
    def times(self) -> Counter[str]:
        """How often each message came."""
        return Counter(got.id for got in self.got)

    def verify(self, secret: str, since: int = 0) -> int:
        """Every signature but those of the first `since` requests, by the library of the
        specification, which takes none older than five minutes; answers how many came so far.
        Raises when one is not right."""
        come = len(self.got)
        for got in self.got[since:come]:
            Verifier(secret).verify(got.body, got.headers)
        return come

    def take(self, headers: dict[str, str], body: str, query: str) -> int:
        with self.lock:
            status = self.answers(len(self.got))
            got = Got(headers["webhook-id"], headers, body, 200 <= status < 300, query)
            self.got.append(got)
        return status


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    here = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = int(self.headers["content-length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(size)
            if len(body) < size:  # The sender was killed while it sent.
                self.close_connection = True
                return
            status = here.take(headers, body.decode(), self.path.partition("?")[2])
            self.send_response(status)
            for name, value in here.more.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(here.body)))
            self.end_headers()
            self.wfile.write(here.body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A sender that hangs up is expected."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        here.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield here
        server.shutdown()
        thread.join()
