"""The file of the soak: new people and known ones, repeats, rows that cannot be read, and people
whom a suppression, an opt-out or another workspace keeps out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from nimbus.demo.people import HEADER, people

EMAIL, TITLE, DOMAIN, EMPLOYEES = 2, 3, 6, 8


@dataclass(frozen=True)
class Files:
    """`before` is imported first; `file` is what the soak imports over it again and again."""

    before: bytes
    file: bytes
    suppressed: str
    domain: str
    opted_out: str
    elsewhere: bytes


def files(rows: int) -> Files:
    known = [list(one) for one in people(rows)]
    before = known[: rows // 3]
    later = []
    for number, row in enumerate(known[rows // 6 :]):
        cells = list(row)
        if number % 4 == 1:
            cells[TITLE] = "Chief Revenue Officer"
        if number % 5 == 2:
            cells[EMPLOYEES] = "4711"
        if number % 9 == 3:
            cells[EMAIL], cells[TITLE] = known[rows // 6 + number - 1][EMAIL].upper(), ""
        if number % 17 == 5:
            cells[EMAIL] = "" if number % 2 else "not an email"
        later.append(cells)
    new = known[rows // 2 :]
    return Files(
        _csv(before), _csv(later), new[6][EMAIL], new[20][DOMAIN], new[40][EMAIL],
        _csv(new[::25]),
    )  # fmt: skip


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode()
