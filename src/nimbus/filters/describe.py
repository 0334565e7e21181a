"""A filter as an English sentence, with its precedence drawn in brackets (G-24)."""

from __future__ import annotations

from typing import Any

from nimbus.fields.field import Field
from nimbus.fields.types import Membership
from nimbus.filters.filter import All, Any_, Filter, Leaf, Not

SHOWN_VALUES = 5


def describe(filter: Filter) -> str:
    """Such as: Tier is A or B, and score is at least 60, and not (title contains “intern”)."""
    sentence = _words(filter)
    first = len(sentence) - len(sentence.lstrip("("))
    return sentence[:first] + sentence[first : first + 1].upper() + sentence[first + 1 :]


def _words(filter: Filter) -> str:
    match filter:
        case Leaf(field, op, value):
            shown = () if op.shape == "none" else _values(filter, value)
            return f"{_name(field)} {op.words.format(*shown)}"
        case Not(part):
            return f"not ({_words(part)})"
        case All(()):
            return "everyone"
        case Any_(()):
            return "no one"
        case All(parts):
            return ", and ".join(_part(part) for part in parts)
        case Any_(parts):
            return ", or ".join(_part(part) for part in parts)


def _part(part: Filter) -> str:
    grouped = isinstance(part, All | Any_) and len(part.parts) > 1
    return f"({_words(part)})" if grouped else _words(part)


def _name(field: Field) -> str:
    """The label within a sentence; "ICP tier" and "LinkedIn URL" keep their capitals."""
    first = field.label.split(" ", 1)[0]
    ordinary = first[1:] == first[1:].lower() and len(first) > 1
    return field.label[:1].lower() + field.label[1:] if ordinary else field.label


def _values(leaf: Leaf, value: Any) -> tuple[str, ...]:
    match leaf.op.shape:
        case "days":
            return (str(value),)
        case "range":
            return tuple(_show(leaf.field, bound) for bound in value)
        case "many":
            return (_list([_show(leaf.field, one) for one in value], leaf.op.joined_by),)
        case "text":
            return (f"“{value}”",)
        case _:
            return (_show(leaf.field, value),)


def _show(field: Field, value: Any) -> str:
    if isinstance(field.type, Membership):
        return field.type.words(value)
    if not isinstance(value, str):
        return field.type.show(value)
    # A slug has a label for people; most are written like a word of the sentence.
    label = getattr(field.type, "labels", {}).get(value, value)
    return f"“{value}”" if field.type.kind == "text" else label


def _list(words: list[str], joined_by: str) -> str:
    if len(words) > SHOWN_VALUES:
        more = len(words) - SHOWN_VALUES + 1
        words = [*words[: SHOWN_VALUES - 1], f"{more} others"]
    *most, last = words
    return f"{', '.join(most)} {joined_by} {last}" if most else last
