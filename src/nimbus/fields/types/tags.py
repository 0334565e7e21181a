"""Tags: lower case, words joined by underscores, each at most 100 characters (S0-30, S2-09)."""

from __future__ import annotations

from nimbus.fields.types.text_list import TextList


def _tag(words: list[str]) -> str:
    return "_".join(words).lower()


TAGS = TextList("tags", _tag)
