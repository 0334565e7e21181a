"""The SQL of the product as text: where each statement stands, and what in it is code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nimbus.db.migrate import split

SOURCE = Path(__file__).parents[2] / "src" / "nimbus"
MIGRATIONS = SOURCE / "migrations"
# Our SQL is written in lower case, which tells it from English in a docstring.
_BEGINS = re.compile(
    r"\s*(--|with \w+ as|select\b|insert into|update \w+|delete from|merge into|create |alter |"
    r"copy |drop |truncate |set local )"
)


@dataclass(frozen=True)
class Piece:
    """One statement, or a part of one that Python puts together."""

    file: str
    line: int
    text: str

    @cached_property
    def code(self) -> str:
        """The text in the same places, without comments and what stands in quotes."""
        return re.sub(r"--[^\n]*|'(?:[^']|'')*'", _blank, self.text).replace("$$", "  ")

    def at(self, offset: int) -> str:
        return f"{self.file}:{self.line + self.text.count(chr(10), 0, offset)}"


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def everything() -> list[Piece]:
    return [*migrations(), *sql_files(), *python_strings()]


def migrations() -> list[Piece]:
    return [piece for path in sorted(MIGRATIONS.glob("*.sql")) for piece in migration(path)]


def migration(path: Path) -> Iterator[Piece]:
    """The statements as they are run, each at its line."""
    text, at = path.read_text(), 0
    for statement in split(text):
        at = text.index(statement.splitlines()[0], at)
        yield Piece(_named(path), text.count("\n", 0, at) + 1, statement)
        at += 1


def sql_files() -> list[Piece]:
    """The named statements of the `.sql` files beside the code."""
    return [
        Piece(_named(path), text.count("\n", 0, found.start()) + 1, found[0])
        for path in statement_files()
        for text in [path.read_text()]
        for found in re.finditer(r"^-- name: .*?(?=^-- name: |\Z)", text, re.M | re.S)
    ]


def statement_files() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.sql")) if path.parent != MIGRATIONS]


def python_strings() -> list[Piece]:
    return [
        piece for path in sorted(SOURCE.rglob("*.py")) for piece in _strings(path, path.read_text())
    ]


def _strings(path: Path, text: str) -> Iterator[Piece]:
    """Strings that begin like SQL; of f-strings and templates, `{}` stands for what goes in."""
    inner: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            inner |= {id(part) for part in node.values}
            parts = [str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values]
            words = "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = "" if id(node) in inner else node.value
        else:
            continue
        if _BEGINS.match(words):
            yield Piece(_named(path), node.lineno, words)


def _named(path: Path) -> str:
    return str(path.relative_to(SOURCE)) if path.is_relative_to(SOURCE) else path.name
