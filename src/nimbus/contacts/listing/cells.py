"""The cells of the list as HTML. A page has hundreds of them, and a macro for each took longer than
all else of it: so a row is drawn once, by `cells.html`, with marks in place of what differs by row,
and here the marks are filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from nimbus.companies.pages import address as company
from nimbus.contacts.listing.asked import HERE
from nimbus.contacts.listing.columns import Column
from nimbus.contacts.listing.parts import Words, classes
from nimbus.contacts.listing.room import fitting
from nimbus.db import ids
from nimbus.web.render import Macros

Row = Mapping[str, Any]

# Letters that Unicode keeps for private use, which escaping leaves alone; from VALUE on one for
# each column. A frame is taken apart at them before anything that people have written comes in.
ID, NAME, BESIDE, VALUE = "\ue000", "\ue001", "\ue002", 0xE100
_MARK = re.compile("([\ue000-\uf8ff])")
_AT = f"{HERE}/{ID}"
_COMPANY = "company.name"
_CELLS, _UI = Macros("contacts/cells.html"), Macros("web/ui.html")


class Cells:
    """The rows of contacts with the columns that are `shown`; `tones` are the colours of tags by
    name. With `ticked` a box stands in front, with `may_edit` a pencil beside what is edited."""

    def __init__(
        self, shown: Sequence[Column], words: Words, tones: Mapping[str, str], *,
        may_edit: bool, ticked: bool = False,
    ) -> None:  # fmt: skip
        self._marks = [(chr(VALUE + i), one) for i, one in enumerate(shown)]
        self._classes, self._words = classes(shown), words
        self._tones, self._may_edit, self._ticked = tones, may_edit, ticked
        self._text = _MARK.split(_CELLS.words(NAME))
        self._company = _MARK.split(_CELLS.company(ID, NAME))
        self._drawn: dict[Any, str] = {}

    def rows(self, rows: Iterable[Row]) -> Markup:
        may, draw = self._may_edit, _CELLS
        frame = draw.start(ID, _AT, NAME, BESIDE, self._ticked, may) + Markup("").join(
            draw.cell(ID, _AT, one, _label(one), mark, self._classes[i], may)
            for i, (mark, one) in enumerate(self._marks)
        )
        pieces = _MARK.split(f"{frame}\n</tr>")
        return Markup("\n").join(_filled(pieces, self._values(row)) for row in rows)

    def contents(self, row: Row) -> Iterator[tuple[str, Markup]]:
        """The ids of the cells of a row, and what is in each."""
        may, draw, values = self._may_edit, _CELLS, self._values(row)
        frames = [("name", draw.named(ID, _AT, NAME, may))]
        frames += [
            (one.key.replace(".", "-"), draw.content(ID, _AT, one, _label(one), mark, may))
            for mark, one in self._marks
        ]
        for key, frame in frames:
            yield f"cell-{values[ID]}-{key}", _filled(_MARK.split(frame), values)

    def _values(self, row: Row) -> dict[str, str]:
        """What each mark stands for."""
        beside = ", ".join(filter(None, (row["title"], row["company_name"]))) or row["email"]
        found = {
            ID: ids.show("cont", row["id"]),
            NAME: escape(row["full_name"] or row["email"]),
            BESIDE: escape(beside),
        }
        for mark, one in self._marks:
            found[mark] = self._value(one, row)
        return found

    def _value(self, one: Column, row: Row) -> str:
        match one.key:
            case "icp_tier":
                return self._once("tier", row["icp_tier"])
            case "grade":
                return self._once("grade", row["grade"]) if row["grade"] else ""
            case "tags":
                most = fitting(row["tags"], one.width)
                return str(_UI.tags(row["tags"], most=most, tones=self._tones))
        words = self._words(one, row)
        if one.kind == "number" or not words:
            return escape(words or "")
        if one.key == _COMPANY and row["company_id"]:
            return _filled(self._company, {ID: company(row["company_id"]), NAME: escape(words)})
        return _filled(self._text, {NAME: escape(words)})

    def _once(self, macro: str, letter: str | None) -> str:
        """There are few letters."""
        if (macro, letter) not in self._drawn:
            draw: Callable[..., str] = getattr(_UI, macro)
            self._drawn[macro, letter] = draw(letter)
        return self._drawn[macro, letter]


def _label(one: Column) -> str:
    """It comes into the frame, where nothing but our marks may look like one."""
    return _MARK.sub("", one.field.label)


def _filled(pieces: Sequence[str], values: Mapping[str, str]) -> Markup:
    """Every second piece is a mark; the others, and the values, are HTML by now."""
    found = list(pieces)
    found[1::2] = [values[mark] for mark in pieces[1::2]]
    return Markup("".join(found))  # noqa: S704
