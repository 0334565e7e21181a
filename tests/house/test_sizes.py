"""Files that can be read in one sitting, under names that say what is in them (STYLE.md)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.sql_text import SOURCE

MOST_LINES = 400
VAGUE = {"service", "manager", "utils", "util", "helpers", "helper", "base", "common"}


def files() -> list[Path]:
    return [
        path for path in sorted(SOURCE.rglob("*"))
        if path.suffix in (".py", ".sql", ".html")
    ]  # fmt: skip


def too_long(paths: Iterable[Path]) -> list[str]:
    return [
        f"{path.name}: {lines} lines"
        for path in paths if (lines := len(path.read_text().splitlines())) > MOST_LINES
    ]  # fmt: skip


def vague(paths: Iterable[Path]) -> list[str]:
    """Modules and folders whose name could hold anything."""
    return [
        str(path) for path in paths
        if VAGUE & {word for part in (*path.parent.parts, path.stem) for word in (part,
                    part.rstrip("s"), part.rpartition("_")[2])}
    ]  # fmt: skip


def test_files_are_short() -> None:
    assert len(files()) > 150
    assert too_long(files()) == []


def test_names_say_what_is_inside() -> None:
    code = (path for path in files() if path.suffix == ".py")
    assert vague(path.relative_to(SOURCE) for path in code) == []


@pytest.mark.parametrize("name", ["services/x.py", "mail/helpers.py", "mail/mail_utils.py"])
def test_a_vague_name_is_seen(name: str) -> None:
    assert vague([Path(name)]) == [name]


def test_a_long_file_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("x = 1\n" * (MOST_LINES + 1))
    assert too_long([path]) == ["long.py: 401 lines"]
