"""What the OpenAPI document says of each operation, in words for its pages."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nimbus.web.docs_shapes import (
    Member,
    Shape,
    accepted,
    compact,
    member,
    members,
    plain,
    settled,
    shapes,
    type_of,
)
from nimbus.web.docs_words import EXAMPLES, ICONS, TONES, Schema
from nimbus.web.encode import JSON
from nimbus.web.openapi import PROBLEM_JSON


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation as a list shows it; `schema` is its part of the document."""

    id: str
    method: str
    path: str
    title: str
    words: str
    scope: str | None
    schema: Schema

    @property
    def tone(self) -> str:
        return TONES.get(self.method, "grey")

    def speaks_of(self, words: str) -> bool:
        """Whether all of these words, or parts of words, are said of it."""
        told = f"{self.id} {self.method} {self.path} {self.title} {self.words} {self.scope}".lower()
        return all(word in told for word in words.lower().split())


@dataclass(frozen=True, slots=True)
class Group:
    """Operations of one tag, and the page that tells of them."""

    name: str
    icon: str
    entries: list[Entry]

    @property
    def slug(self) -> str:
        return self.name.lower()

    @property
    def href(self) -> str:
        return f"/api/v1/docs/{self.slug}"


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    words: str
    type: str | None
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """All that is told of an operation."""

    entry: Entry
    parameters: list[Member]
    media: str | None
    body: list[Member]
    answers: list[Answer]
    refusals: list[Answer]
    curl: str


def groups(document: Schema) -> list[Group]:
    """The operations by their first tag."""
    found: dict[str, list[Entry]] = {name: [] for name in ICONS}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            tag = str(one.get("tags", ["other"])[0]).lower()
            found.setdefault(tag, []).append(_entry(method.upper(), path, one))
    return [
        Group(name.capitalize(), ICONS.get(name, "layers"), entries)
        for name, entries in found.items()
        if entries
    ]


def _entry(method: str, path: str, one: Schema) -> Entry:
    return Entry(
        id=one["operationId"],
        method=method,
        path=path,
        title=one.get("summary", "").capitalize().replace("icp", "ICP"),
        words=plain(one.get("description")),
        scope=one.get("x-scope"),
        schema=one,
    )


def shapes_of(document: Schema, group: Group) -> list[Shape]:
    """What the answers and bodies of a group are made of, by name."""
    return shapes(document, (entry.schema for entry in group.entries))


def operations(document: Schema, group: Group, host: str) -> list[Operation]:
    """All that is told of each operation of a group; `host` is where its examples are sent."""
    return [_operation(document, entry, host) for entry in group.entries]


def _operation(document: Schema, entry: Entry, host: str) -> Operation:
    one = entry.schema
    content = one.get("requestBody", {}).get("content", {})
    media, given = next(iter(content.items()), (None, None))
    return Operation(
        entry=entry,
        parameters=[_parameter(document, each) for each in one.get("parameters", [])],
        media=media,
        body=list(members(document, settled(document, given["schema"]))) if given else [],
        answers=list(_answers(document, accepted(one))),
        refusals=list(_answers(document, _refused(one))),
        curl=_curl(
            entry.method, host + entry.path, media, EXAMPLES.get(entry.id), bool(one["security"])
        ),
    )


def _parameter(document: Schema, one: Schema) -> Member:
    found = member(document, one["name"], one["schema"], one.get("required", False))
    words = found.words or plain(one.get("description"))
    return Member(found.name, found.type, found.required, words, None, one["in"])


def _answers(document: Schema, responses: Schema) -> Iterator[Answer]:
    for status, one in responses.items():
        content: Schema = one.get("content", {})
        media, given = next(iter(content.items()), (None, None))
        type, anchor = type_of(document, given["schema"]) if given else (None, None)
        words = one.get("description", "")
        words = "Nothing is answered." if status == "204" else words
        if media and media not in (JSON, PROBLEM_JSON):
            type = media
        yield Answer(status, "" if words == "Successful Response" else words, type, anchor)


def _refused(one: Schema) -> Schema:
    return {status: answer for status, answer in one["responses"].items() if status >= "400"}


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
            lines.append(_words("-d", compact(example)))
        else:
            lines += [_words("-F", f"{name}={value}") for name, value in example.items()]
    return " \\\n  ".join(lines)


def _words(*words: str) -> str:
    return shlex.join(words)
