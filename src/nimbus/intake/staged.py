"""Parsed rows as the text that PostgreSQL copies: made where the rows were parsed, be it in another
process, and passed on as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.intake.parse import Parsed, Refused

_NULL = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


@dataclass(frozen=True, slots=True)
class Staged:
    """Good rows in COPY's text format with these columns of `import_stage`, how many, and the
    refused."""

    columns: tuple[str, ...]
    text: bytes
    rows: int
    refused: list[Refused]


def staged(parsed: Parsed, workspace_id: UUID, import_id: UUID) -> Staged:
    """What was parsed, ready to be copied."""
    ids = f"{workspace_id}\t{import_id}\t"
    cells = [_plain(values) for values in parsed.columns.values()]
    text = "".join([f"{ids}{row}\n" for row in map("\t".join, zip(*cells, strict=True))])
    columns = ("workspace_id", "import_id", *parsed.columns)
    return Staged(columns, text.encode(), len(parsed), parsed.refused)


def _plain(values: list[Any]) -> Iterable[str]:
    """The values of a column, which are all of one type, as COPY reads them."""
    one = next((value for value in values if value is not None), None)
    if isinstance(one, list):
        values = [value if value is None else _array(value) for value in values]
    elif not isinstance(one, str):
        return [_NULL if value is None else str(value) for value in values]
    # Hardly a column has any of these: to look once is quicker than to look at each cell.
    whole = "".join([value for value in values if value])
    if any(sign in whole for sign in "\\\t\n\r"):
        return [_NULL if value is None else value.translate(_ESCAPES) for value in values]
    return [_NULL if value is None else value for value in values]


def _array(items: list[str]) -> str:
    escaped = (item.replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return "{" + ",".join(f'"{item}"' for item in escaped) + "}"
