"""`nimbus backup` and `nimbus restore` for people and for scripts: progress, and what was done."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from nimbus.backup.archive import Say
from nimbus.backup.make import back_up
from nimbus.backup.manifest import Manifest
from nimbus.backup.restore import restore
from nimbus.problems import invalid
from nimbus.settings import Settings

STDOUT = Path("-")
# What an operator would look for first.
TOLD = ("workspace", "contact", "company", "import_job", "change")


def back_up_to(settings: Settings, file: Path, console: Console, *, force: bool) -> dict[str, Any]:
    """`nimbus backup FILE`; with `-` as FILE to standard output. Answers what `--json` prints."""
    began = time.monotonic()
    target: Path | IO[bytes] = file
    if file == STDOUT:
        if sys.stdout.isatty():
            raise invalid("A terminal cannot keep a backup: name a file, or a pipe.", "file")
        target = sys.stdout.buffer
    with _progress(console) as say:
        made = back_up(settings, target, say, force=force)
    if target is not file:
        sys.stdout.buffer.flush()
    return {
        "file": str(file),
        "bytes": file.stat().st_size if target is file else None,
        **_held(made),
        "seconds": round(time.monotonic() - began, 2),
    }


def restore_from(settings: Settings, file: Path, console: Console) -> dict[str, Any]:
    """`nimbus restore FILE`. Answers what `--json` prints."""
    began = time.monotonic()
    with _progress(console) as say:
        done = restore(settings, file, say)
    return {
        "data": str(settings.data),
        **_held(done.manifest),
        "migrated": done.migrated,
        "seconds": round(time.monotonic() - began, 2),
    }


def _held(manifest: Manifest) -> dict[str, Any]:
    return {
        "made_at": manifest.made_at,
        "nimbus": manifest.nimbus,
        "rows": manifest.rows,
        "counts": manifest.counts,
        "files": len(manifest.files),
        "lost_files": manifest.lost_files,
    }


def say_done(console: Console, words: str, answer: dict[str, Any]) -> None:
    """The answer for a person."""
    console.print(f"{words} in {answer['seconds']:,} s.", markup=False)
    for name in TOLD:
        if name in answer["counts"]:
            console.print(f"  {name:<11}{answer['counts'][name]:>12,}")
    console.print(f"  {'all rows':<11}{answer['rows']:>12,}\n  {'files':<11}{answer['files']:>12,}")
    for name, reason in answer["lost_files"].items():
        console.print(f"Lost: {name} ({reason}). The database names it.", markup=False)


@contextmanager
def _progress(console: Console) -> Iterator[Say]:
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal,
    ) as shown:  # fmt: skip
        bar = shown.add_task("Beginning", total=None, count="")

        def say(what: str, done: int, total: int | None) -> None:
            count = f"{done:,} of {total:,}" if total else (f"{done:,}" if done else "")
            shown.update(bar, description=what, completed=done, total=total, count=count)

        yield say
