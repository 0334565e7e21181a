"""`nimbus`: the entry point. The commands are in `commands.py`, which takes a second to import."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Refusals are words on standard error and exit code 1, never a traceback; so is a stop."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    import psycopg

    from nimbus.commands import app
    from nimbus.problems import Problem

    try:
        app()
    except Problem as problem:
        _refuse(f"{problem.field}: {problem.message}" if problem.field else problem.message)
    except psycopg.OperationalError as error:
        _refuse(f"The database does not answer: {str(error).strip()}")


def _interrupt(*_: object) -> None:
    # Both ways of stopping are one: every `finally` runs, and the embedded server is left in order.
    raise KeyboardInterrupt


def _refuse(words: str) -> None:
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(words, style="red", markup=False)
    sys.exit(1)


if __name__ == "__main__":
    main()
