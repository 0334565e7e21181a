"""The cells of a column as values: of a file each distinct one read once for as long as it is
remembered, of a request each on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nimbus.fields import Invalid
from nimbus.fields.field import FieldType
from nimbus.fields.formula import freed

CACHE_LIMIT = 1 << 14
VALUE_SHOWN = 200
# No field holds more than half of it, and some take the square of the time to say so.
LONGEST_CELL = 20_000


@dataclass(slots=True)
class Known:
    """What was read so far of cells as a spreadsheet guards them: value by cell, and of those that
    cannot be read what is wrong; their value is None."""

    values: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def read(
        self, type: FieldType, cells: Sequence[str]
    ) -> tuple[list[Any], list[tuple[int, str]]]:
        """The values of cells, and which of them are wrong: where they stand, and why."""
        new = set(cells).difference(self.values)
        if len(self.values) + len(new) > CACHE_LIMIT:
            self.values.clear()
            self.wrong.clear()
            new = set(cells)
        for cell in new:
            self._read(type.parse, cell)
        values = list(map(self.values.__getitem__, cells))
        wrong = (
            [(at, self.wrong[cell]) for at, cell in enumerate(cells) if cell in self.wrong]
            if self.wrong
            else []
        )
        self._forget_long(new)
        return values, wrong

    def _read(self, parse: Callable[[str], Any], cell: str) -> None:
        value = None
        if len(cell) > LONGEST_CELL:
            self.wrong[cell] = _too_long(len(cell))
        else:
            try:
                value = parse(freed(cell))
            except Invalid as wrong:
                self.wrong[cell] = str(wrong)
        self.values[cell] = value

    def _forget_long(self, cells: Iterable[str]) -> None:
        """They hardly repeat, and fill the memory."""
        for cell in cells:
            if len(cell) > VALUE_SHOWN:
                del self.values[cell]
                self.wrong.pop(cell, None)


class Typed:
    """Values as JSON has them, None where a row has none: a thousand at most, each distinct string
    read once."""

    def read(
        self, type: FieldType, cells: Sequence[Any]
    ) -> tuple[list[Any], list[tuple[int, str]]]:  # fmt: skip
        """As `Known.read`."""
        known: dict[str, Any] = {}
        values: list[Any] = []
        wrong: list[tuple[int, str]] = []
        for at, cell in enumerate(cells):
            is_text = isinstance(cell, str)
            value = known.get(cell) if is_text else None
            if cell is not None and value is None:
                try:
                    value = _read_json(type, cell)
                except Invalid as invalid:
                    wrong.append((at, str(invalid)))
                if is_text:
                    known[cell] = value
            values.append(value)
        return values, wrong


def _read_json(type: FieldType, cell: Any) -> Any:
    size = len(cell) if isinstance(cell, str) else 0
    if isinstance(cell, list):
        size = sum(1 + len(one) for one in cell if isinstance(one, str))
    if size > LONGEST_CELL:
        raise Invalid(_too_long(size))
    return type.parse_json(cell)


def _too_long(size: int) -> str:
    return f"{size:,} characters are too many; at most {LONGEST_CELL:,} are read."
