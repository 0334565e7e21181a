"""Where a request comes from: the brake on guessing must count callers, not the proxy in front."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from nimbus.settings import Network

Address = IPv4Address | IPv6Address


def caller(peer: str, forwarded: Iterable[str], trusted: Sequence[Network]) -> str:
    """The address that a request comes from.

    `peer` is who is connected to us, `forwarded` the values of `X-Forwarded-For`. That header is
    believed of trusted proxies alone, from its end on: each proxy adds at the end who called it,
    and what stands before the first address that is not a proxy of ours may be made up.
    """
    here = _read(peer)
    if here is None or not _is_trusted(here, trusted):
        return peer
    told = [one for value in forwarded for one in value.split(",")]
    for text in reversed(told):
        before = _read(text)
        if before is None:
            break
        here = before
        if not _is_trusted(here, trusted):
            break
    return str(here)


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _read(text: str) -> Address | None:
    """The address without the port that some proxies add; None for what is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    # A server that listens on both kinds sees an IPv4 caller as ::ffff:192.0.2.1.
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
