"""A thread of its own for what runs an event loop: a browser's may be running in this one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any


def apart(test: Callable[..., None]) -> Callable[..., None]:
    """The test, run in another thread."""

    @wraps(test)
    def run(*given: Any, **more: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(test, *given, **more).result()

    return run
