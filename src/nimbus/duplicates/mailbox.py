"""The mailbox behind an address: spellings that a provider delivers to the same one (G-17).

That two addresses have one mailbox is a reason to propose a pair, never an identity: only the
address itself is that.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Domains of one provider that lead to the same mailbox. Those of Outlook do not: the same name at
# hotmail.com and at live.com may be two people.
_ALIASES = {
    "googlemail.com": "gmail.com",
    "me.com": "icloud.com", "mac.com": "icloud.com",
    "pm.me": "proton.me", "protonmail.com": "proton.me", "protonmail.ch": "proton.me",
    "ya.ru": "yandex.ru", "yandex.com": "yandex.ru",
    "fastmail.fm": "fastmail.com",
}  # fmt: skip
_DOTLESS = frozenset({"gmail.com"})


class Mailbox(NamedTuple):
    """`local` and `host` as delivered, `host` empty for what is no address."""

    local: str
    host: str


NO_MAILBOX = Mailbox("", "")


def mailbox(email: str) -> Mailbox:
    """The mailbox of an address, the same when asked again of its own answer."""
    written = email.strip().lower()
    local, _, host = written.rpartition("@")
    local = local.strip()
    if not local or not host:
        return Mailbox(written, "")
    host = _ALIASES.get(host, host)
    local = local.partition("+")[0].strip() or local
    if host in _DOTLESS:
        local = local.replace(".", "") or local
    return Mailbox(local, host)


def letters(local: str) -> str:
    return re.sub(r"[^a-z]", "", local)
