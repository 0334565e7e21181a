"""Every page there is, found as a person finds them: by following links from the first one."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

from fastapi.routing import APIRoute

from nimbus import rooms
from nimbus.web.route import PageRouter

EACH, MOST = 2, 40
LINK = re.compile(r'\bhref="([^"]*)"')


class Answer(NamedTuple):
    """What reading an address came to; `kind` is its media type."""

    status: int
    kind: str
    text: str


Read = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk met: one address for each route that shows a whole page, what did not answer
    well (address: status), and the routes that no link led to."""

    pages: dict[str, str]
    broken: dict[str, int]
    unmet: list[str]


def routes() -> list[APIRoute]:
    """Every route that a person's browser may read, in the order in which they are tried."""
    return [
        route
        for router in rooms.routers() if isinstance(router, PageRouter)
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    ]  # fmt: skip


def walk(read: Read, *starts: str) -> Walk:
    """Follow links from `starts`. Of each route the first two addresses met are read, since one
    thing leads where another of its kind does not; those with a query last, so that a list is
    walked as it opens, and two of each kind of query."""
    known, pages, broken = routes(), dict[str, str](), dict[str, int]()
    met, read_already = Counter[tuple[str, ...]](), set[str]()
    waiting, later = deque(starts), deque[str]()
    while waiting or later:
        address = waiting.popleft() if waiting else later.popleft()
        route = next(
            (one for one in known if one.path_regex.match(urlsplit(address).path)), None
        )  # fmt: skip
        if route is None or address in read_already:
            continue
        kind = (route.path, *sorted({name for name, _ in parse_qsl(urlsplit(address).query)}))
        if met[kind] >= EACH or met[route.path,] >= MOST:
            continue
        read_already.add(address)
        met.update({kind, (route.path,)})
        answer = read(address)
        if answer.status >= 400:
            broken[address] = answer.status
        if not answer.kind.startswith("text/html"):
            continue
        if answer.text.lstrip().lower().startswith("<!doctype"):
            pages.setdefault(route.path, address)
        for found in LINK.findall(answer.text):
            link = urlsplit(urljoin(address, html.unescape(found)))
            if link.path.startswith("/") and not link.netloc:
                whole = f"{link.path}?{link.query}" if link.query else link.path
                (later if link.query else waiting).append(whole)
    return Walk(pages, broken, [route.path for route in known if not met[route.path,]])
