"""Where a webhook may go: a plain https URL, and only to addresses of the public internet (G-39).

Looked at when it is saved and before every delivery, since a name can get another address any time.
Whoever sends connects to the very address that was looked at and never asks for the name again.
"""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address

import idna

from nimbus.problems import Problem, invalid
from nimbus.settings import Settings
from nimbus.webhooks.ranges import Address, is_loopback, is_public, read_address

MAX_LENGTH = 2_000
# Nobody can interrupt the question for a name's addresses, so it is asked in a thread beside.
RESOLVE_SECONDS = 4.0
_asking = ThreadPoolExecutor(32, thread_name_prefix="resolve")
PORTS = {"https": 443, "http": 80}

# Nothing that two readers could read in two ways: no user, backslash, blank or fragment.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s\[\]/?#@:\\%]+)(?::(?P<port>\d{1,5}))?"
    r"(?P<path>(?:/[!-~]*)?)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# A last label like these makes readers take the name for an IPv4 address (WHATWG URL, 3.5).
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator has allowed beyond https to the public internet."""

    http: bool = False
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart; `host` is a name in ASCII, or an address."""

    scheme: str
    host: str | Address
    port: int
    path: str

    @property
    def name(self) -> str:
        """The host as a URL has it."""
        return f"[{self.host}]" if ":" in str(self.host) else str(self.host)

    @property
    def authority(self) -> str:
        """What the header `Host` says."""
        return self.name if self.port == PORTS[self.scheme] else f"{self.name}:{self.port}"

    def at(self, address: Address) -> str:
        """The URL that connects to this address."""
        host = str(address) if isinstance(address, IPv4Address) else f"[{address}]"
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def rules_of(settings: Settings) -> Rules:
    return Rules(settings.webhooks_allow_http, settings.webhooks_allow_loopback)


def take_apart(url: str, rules: Rules) -> Target:
    """The parts of a URL that is written plainly. Raises Problem that names `url`."""
    found = _URL.fullmatch(url) if len(url) <= MAX_LENGTH else None
    if not found or "#" in url or "\\" in url:
        raise _refused(
            "Write it as https://name/path, in plain characters, without a user, a fragment or "
            "blanks."
        )
    scheme, host = found["scheme"].lower(), _host(found["host"], rules)
    port = int(found["port"]) if found["port"] else PORTS[scheme]
    local = rules.loopback and (
        host == "localhost" or (not isinstance(host, str) and is_loopback(host))
    )
    if scheme == "http" and not (rules.http or local):
        raise _refused(
            "It must begin with https://: what is sent is about people. For development the "
            "setting NIMBUS_WEBHOOKS_ALLOW_LOOPBACK=true lets webhooks go to this machine, and "
            "NIMBUS_WEBHOOKS_ALLOW_HTTP=true to any http:// address."
        )
    if not (port in PORTS.values() or 1024 <= port <= 65_535):
        raise _refused(f"Port {port} is not one that web servers have: take 443 or one from 1024.")
    return Target(scheme, host, port, found["path"] or "/")


def _host(text: str, rules: Rules) -> str | Address:
    try:
        if text.startswith("["):
            return read_address(text[1:-1])
        if text.isascii() and re.fullmatch(r"[\d.]+", text):
            return IPv4Address(text)
    except ValueError:
        raise _refused(f"{text} is not an address.") from None
    try:
        # Only what is a domain as it stands: signs that merely look like letters are mapped by some
        # readers and not by others.
        name = text.lower() if text.isascii() else idna.encode(text.lower()).decode("ascii")
    except idna.IDNAError:
        raise _refused("Write the name in plain letters.") from None
    labels = name.split(".")
    if name == "localhost" and rules.loopback:
        return name
    right = all(_LABEL.fullmatch(label) for label in labels) and len(name) <= 253
    if not right or len(labels) < 2 or _NUMBER.fullmatch(labels[-1]):
        raise _refused(f"{text[:80]} is not the full name of a server, such as hooks.example.com.")
    return name


def addresses(target: Target, rules: Rules) -> list[Address]:
    """All the addresses of the host, asked for once. Raises Problem that names `url` when it has
    none, or when any of them is not public: which one is connected to is not ours to trust."""
    found = _resolved(target)
    for address in found:
        if not (is_public(address) or (rules.loopback and is_loopback(address))):
            raise _refused("It leads to an address that is not on the public internet.")
    return found


def check(url: str, rules: Rules) -> Target:
    """A URL that may be saved. Raises Problem that names `url`."""
    target = take_apart(url, rules)
    addresses(target, rules)
    return target


def _resolved(target: Target) -> list[Address]:
    if not isinstance(target.host, str):
        return [target.host]
    try:
        # With a dot at the end no search list of this machine is tried.
        host = target.host if target.host == "localhost" else f"{target.host}."
        asked = _asking.submit(socket.getaddrinfo, host, target.port, type=socket.SOCK_STREAM)
        told = asked.result(RESOLVE_SECONDS)
    except (OSError, UnicodeError):  # A timeout is an OSError too.
        raise _refused(f"The name {target.host} has no address that could be found.") from None
    return list(dict.fromkeys(read_address(str(one[4][0]).partition("%")[0]) for one in told))


def _refused(why: str) -> Problem:
    return invalid(f"Events cannot be sent there. {why}", "url")
