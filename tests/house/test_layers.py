"""Imports go down only, and a new folder stays out until somebody says where it belongs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sql_text import SOURCE

ROOT = SOURCE.parents[1]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200"},
    )  # fmt: skip


def test_imports_go_down_only() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The skeleton of the house: its folders and files, of which only one says anything."""
    for path in SOURCE.rglob("*.py"):
        target = tmp_path / "src" / path.relative_to(SOURCE.parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_a_folder_without_a_place_is_refused(copy: Path) -> None:
    (copy / "src/nimbus/gadgets").mkdir()
    (copy / "src/nimbus/gadgets/__init__.py").touch()
    found = lint(copy)
    assert found.returncode != 0
    assert "- nimbus.gadgets" in found.stdout


def test_an_import_upwards_is_refused(copy: Path) -> None:
    (copy / "src/nimbus/db/door.py").write_text("import nimbus.contacts.read\n")
    found = lint(copy)
    assert found.returncode != 0
    assert "nimbus.db.door -> nimbus.contacts.read" in found.stdout
