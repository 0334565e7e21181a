"""Which addresses are public: our own table, since the standard library's misses some (G-39).

`ipaddress.is_global` of Python 3.11 lets NAT64, 6to4 and others through, behind which any address
can stand. Taken from the IANA special-purpose registries (RFC 6890 and those that update it).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

_CLOSED_4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # RFC 791: this network
        "10.0.0.0/8",  # RFC 1918: private
        "100.64.0.0/10",  # RFC 6598: behind a provider's NAT; metadata of Alibaba Cloud
        "127.0.0.0/8",  # RFC 1122: loopback
        "168.63.129.16/32",  # no RFC: the host of every virtual machine of Azure
        "169.254.0.0/16",  # RFC 3927: link-local; metadata of most clouds
        "172.16.0.0/12",  # RFC 1918: private
        "192.0.0.0/24",  # RFC 6890: IETF protocols; metadata of Oracle Cloud
        "192.0.2.0/24",  # RFC 5737: documentation
        "192.31.196.0/24",  # RFC 7535: AS112
        "192.52.193.0/24",  # RFC 7450: AMT
        "192.88.99.0/24",  # RFC 7526: 6to4 relays
        "192.168.0.0/16",  # RFC 1918: private
        "192.175.48.0/24",  # RFC 7534: AS112
        "198.18.0.0/15",  # RFC 2544: benchmarks
        "198.51.100.0/24",  # RFC 5737: documentation
        "203.0.113.0/24",  # RFC 5737: documentation
        "224.0.0.0/4",  # RFC 5771: multicast
        "240.0.0.0/4",  # RFC 1112: reserved; RFC 919: broadcast
    )
)
# RFC 4291: all that is given out. Outside are loopback, IPv4-mapped and -compatible addresses,
# NAT64 (RFC 6052, 8215), discard (RFC 6666), segment routing (RFC 9602), unique local (RFC 4193),
# link- and site-local, and multicast.
_GIVEN_OUT_6 = ip_network("2000::/3")
_CLOSED_6 = tuple(
    ip_network(text)
    for text in (
        "2001::/23",  # RFC 2928: IETF protocols; Teredo (RFC 4380), ORCHID (RFC 7343)
        "2001:db8::/32",  # RFC 3849: documentation
        "2002::/16",  # RFC 3056: 6to4
        "2620:4f:8000::/48",  # RFC 7534: AS112
        "3fff::/20",  # RFC 9637: documentation
    )
)


def is_public(address: Address) -> bool:
    """Whether a packet to this address can only reach the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    return address in _GIVEN_OUT_6 and not any(address in network for network in _CLOSED_6)


def is_loopback(address: Address) -> bool:
    """Loopback as it is, not within another kind of address."""
    return address == IPv6Address("::1") or (
        isinstance(address, IPv4Address) and address in ip_network("127.0.0.0/8")
    )


def read_address(text: str) -> Address:
    """Raises ValueError for anything but the plain form; a zone (`%eth0`) has none."""
    if "%" in text:
        raise ValueError(text)
    return ip_address(text)
