"""Processes that kill themselves: forked from one that has read the house already, since to read it
takes longer than most of what they do."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any

_READ = ["tests.imports.killed", "tests.imports.killed_undo", "tests.duplicates.killed"]
_begun = multiprocessing.get_context("forkserver")
_begun.set_forkserver_preload(_READ)


def ended(work: Callable[..., None], *given: Any) -> int:
    """The exit code of a process that does `work`; minus the signal that ended it."""
    process = _begun.Process(target=work, args=given)
    process.start()
    process.join(120)
    assert process.exitcode is not None, "it neither ended nor was killed"
    code = process.exitcode
    process.close()
    return code
