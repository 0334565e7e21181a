"""The shapes of the OpenAPI document in words: what bodies and answers are made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nimbus.web.docs_words import Schema


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, or a member of a body; `anchor` leads to its shape where it has one."""

    name: str
    type: str
    required: bool
    words: str
    anchor: str | None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    anchor: str
    words: str
    members: list[Member]


def shapes(document: Schema, operations: Iterable[Schema]) -> list[Shape]:
    """What answers and bodies of these operations are made of, by name."""
    known = document["components"]["schemas"]
    found = (
        Shape(_name(key), _anchor(key), plain(known[key].get("description")),
              list(members(document, known[key])))
        for key in _led_to(document, operations)
    )  # fmt: skip
    return sorted(found, key=lambda shape: shape.name)


def accepted(operation: Schema) -> Schema:
    return {status: one for status, one in operation["responses"].items() if status < "300"}


def _led_to(document: Schema, operations: Iterable[Schema]) -> set[str]:
    """The names of the shapes that an answer or a body leads to."""
    left = _named([[accepted(one), one.get("requestBody", {})] for one in operations])
    found = set[str]()
    while left:
        key = left.pop()
        if key not in found and not key.startswith("Body_"):
            found.add(key)
            left |= _named(document["components"]["schemas"][key])
    return found


def _named(data: object) -> set[str]:
    return set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(data)))


def _name(key: str) -> str:
    """Shapes of the same name in several rooms bear the module's in the document."""
    return key.rsplit("__", 1)[-1]


def _anchor(key: str) -> str:
    return f"shape-{key}"


# What one is made of


def members(document: Schema, schema: Schema) -> Iterator[Member]:
    required = schema.get("required", [])
    for name, one in schema.get("properties", {}).items():
        yield member(document, name, one, name in required)


def member(document: Schema, name: str, schema: Schema, required: bool) -> Member:
    words = [plain(schema.get("description")), *_limits(schema)]
    type, anchor = type_of(document, schema)
    return Member(name, type, required, " ".join(filter(None, words)), anchor)


def _limits(schema: Schema) -> Iterator[str]:
    """What else a value must be, in words."""
    for one in [schema, *schema.get("anyOf", [])]:
        if "minimum" in one and "maximum" in one:
            yield f"From {_number(one['minimum'])} to {_number(one['maximum'])}."
        elif "minimum" in one:
            yield f"At least {_number(one['minimum'])}."
        if "maxLength" in one:
            yield f"At most {one['maxLength']:,} characters."
        if "maxItems" in one:
            yield f"At most {one['maxItems']:,}."
        if "enum" in one:
            yield "One of " + ", ".join(f"`{value}`" for value in one["enum"]) + "."
    if schema.get("default") not in (None, "", [], {}):
        yield f"`{compact(schema['default'])}` when left out."
    elif schema.get("examples"):
        yield f"Such as `{compact(schema['examples'][0])}`."


def _number(limit: float) -> str:
    """FastAPI writes every limit with a decimal."""
    return f"{int(limit) if limit == int(limit) else limit:,}"


def type_of(document: Schema, schema: Schema) -> tuple[str, str | None]:
    """What a value is, in a word or two, and the anchor of its shape."""
    if "$ref" in schema:
        key = schema["$ref"].rsplit("/", 1)[1]
        return _name(key), _anchor(key)
    if several := schema.get("anyOf"):
        kinds = [type_of(document, one) for one in several]
        anchor = next((anchor for _, anchor in kinds if anchor), None)
        return " or ".join(dict.fromkeys(name for name, _ in kinds)), anchor
    match schema.get("type"):
        case "array":
            name, anchor = type_of(document, schema.get("items", {}))
            return f"list of {name}", anchor
        case "string" if schema.get("contentMediaType") or schema.get("format") == "binary":
            return "file", None
        case "string" if "format" in schema:
            return str(schema["format"]), None
        case "object" if isinstance(schema.get("additionalProperties"), Mapping):
            name, anchor = type_of(document, schema["additionalProperties"])
            return f"object of {name}", anchor
        case str(kind):
            return kind, None
    return "any", None


def settled(document: Schema, schema: Schema) -> Schema:
    """Without references, and of several shapes the first that is not null."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for one in schema.get("anyOf", []):
        if one.get("type") != "null":
            return settled(document, one)
    return schema


# Words


# Marks of the requirement that a rule comes from, which mean nothing to those who call the API.
_MARKS = re.compile(r"\s*\([A-Z]\d?-\d+(?:[\s,…]+[A-Z]\d?-\d+)*\)")


def plain(text: str | None) -> str:
    return " ".join(_MARKS.sub("", text or "").split())


def compact(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
