"""Long SQL statements live in `.sql` files beside the code that runs them, each under its name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import LiteralString, cast

from psycopg import sql

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def statements(path: Path) -> dict[str, LiteralString]:
    """The statements of a file by name. Each begins with a line `-- name: <name>`.

    Raises KeyError on access of a name that is not there.
    """
    parts = _NAME.split(path.read_text(encoding="utf-8"))
    # The text comes from our own source tree, never from input, hence the cast.
    return {
        name: cast(LiteralString, text.strip().removesuffix(";"))
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def beside(module_file: str, name: str) -> dict[str, LiteralString]:
    """The statements of the `.sql` file `name` in the folder of a module: `beside(__file__, …)`."""
    return statements(Path(module_file).with_name(name))


def together(template: LiteralString, **pieces: sql.Composable) -> sql.SQL:
    """The template with its pieces in place, as `sql.SQL(template).format` has them: at once as one
    text, in a tenth of the time."""
    texts: dict[str, LiteralString] = {name: one.as_string(None) for name, one in pieces.items()}
    return sql.SQL(template.format(**texts))


def settled(statement: sql.Composable) -> sql.SQL:
    """A statement, or a piece of one, that is always the same, put together once: to do so for the
    hundred columns of a contact costs more than to read one."""
    return together("{statement}", statement=statement)
