"""Whatever can go wrong has a code that is listed and explained; every setting is documented."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nimbus.problems import CODES
from nimbus.settings import Settings
from tests.house.sql_text import SOURCE

DOCS = SOURCE.parents[1] / "docs"


def codes_in(text: str) -> Iterator[tuple[int, str]]:
    """Line and code of every `Problem(…)` whose code is written where it is made."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Problem"):
            code = node.args[0] if node.args else None
            for one in ast.walk(code) if code else ():
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield node.lineno, one.value


def missing(names: list[str], text: str) -> list[str]:
    """The names that a document does not have as a word of its own."""
    return [name for name in names if not re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", text)]


def test_every_code_that_is_raised_is_listed() -> None:
    raised = [
        (f"{path.relative_to(SOURCE)}:{line}", code)
        for path in sorted(SOURCE.rglob("*.py")) for line, code in codes_in(path.read_text())
    ]  # fmt: skip
    assert len(raised) > 20
    assert [(place, code) for place, code in raised if code not in CODES] == []


def test_every_code_is_documented() -> None:
    assert missing(list(CODES), _read("api.md")) == []


def test_every_setting_is_documented() -> None:
    names = [f"NIMBUS_{name.upper()}" for name in Settings.model_fields]
    assert missing(names, _read("operating.md")) == []


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, one in Settings.model_fields.items() if not one.description] == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('raise Problem("no_such", "Words.")', ["no_such"]),
        ('problems.Problem("a" if x else "b", "Words.")', ["a", "b"]),
        ('invalid("Words.")', []),
    ],
)
def test_a_code_is_found_where_it_is_raised(text: str, codes: list[str]) -> None:
    assert sorted(code for _, code in codes_in(text)) == codes


def test_a_name_within_another_is_not_documented_by_it() -> None:
    assert missing(["NIMBUS_DATA", "forbidden"], "Set NIMBUS_DATABASE_URL. `forbidden`") == [
        "NIMBUS_DATA"
    ]


def _read(name: str) -> str:
    path: Path = DOCS / name
    assert path.exists(), f"docs/{name} is not written"
    return path.read_text()
