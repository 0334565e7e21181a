"""Ids as people and programs see them: a prefix that says what it is, and the uuid (TypeID).

`cont_01h455vb4pex5vsknk084sn02q`: 26 letters of Crockford's base 32, without i, l, o and u.
"""

from __future__ import annotations

import re
from typing import Literal
from uuid import UUID

from nimbus.problems import Problem, invalid, not_found

Prefix = Literal[
    "cont", "comp", "ws", "imp", "fm", "seg", "key", "client", "cf", "rule", "model", "file", "op",
    "user", "sup", "dom", "job", "view", "evt", "note", "task", "deal", "hook", "dlv", "msg",
    "chg", "dup", "exp", "inv", "pers", "tag", "lf",
]  # fmt: skip

WORDS: dict[Prefix, str] = {
    "cont": "contact",
    "comp": "company",
    "ws": "workspace",
    "imp": "import",
    "fm": "field mapping",
    "seg": "segment",
    "key": "API key",
    "client": "client",
    "cf": "custom field",
    "rule": "tier rule",
    "model": "scoring model",
    "file": "file",
    "op": "operation",
    "user": "person",
    "sup": "suppression",
    "dom": "suppressed domain",
    "job": "job",
    "view": "saved view",
    "evt": "event",
    "note": "note",
    "task": "task",
    "deal": "deal",
    "hook": "webhook",
    "dlv": "delivery",
    "msg": "webhook event",
    "chg": "change",
    "dup": "pair of duplicates",
    "exp": "export",
    "inv": "invitation",
    "pers": "personalization",
    "tag": "tag",
    "lf": "file of a list",
}

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
# Several letters at a time: a page shows 500 rows of several ids each.
_TWO = [a + b for a in _LETTERS for b in _LETTERS]
_THREE = [a + b for a in _TWO for b in _LETTERS]
_TO_PYTHON = str.maketrans(_LETTERS, "0123456789abcdefghijklmnopqrstuv")
# 26 letters hold 130 bits, so the first is 7 at most.
_LETTERS_26 = "[0-7][0-9a-hjkmnp-tv-z]{25}"
_RIGHT = re.compile(_LETTERS_26)


def show(prefix: Prefix, id: UUID) -> str:
    """The id as it leaves: `show("cont", contact.id)`."""
    high, low = id.int >> 60, id.int & (1 << 60) - 1
    return (
        f"{prefix}_{_TWO[high >> 60]}"
        f"{_THREE[high >> 45 & 32767]}{_THREE[high >> 30 & 32767]}"
        f"{_THREE[high >> 15 & 32767]}{_THREE[high & 32767]}"
        f"{_THREE[low >> 45]}{_THREE[low >> 30 & 32767]}"
        f"{_THREE[low >> 15 & 32767]}{_THREE[low & 32767]}"
    )


def read(prefix: Prefix, text: str, field: str | None = None) -> UUID:
    """The uuid of a shown id.

    A malformed id or one of another kind raises Problem: not_found, in the very words of an id that
    does not exist (D-31), or validation_error when it came in a `field` of a body.
    """
    kind, _, letters = text.partition("_")
    if kind == prefix and _RIGHT.fullmatch(letters):
        return UUID(int=int(letters.translate(_TO_PYTHON), 32))
    if field is None:
        raise missing(prefix)
    raise invalid(f"{field} must be the id of {a(prefix)}, such as {prefix}_01h4….", field)


def a(prefix: Prefix) -> str:
    """One of what ids of this kind name: “an import”."""
    words = WORDS[prefix]
    return f"{'an' if words[0] in 'aeiouAEIOU' else 'a'} {words}"


def pattern(prefix: Prefix) -> str:
    """The regular expression of ids of this kind, for documents."""
    return f"{prefix}_{_LETTERS_26}"


def missing(prefix: Prefix) -> Problem:
    """The 404 for a thing that is not there, or not yours."""
    return not_found(WORDS[prefix])
