"""An internet domain: a company's registrable one, or the host as it stands (S1-19)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import idna
from tldextract import TLDExtract

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\Z")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/*", re.IGNORECASE)

# Kept for documentation and tests (RFC 2606, RFC 6761): suffixes like any other, so that what is
# tried with them goes as it will in earnest. `.invalid` and `.localhost` are never anybody's.
FOR_TESTS = ("example", "test")


@dataclass(frozen=True, slots=True)
class Domain(Cell):
    key: str = "domain"
    registrable: bool = True
    sql: str = "text"
    kind: str = "text"

    def parse(self, raw: str) -> str | None:
        return _registrable(raw) if self.registrable else _host(raw)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "hostname", "maxLength": 253}


@lru_cache(maxsize=2**16)
def _registrable(raw: str) -> str | None:
    host = _host(raw)
    return host and registrable(host)


def _host(raw: str) -> str | None:
    text = clean(raw)
    if is_blank(text):
        return None
    text = text.strip("<>").strip()
    if scheme := _SCHEME.match(text):
        # `acme.com:8080` starts like a scheme, but a port follows and no host.
        text = text[scheme.end() :] if not _is_port(text, scheme.end()) else text
    text = re.split(r"[/?#\\]", text, maxsplit=1)[0].rpartition("@")[2]
    return ascii_host(re.sub(r":\d*\Z", "", text))


def _is_port(text: str, start: int) -> bool:
    return text[start - 1] == ":" and text[start : start + 1].isdigit()


def ascii_host(text: str) -> str:
    """A host name lower-cased and IDNA-encoded; refuses addresses and names without a suffix."""
    host = text.strip().rstrip(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise Invalid(f"{short(text)} is not a domain name.") from None
    if len(host) > 253 or not _HOST.match(host):
        raise Invalid(f"{short(text)} is not a domain name; write it like acme.com.")
    return host


def registrable(host: str) -> str:
    """What a company can have registered: `mail.acme.co.uk` → `acme.co.uk`."""
    own = _suffixes()(host, include_psl_private_domains=True).top_domain_under_public_suffix
    # Hosters on the private part of the list (github.io) are companies themselves.
    own = own or _suffixes()(host).top_domain_under_public_suffix
    if not own:
        raise Invalid(f"{short(host)} is not a domain a company can own: no known suffix.")
    return own


@cache
def _suffixes() -> TLDExtract:
    return TLDExtract(cache_dir=None, suffix_list_urls=(), extra_suffixes=FOR_TESTS)


DOMAIN = Domain()
HOST = Domain("host", registrable=False)
