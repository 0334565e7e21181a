"""Imports that are written one email at a time, for tests of what happens in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nimbus.imports.stages import chunks, lanes


def one_by_one(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]) -> None:
    """Chunks so small that hardly two of a few emails are in one; `meanwhile` happens within the
    first in which somebody is written."""
    written = chunks.stages.write
    called: list[bool] = []

    def bound(lane: dict[str, Any], *_: int) -> str | None:
        return lanes.next_bound(lane, 1, 64)

    def write(tx: Any, *given: Any, **more: Any) -> None:
        written(tx, *given, **more)
        if not called and tx.value("select count(*) from batch where is_new"):
            called.append(True)
            meanwhile()

    monkeypatch.setattr(chunks, "next_bound", bound)
    monkeypatch.setattr(chunks.stages, "write", write)
