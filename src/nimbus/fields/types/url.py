"""A web address: http or https, scheme added when missing, host in canonical form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short
from nimbus.fields.types.domain import ascii_host

_LIMIT = 2_000
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True, slots=True)
class Url(Cell):
    key: str = "url"
    sql: str = "text"
    kind: str = "text"

    def parse(self, raw: str) -> str | None:
        return _canonical(raw)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "uri", "maxLength": _LIMIT}


@lru_cache(maxsize=2**14)
def _canonical(raw: str) -> str | None:
    text = clean(raw).strip("<>").strip()
    if is_blank(text):
        return None
    scheme, host, rest = split_url(text)
    url = f"{scheme}://{host}{quote(rest, safe=_KEPT)}"
    if len(url) > _LIMIT:
        raise Invalid(f"A web address has at most {_LIMIT:,} characters.")
    return url


def split_url(text: str) -> tuple[str, str, str]:
    """Scheme, host with an unusual port, and the rest; refuses all but plain web addresses."""
    if "://" not in text[:12]:
        text = f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Invalid(f"{short(text)} is not a web address.") from None
    if parts.scheme not in ("http", "https"):
        raise Invalid("A web address starts with http:// or https://.")
    if "@" in parts.netloc:
        raise Invalid("A web address must not carry a user name or password.")
    host = ascii_host(parts.hostname or "")
    if port and (parts.scheme, port) not in (("http", 80), ("https", 443)):
        host = f"{host}:{port}"
    path = "" if parts.path == "/" else parts.path
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return parts.scheme, host, path + query + fragment


URL = Url()
