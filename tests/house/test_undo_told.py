"""What rooms count when they undo has words: else an undo says that nothing had to be changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import nimbus
from nimbus.operations.undo_run import TOLD

ROOMS = Path(nimbus.__file__).parent


def test_all_that_is_counted_is_told_of() -> None:
    counted = {name for file in ROOMS.rglob("*.py") for name in _counted(file)}
    assert len(counted) > 20
    assert counted - {name for name, _, _ in TOLD} == set()


def _counted(file: Path) -> Iterator[str]:
    """The names that a file with a step of an undo answers, of those that it writes out."""
    text = file.read_text()
    if "Undoing" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
            for key in node.value.keys:
                name = key.value if isinstance(key, ast.Constant) else None
                if isinstance(name, str) and name.endswith(("_restored", "_removed", "_again")):
                    yield name
