"""`nimbus`: the entry point. The commands are in `commands/`, which takes a second to import."""

from __future__ import annotations

import json
import signal
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

    from nimbus.problems import Problem


def main() -> None:
    """Refusals are words on standard error and exit code 1, never a traceback; so is a stop. With
    `--json` a refusal is one JSON object on standard output instead, as the API has it."""
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            # In the background of a script it is ignored, and stays so.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _interrupt)
        _run("--json" in sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


def _run(as_json: bool) -> None:
    import psycopg
    from typer import Abort, TyperException

    from nimbus.commands import app
    from nimbus.problems import Problem

    try:
        code = app(standalone_mode=False)
    except Problem as problem:
        _refuse(problem, as_json)
    except psycopg.OperationalError as error:
        words = f"The database does not answer: {str(error).strip()}"
        _refuse(Problem("unavailable", words), as_json)
    except TyperException as error:
        # Not with typer's exit code 2: that is an import which waits.
        _refuse(Problem("validation_error", error.format_message()), as_json)
    except Abort:
        _refuse(Problem("validation_error", "Stopped before it began."), as_json)
    except Exception:
        if not as_json:
            raise
        traceback.print_exc()
        words = "Something went wrong on our side; what it was is on standard error."
        _refuse(Problem("internal_error", words), as_json)
    sys.exit(code)


def _interrupt(_: int, frame: FrameType | None) -> None:
    # Both ways of stopping are one: every `finally` runs, and the embedded server is left in order.
    if frame and frame.f_code.co_filename == "<frozen importlib._bootstrap>":
        # Python drops what is raised in the callback that ends an import's lock: a moment later.
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        return
    raise KeyboardInterrupt


def _refuse(problem: Problem, as_json: bool) -> NoReturn:
    if as_json:
        from nimbus.web.errors import body

        print(json.dumps({"error": body(problem)["error"]}, default=str))
        sys.exit(1)
    from rich.console import Console

    words = f"{problem.field}: {problem.message}" if problem.field else problem.message
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(words, style="red", markup=False)
    sys.exit(1)


if __name__ == "__main__":
    main()
