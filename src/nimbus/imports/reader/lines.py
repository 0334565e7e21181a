"""The physical lines of a text file, in blocks, in bounded memory whatever the file holds."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

BLOCK = 1 << 18
LONGEST_LINE = 1 << 20


def blocks(path: Path, encoding: str, size: int = BLOCK) -> Iterator[tuple[list[str], int]]:
    """Lines with their ends (\\n, \\r\\n or \\r, also mixed), and the bytes read so far.

    Bytes that the encoding does not know become U+FFFD; NUL characters and a byte order mark are
    left out. Of a line longer than `LONGEST_LINE` the middle is dropped: it stays longer than that,
    which is how a reader knows it.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    tail = ""
    with path.open("rb") as file:
        first = True
        while chunk := file.read(size):
            text = decoder.decode(chunk)
            if first:
                text, first = text.removeprefix("\ufeff"), False
            text = tail + text.replace("\0", "")
            cut = _last_break(text)
            tail = text[cut:]
            if len(tail) > LONGEST_LINE:
                tail = tail[:LONGEST_LINE] + tail[-1]
            if cut:
                yield split_lines(text[:cut]), file.tell()
        tail += decoder.decode(b"", final=True).replace("\0", "")
        if tail:
            yield split_lines(tail), file.tell()


def split_lines(text: str) -> list[str]:
    """Unlike `str.splitlines` this breaks at \\n, \\r\\n and \\r only, as files mean it."""
    return io.StringIO(text, newline="").readlines()


def _last_break(text: str) -> int:
    # A \r at the very end may be the first half of \r\n, so it waits for the next block.
    return max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1
