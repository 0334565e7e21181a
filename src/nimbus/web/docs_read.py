"""What the OpenAPI document says of each operation and shape, in words for its pages."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nimbus.web.docs_words import EXAMPLES, ICONS, TONES, Schema
from nimbus.web.encode import JSON
from nimbus.web.openapi import PROBLEM_JSON


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
class Answer:
    status: str
    words: str
    type: str | None
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    title: str
    words: str
    scope: str | None
    parameters: list[Member]
    media: str | None
    body: list[Member]
    answers: list[Answer]
    refusals: list[Answer]
    curl: str

    @property
    def tone(self) -> str:
        return TONES.get(self.method, "grey")


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    icon: str
    operations: list[Operation]

    @property
    def anchor(self) -> str:
        return f"about-{self.name.lower()}"


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    anchor: str
    words: str
    members: list[Member]


def groups(document: Schema, host: str) -> list[Group]:
    """The operations by their first tag."""
    found: dict[str, list[Operation]] = {name: [] for name in ICONS}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            tag = str(one.get("tags", ["other"])[0]).lower()
            operation = _operation(document, method.upper(), path, one, host)
            found.setdefault(tag, []).append(operation)
    return [
        Group(name.capitalize(), ICONS.get(name, "layers"), operations)
        for name, operations in found.items()
        if operations
    ]


def shapes(document: Schema) -> list[Shape]:
    """What answers and bodies are made of, by name."""
    answered = _answered(document)
    return sorted(
        (
            Shape(_name(key), _anchor(key), _plain(schema.get("description")),
                  list(_members(document, schema)))
            for key, schema in document["components"]["schemas"].items()
            if key in answered
        ),
        key=lambda shape: shape.name,
    )  # fmt: skip


# One operation


def _operation(document: Schema, method: str, path: str, one: Schema, host: str) -> Operation:
    content = one.get("requestBody", {}).get("content", {})
    media, given = next(iter(content.items()), (None, None))
    return Operation(
        id=one["operationId"],
        method=method,
        path=path,
        title=one.get("summary", "").capitalize().replace("icp", "ICP"),
        words=_plain(one.get("description")),
        scope=one.get("x-scope"),
        parameters=[_parameter(document, each) for each in one.get("parameters", [])],
        media=media,
        body=list(_members(document, _settled(document, given["schema"]))) if given else [],
        answers=list(_answers(document, _accepted(one))),
        refusals=list(_answers(document, _refused(one))),
        curl=_curl(
            method, host + path, media, EXAMPLES.get(one["operationId"]), bool(one["security"])
        ),
    )


def _parameter(document: Schema, one: Schema) -> Member:
    found = _member(document, one["name"], one["schema"], one.get("required", False))
    words = found.words or _plain(one.get("description"))
    return Member(found.name, found.type, found.required, words, None, one["in"])


def _members(document: Schema, schema: Schema) -> Iterator[Member]:
    required = schema.get("required", [])
    for name, one in schema.get("properties", {}).items():
        yield _member(document, name, one, name in required)


def _member(document: Schema, name: str, schema: Schema, required: bool) -> Member:
    words = [_plain(schema.get("description")), *_limits(schema)]
    type, anchor = _type(document, schema)
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
        yield f"`{_compact(schema['default'])}` when left out."
    elif schema.get("examples"):
        yield f"Such as `{_compact(schema['examples'][0])}`."


def _number(limit: float) -> str:
    """FastAPI writes every limit with a decimal."""
    return f"{int(limit) if limit == int(limit) else limit:,}"


def _answers(document: Schema, responses: Schema) -> Iterator[Answer]:
    for status, one in responses.items():
        content: Schema = one.get("content", {})
        media, given = next(iter(content.items()), (None, None))
        type, anchor = _type(document, given["schema"]) if given else (None, None)
        words = one.get("description", "")
        words = "Nothing is answered." if status == "204" else words
        if media and media not in (JSON, PROBLEM_JSON):
            type = media
        yield Answer(status, "" if words == "Successful Response" else words, type, anchor)


# Schemas


def _type(document: Schema, schema: Schema) -> tuple[str, str | None]:
    """What a value is, in a word or two, and the anchor of its shape."""
    if "$ref" in schema:
        key = schema["$ref"].rsplit("/", 1)[1]
        return _name(key), _anchor(key)
    if several := schema.get("anyOf"):
        kinds = [_type(document, one) for one in several]
        anchor = next((anchor for _, anchor in kinds if anchor), None)
        return " or ".join(dict.fromkeys(name for name, _ in kinds)), anchor
    match schema.get("type"):
        case "array":
            name, anchor = _type(document, schema.get("items", {}))
            return f"list of {name}", anchor
        case "string" if schema.get("contentMediaType") or schema.get("format") == "binary":
            return "file", None
        case "string" if "format" in schema:
            return str(schema["format"]), None
        case "object" if isinstance(schema.get("additionalProperties"), Mapping):
            name, anchor = _type(document, schema["additionalProperties"])
            return f"object of {name}", anchor
        case str(kind):
            return kind, None
    return "any", None


def _settled(document: Schema, schema: Schema) -> Schema:
    """Without references, and of several shapes the first that is not null."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for one in schema.get("anyOf", []):
        if one.get("type") != "null":
            return _settled(document, one)
    return schema


def _answered(document: Schema) -> set[str]:
    """The names of the shapes that an answer or a body leads to."""
    known = document["components"]["schemas"]
    told = [
        [one["responses"], one.get("requestBody", {})]
        for methods in document["paths"].values()
        for one in methods.values()
    ]
    left, found = _named(told), set[str]()
    while left:
        key = left.pop()
        if key not in found and not key.startswith("Body_"):
            found.add(key)
            left |= _named(known[key])
    return found


def _accepted(one: Schema) -> Schema:
    return {status: answer for status, answer in one["responses"].items() if status < "300"}


def _refused(one: Schema) -> Schema:
    return {status: answer for status, answer in one["responses"].items() if status >= "400"}


def _named(data: object) -> set[str]:
    return set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(data)))


def _name(key: str) -> str:
    """Shapes of the same name in several rooms bear the module's in the document."""
    return key.rsplit("__", 1)[-1]


def _anchor(key: str) -> str:
    return f"shape-{key}"


# Words


# Marks of the requirement that a rule comes from, which mean nothing to those who call the API.
_MARKS = re.compile(r"\s*\([A-Z]\d?-\d+(?:[\s,…]+[A-Z]\d?-\d+)*\)")


def _plain(text: str | None) -> str:
    return " ".join(_MARKS.sub("", text or "").split())


def _curl(
    method: str, url: str, media: str | None, example: Schema | str | None, keyed: bool
) -> str:
    """A line to try it; KEY, and ID or TAG where the path has one, are the reader's to fill in."""
    url = url.replace("{id}", "ID").replace("{tag}", "TAG")
    if isinstance(example, str):
        url = f"{url}?{example}"
    lines = [_words("curl", *(["-X", method] if method != "GET" else []), url)]
    if keyed:
        lines.append(_words("-H", "Authorization: Bearer KEY"))
    if isinstance(example, Mapping):
        if media == JSON:
            lines.append(_words("-H", f"Content-Type: {JSON}"))
            lines.append(_words("-d", _compact(example)))
        else:
            lines += [_words("-F", f"{name}={value}") for name, value in example.items()]
    return " \\\n  ".join(lines)


def _words(*words: str) -> str:
    return shlex.join(words)


def _compact(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
