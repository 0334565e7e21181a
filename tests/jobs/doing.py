"""What processes beside are given to do in tests; light, since each of them imports it."""

from __future__ import annotations

import os
import signal
import time


def squared(number: int) -> int:
    time.sleep(0.01 * (number % 3))
    return number * number


def deadly(number: int) -> int:
    if number == 20:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def is_deaf(_: int) -> bool:
    """Whether this process never hears of Ctrl-C."""
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
