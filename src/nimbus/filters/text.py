"""How text is compared: without case where people typed it, exactly where it is stored clean."""

from __future__ import annotations

import re

from nimbus.fields.field import Field

# Types whose `parse` already makes equal values equal text, so that a plain index serves them.
CLEAN_TYPES = frozenset(
    {"email", "domain", "host", "phone", "url", "linkedin", "linkedin_company", "twitter"}
)

_WILDCARDS = re.compile(r"([\\%_])")


def folds(field: Field) -> bool:
    """Whether equality, of a list that of its entries, ignores case. Custom text does not:
    containment in jsonb compares exactly, and only containment has an index there. Tags and chosen
    options are stored in one spelling."""
    if field.type.kind == "choices":
        return field.type.key == "text_list" and field.thing != "custom"
    return (
        field.type.kind == "text" and field.thing != "custom" and field.type.key not in CLEAN_TYPES
    )


def fold(text: str) -> str:
    """Lower case letter by letter, as PostgreSQL's lower() and ILIKE do it under C.UTF-8.

    str.lower() differs in two letters: the final sigma, and İ, which it makes two.
    """
    return "".join(letter.lower()[:1] for letter in text)


def literal(text: str) -> str:
    """The text as a LIKE pattern that matches itself and nothing else."""
    return _WILDCARDS.sub(r"\\\1", text)
