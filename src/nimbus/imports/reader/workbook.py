"""A workbook in place of a CSV: its first sheet that has cells, as UTF-8 CSV (F-06)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Lock
from typing import BinaryIO, NamedTuple

import structlog

from nimbus.imports.reader.not_text import SAMPLE, is_workbook, too_large
from nimbus.problems import invalid

log = structlog.get_logger()

# A workbook may take 1 GB of memory while it is read (`sheet`): one at a time, then.
_ONE = Lock()
_DAMAGED = (
    "This workbook cannot be read: it is damaged or protected by a password. Open it in a "
    "spreadsheet program. Save it as CSV UTF-8 and upload that."
)


class Text(NamedTuple):
    """A file of delimited text, and what is to be said of how it came about."""

    file: BinaryIO
    notes: tuple[str, ...] = ()


@contextmanager
def as_text(source: BinaryIO, most_rows: int, most_bytes: int) -> Iterator[Text]:
    """The file itself, or the CSV of a workbook; anything else is judged by `sniff`.

    `source` has a file of the system behind it, as uploads and opened files have. Raises Problem
    for a workbook that is encrypted, damaged, empty or too large; OSError when the disk is full.
    Without the extra `xlsx` a workbook is left as it is.
    """
    head = source.read(SAMPLE)
    source.seek(0)
    if not (is_workbook(head) and is_installed()):
        yield Text(source)
        return
    with tempfile.TemporaryFile() as text:
        with _ONE:
            notes = _convert(source, text, most_rows, most_bytes)
        text.seek(0)
        yield Text(text, notes)


def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("python_calamine") is not None


def _convert(source: BinaryIO, text: BinaryIO, most_rows: int, most_bytes: int) -> tuple[str, ...]:
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-P", "-m", "nimbus.imports.reader.sheet", str(most_rows),
             str(most_bytes)],
            stdin=source, stdout=text, stderr=said, start_new_session=True, check=False,
        )  # fmt: skip
        said.seek(0)
        words = said.read().decode(errors="replace")
    if done.returncode:
        # Ended by a signal, it has come to a limit of `sheet`.
        log.warning("workbook not read", code=done.returncode, said=words[-2_000:])
        raise too_large() if done.returncode < 0 else invalid(_DAMAGED, "file")
    told = json.loads(words.splitlines()[-1])
    if "errno" in told:
        raise OSError(told["errno"], os.strerror(told["errno"]))
    if "refused" in told:
        raise invalid(told["refused"], "file")
    return tuple(told["notes"])
