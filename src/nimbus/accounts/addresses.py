"""The addresses an operator names: one, or a file of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from nimbus.problems import invalid

Parse = Callable[[str], str | None]


def addresses(what: str, parse: Parse) -> tuple[list[str], list[str]]:
    """The canonical addresses, and what looked like one but is none.

    `what` is an address, or a text or CSV file with one in each line; lines without an @, such as a
    header, are passed over. Raises Problem when there is nothing to read. `parse` comes from the
    room that knows addresses, and raises ValueError.
    """
    file = Path(what)
    if "@" in what and not file.exists():
        lines: Iterable[str] = [what]
    else:
        try:
            lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        except OSError as error:
            raise invalid(f"{what} is no address, and no file that can be read: {error.strerror}.",
                          "FILE|EMAIL") from error  # fmt: skip
    found: dict[str, None] = {}
    refused: list[str] = []
    for line in lines:
        cell = next((part for part in re.split(r"[,;\t]", line) if "@" in part), None)
        if cell is None:
            continue
        try:
            address = parse(cell.strip().strip('"'))
        except ValueError:
            address = None
        if address is None:
            refused.append(cell.strip())
        else:
            found[address] = None
    if not found:
        raise invalid(f"There is no address in {what}.", "FILE|EMAIL")
    return list(found), refused
