"""Finds the field that a column is named after, as systems and people spell such names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from nimbus.fields import Field, fold
from nimbus.imports.result_columns import RESULT_COLUMNS

# A name in compact form → its field, and how surely.
Names = dict[str, tuple[Field, float]]
# From here on a header is a field's label or key, word for word.
EXACT = 3.0
_LEADS = frozenset(("contact", "person", "lead", "prospect", "primary", "main", "your", "hs"))


def names_of(fields: Sequence[Field]) -> Names:
    """Headers in compact form; a label counts for more than a key, a key than a synonym, so that
    of "Title" and "Job Title" in one file the second is the job's."""
    names: Names = {}
    for field in fields:
        names.setdefault(_key(field.label), (field, 3.1))
    for field in fields:
        names.setdefault(_key(field.key), (field, 3.0))
        if field.thing == "custom":
            names.setdefault(_key(field.key.removeprefix("custom.")), (field, 3.0))
    for field in fields:
        for name in field.synonyms:
            names.setdefault(_key(name), (field, 2.5))
    return names


def find(header: str, names: Names) -> tuple[Field, float] | None:
    """The field of a header as it stands, else without remarks in brackets and leading words."""
    for again, name in enumerate((header, re.sub(r"\(.*?\)|\[.*?\]|__c$", " ", header))):
        words = words_of(name)
        while words:
            found = names.get("".join(words))
            if found:
                return found[0], found[1] - 0.5 * (again or words != words_of(header))
            if words[0] not in _LEADS:
                break
            words = words[1:]
    return None


def fingerprint(header: Sequence[str]) -> str:
    """The same for headers that differ in case, accents and punctuation only (G-06), and for the
    result file of a file, so that its corrected errors need no mapping again."""
    names = "\x1f".join(_key(name) for name in header if name not in RESULT_COLUMNS)
    return hashlib.sha256(names.encode()).hexdigest()[:32]


def words_of(name: str) -> list[str]:
    """The words of a header, also of "firstName" and "LinkedInURL"."""
    return fold(re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)).split()


def _key(name: str) -> str:
    return fold(name).replace(" ", "")
