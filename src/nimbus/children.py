"""Processes that we start: a stop is ours to give them, in order."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """What is started in here never sees the Ctrl-C that goes to every process of the terminal,
    also not while it starts: it inherits what is blocked."""
    # Begun with the first process it would unblock the signal just before that is started.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
