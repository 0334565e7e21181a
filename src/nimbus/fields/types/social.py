"""A profile on LinkedIn or X as its one canonical address, from a link or a handle (S2-11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, is_blank, short
from nimbus.fields.types.url import split_url

_LINKEDIN_HANDLE = re.compile(r"[\w-]{2,120}\Z")
_LINKEDIN_KINDS = frozenset({"in", "company", "school", "showcase", "pub"})
# An address for which reading it the long way is known to change nothing but what stands before
# the host; ids that mind the case have capitals.
_LINKEDIN_PLAIN = re.compile(
    r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/"
    r"(in|company|school|showcase)/([a-z0-9_-]{2,120})/?\Z",
    re.ASCII,
)
_X_HANDLE = re.compile(r"[a-z0-9_]{1,15}\Z")
_X_HOSTS = frozenset({"twitter.com", "x.com"})
_X_PAGES = frozenset(
    {"home", "i", "intent", "share", "search", "hashtag", "explore", "settings", "login", "signup"}
)


@dataclass(frozen=True, slots=True)
class LinkedIn(Cell):
    """`kind_of_page` is what a bare handle means: `in` for a person, `company` for a company."""

    key: str = "linkedin"
    kind_of_page: str = "in"
    sql: str = "text"
    kind: str = "text"

    def parse(self, raw: str) -> str | None:
        if plain := _LINKEDIN_PLAIN.match(raw):
            return f"https://linkedin.com/{plain[1]}/{plain[2]}"
        return _linkedin(raw, self.kind_of_page)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "uri"}


@dataclass(frozen=True, slots=True)
class Twitter(Cell):
    key: str = "twitter"
    sql: str = "text"
    kind: str = "text"

    def parse(self, raw: str) -> str | None:
        return _twitter(raw)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "uri"}


@lru_cache(maxsize=2**16)
def _linkedin(raw: str, kind_of_page: str) -> str | None:
    text = clean(raw)
    if is_blank(text):
        return None
    steps = _steps(text)
    if "." in steps[0]:
        _, host, _ = split_url(text)
        if host != "linkedin.com" and not host.endswith(".linkedin.com"):
            raise Invalid(f"{short(text)} is not a LinkedIn address.")
        steps = [s for s in steps[1:] if s != "mwlite"]
    elif len(steps) == 1:
        steps = [kind_of_page, steps[0].removeprefix("@")]
    if steps[:1] == ["sales"] and len(steps) > 2:  # Sales Navigator: its ids mind the case.
        return f"https://linkedin.com/sales/{quote(steps[1])}/{quote(steps[2], safe=',')}"
    if len(steps) < 2 or steps[0].lower() not in _LINKEDIN_KINDS:
        raise Invalid(f"{short(text)} is not a LinkedIn profile; write linkedin.com/in/name.")
    page, handle = steps[0].lower(), steps[1]
    if not _LINKEDIN_HANDLE.match(handle):
        raise Invalid(f"{short(handle)} is not a LinkedIn name.")
    # Opaque ids mind the case, names that people chose do not.
    handle = handle if handle.startswith(("ACo", "ACw")) else handle.lower()
    rest = "".join(f"/{quote(s)}" for s in steps[2:5]) if page == "pub" else ""
    return f"https://linkedin.com/{page}/{quote(handle)}{rest}"


@lru_cache(maxsize=2**16)
def _twitter(raw: str) -> str | None:
    text = clean(raw)
    if is_blank(text):
        return None
    named = parse_qs(text.partition("?")[2]).get("screen_name", [""])[0]
    steps = [s for s in _steps(text.replace("/#!/", "/")) if s] or [""]
    if "." in steps[0]:
        host = re.sub(r"^(www|mobile|m)\.", "", steps[0].lower())
        if host not in _X_HOSTS:
            raise Invalid(f"{short(text)} is not an address on X.")
        steps = steps[1:]
    handle = (named or "".join(steps[:1])).removeprefix("@").lower()
    if not _X_HANDLE.match(handle) or handle in _X_PAGES:
        raise Invalid(f"{short(text)} is not an X handle; write @name or x.com/name.")
    return f"https://x.com/{handle}"


def _steps(text: str) -> list[str]:
    """Host and path of an address without scheme, query and fragment, decoded."""
    bare = re.sub(r"^https?:/+", "", text, flags=re.IGNORECASE)
    bare = re.split(r"[?#]", bare, maxsplit=1)[0].strip("/ ")
    return [unquote(s) for s in bare.split("/")] or [""]


LINKEDIN = LinkedIn()
LINKEDIN_COMPANY = LinkedIn("linkedin_company", "company")
TWITTER = Twitter()
