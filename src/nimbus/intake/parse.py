"""Cells become values: column by column, each distinct cell read once, nothing lost silently.

A row whose email is missing or invalid is refused with the reason (S1-18). Any other cell that its
field cannot read is left out, and said so on the row: one odd birthday costs nobody a prospect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from nimbus.consent import STAY_WITH_CONSENT
from nimbus.contacts.writing.derived import SOURCES
from nimbus.contacts.writing.incoming import Incoming, Together
from nimbus.fields import Catalogue, Field, derive
from nimbus.identity.keys import email_key_hex
from nimbus.intake import worked_out
from nimbus.intake.known import VALUE_SHOWN, Known, Typed


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the source and the field it goes to; `fill_only`: only where blank (F-02)."""

    index: int
    header: str
    field: Field
    fill_only: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that goes no further."""

    row_no: int
    line: int
    reason: str
    detail: dict[str, Any]
    email: str | None = None


@dataclass(slots=True)
class Parsed:
    """The good rows of a batch as columns of `import_stage`, all of one length, and the refused."""

    columns: dict[str, list[Any]]
    refused: list[Refused] = field(default_factory=list)
    problems: int = 0

    def __len__(self) -> int:
        return len(self.columns["row_no"])


@dataclass(frozen=True, slots=True)
class Given:
    """One row as a reader gives it: its number, its line in the file, its cells, what is wrong with
    it as a whole, and what was put right or lost in it (None when nothing is). Cells are text, or
    values as JSON has them."""

    row_no: int
    line: int
    cells: Sequence[Any]
    defect: str | None = None
    note: str | None = None


PLACE = ("city", "state", "country")
# The cells that give several columns at once, and these columns.
_GROUPS = {
    "full_name": Together(
        ("first_name", "last_name", "name_prefix", "name_suffix"),
        ("first_name", "last_name"), "full_name",
    ),
    "location": Together(PLACE, PLACE),
}  # fmt: skip


class Parser:
    """Reads rows by a mapping. `defaults` (by field key, already values) go where neither the row
    nor the contact has a value (S2-18), tags to all; `lead_source` where a contact has none
    (S3-07). Values that are `typed` come from JSON or a form instead of a file: there a full name
    gives all of its parts, those that the row has of its own aside. A `strict` parser
    refuses the whole row where a field cannot read its value."""

    def __init__(
        self, columns: Sequence[Column], catalogue: Catalogue, secret: bytes, *,
        defaults: Mapping[str, Any] | None = None, lead_source: str | None = None,
        typed: bool = False, strict: bool = False,
    ) -> None:  # fmt: skip
        self.columns = columns
        self.catalogue = catalogue.stored()
        self.secret = secret
        self.strict = strict
        self.typed = typed
        given = dict(defaults or {})
        # A default for what columns bring is no word of the row: it comes last, in the merge.
        self.last = {k: v for k, v in given.items() if self._mapped(k) and k != "tags"}
        self.defaults = {k: v for k, v in given.items() if k not in self.last}
        if lead_source and not self._mapped("lead_source"):
            self.defaults.setdefault("lead_source", lead_source)
        self._with_consent: set[str] = set()
        if not typed and (self._mapped("consent_status") or "consent_status" in given):
            # The article's advice: what comes by a file has consent of the type Imported (S2-19).
            for key in ("consent_type", "consent_source"):
                if not self._mapped(key) and key not in self.defaults:
                    self.defaults[key] = "imported"
                    self._with_consent.add(key)
        self._known = [Typed() if typed else Known() for _ in columns]

    def _mapped(self, key: str) -> bool:
        """Whether a column goes to the field, or gives it along with others."""
        keys = {column.field.key for column in self.columns}
        return key in keys or any(
            key in group.columns for cell, group in _GROUPS.items() if cell in keys
        )

    def incoming(self) -> Incoming:
        """What every batch of this parser brings, for the merge."""
        keys = {column.field.key for column in self.columns}
        fields = [column.field for column in self.columns]
        fields += [self.catalogue.get(key) for key in self.defaults]
        filling = [column.field for column in self.columns if column.fill_only]
        filling += [
            self.catalogue.get(key) for key in self.defaults if key not in keys and key != "tags"
        ]
        columns = {field.column for field in fields if field.thing == "contact"}
        fill_only = {staged_name(field) for field in filling}
        columns |= {f"{phone}_e164" for phone in ("phone", "mobile") if phone in columns}
        together = []
        for cell, group in _GROUPS.items():
            if cell in keys:
                own = tuple(part for part in group.columns if part not in keys)
                exact = group.columns if self.typed and group.said else ()
                together.append(Together(own, group.told_by, group.said, exact))
                columns |= set(own)
                if any(field.key == cell for field in filling):
                    fill_only |= set(own)
        if "consent_status" in columns:
            columns |= set(STAY_WITH_CONSENT)
        derived = _derived(columns)
        told = frozenset(derived.keys() & columns)
        return Incoming(
            columns=frozenset((columns | derived.keys()) - {"email", "email_domain", ""}),
            company=frozenset(field.column for field in fields if field.thing == "company"),
            custom=frozenset(field.column for field in fields if field.thing == "custom"),
            fill_only=frozenset(fill_only),
            derived=tuple(sorted(derived.items())),
            told=told,
            together=tuple(together),
            defaults=self._last(),
        )

    def _last(self) -> dict[str, Any]:
        """The defaults of the merge, by column, each with what goes with it."""
        found = {staged_name(self.catalogue.get(key)): v for key, v in self.last.items()}
        country = found.get("country", self.defaults.get("country"))
        for phone in ("phone", "mobile"):
            if phone in found:
                found[f"{phone}_e164"] = derive.e164(found[phone], country)
        if "company_name" in found:
            found["company_name_key"] = derive.company_name_key(found["company_name"])
        return found

    def parse(self, rows: Sequence[Given]) -> Parsed:
        """The rows as columns. Pure but for the cache of cells already read."""
        problems: dict[int, list[dict[str, Any]]] = {}
        values: dict[str, list[Any]] = {}
        width = max((column.index for column in self.columns), default=-1) + 1
        cells = [
            row.cells if len(row.cells) >= width else [*row.cells, *[""] * (width - len(row.cells))]
            for row in rows
        ]
        for column, known in zip(self.columns, self._known, strict=True):
            values[column.field.key] = self._read(column, known, cells, problems)
        keep, refused = self._sort_out(rows, values, problems)
        if len(keep) < len(rows):
            values = {key: [cells[i] for i in keep] for key, cells in values.items()}
            problems = {new: problems[old] for new, old in enumerate(keep) if old in problems}
        good = [rows[i] for i in keep]
        for key, default in self.defaults.items():
            have = values.get(key)
            if have is None:
                values[key] = [default] * len(good)
            else:  # Tags: they add up.
                values[key] = [list(dict.fromkeys([*(tags or []), *default])) for tags in have]
        if self._with_consent and "consent_status" not in self.last:
            # How a consent came about, only where the row says that there is one.
            said = values["consent_status"]
            for key in self._with_consent:
                values[key] = [self.defaults[key] if status else None for status in said]
        columns = self._stage(good, values)
        columns["detail"] = [_detail(problems.get(i), row.note) for i, row in enumerate(good)]
        return Parsed(columns, refused, len(problems))

    def _read(
        self, column: Column, known: Known | Typed, cells: Sequence[Sequence[Any]],
        problems: dict[int, list[dict[str, Any]]],
    ) -> list[Any]:  # fmt: skip
        own = [row[column.index] for row in cells]
        values, wrong = known.read(column.field.type, own)
        for at, why in wrong:
            problems.setdefault(at, []).append(
                {"column": column.header, "field": column.field.key,
                 "value": str(own[at])[:VALUE_SHOWN], "message": why}
            )  # fmt: skip
        return values

    def _sort_out(
        self, rows: Sequence[Given], values: dict[str, list[Any]],
        problems: dict[int, list[dict[str, Any]]],
    ) -> tuple[list[int], list[Refused]]:  # fmt: skip
        emails = values.get("email") or [None] * len(rows)
        keep: list[int] = []
        refused: list[Refused] = []
        for at, (row, email) in enumerate(zip(rows, emails, strict=True)):
            if row.defect is not None:
                refused.append(
                    Refused(row.row_no, row.line, "malformed_row", {"message": row.defect}, email)
                )
            elif email is None:
                wrong = next((p for p in problems.get(at, []) if p["field"] == "email"), None)
                reason = "invalid_email" if wrong else "missing_email"
                detail = wrong or {"message": "The row has no email address.", "field": "email"}
                refused.append(Refused(row.row_no, row.line, reason, detail))
            elif self.strict and at in problems:
                detail = {**problems[at][0], "problems": problems[at]}
                refused.append(Refused(row.row_no, row.line, "invalid_value", detail, email))
            else:
                keep.append(at)
        return keep, refused

    def _stage(self, rows: Sequence[Given], values: dict[str, list[Any]]) -> dict[str, list[Any]]:
        emails: list[str] = values.pop("email", [])
        secret = self.secret
        columns: dict[str, list[Any]] = {
            "row_no": [row.row_no for row in rows],
            "line": [row.line for row in rows],
            "email": emails,
            "email_key": [email_key_hex(secret, email) for email in emails],
            "email_domain": [derive.email_domain(email) for email in emails],
        }
        worked_out.names(values)
        worked_out.places(values, self.last.get("country"))
        worked_out.ranks(values, len(rows))
        for phone in ("phone", "mobile"):
            if phone in values:
                other = self.last.get("country")
                countries = [c or other for c in values.get("country") or [None] * len(rows)]
                columns[f"{phone}_e164"] = list(map(derive.e164, values[phone], countries))
        columns |= worked_out.company(values, columns["email_domain"])
        custom = {key: values.pop(key) for key in list(values) if key.startswith("custom.")}
        if custom:
            columns["custom"] = self._custom(custom, len(rows))
        for key, cells in values.items():
            columns[staged_name(self.catalogue.get(key))] = cells
        return columns

    def _custom(self, values: dict[str, list[Any]], count: int) -> list[str | None]:
        ids = [self.catalogue.get(key).column for key in values]
        rows = zip(*values.values(), strict=True)
        found: list[str | None] = []
        for cells in rows:
            one = {i: cell for i, cell in zip(ids, cells, strict=True) if cell is not None}
            found.append(_json(one) if one else None)
        return found


def _derived(columns: set[str]) -> dict[str, tuple[str, ...]]:
    """What is worked out from other columns, where a row has none of its own (S3-06)."""
    return {column: sources for column, sources in SOURCES.items() if columns & set(sources)}


def staged_name(field: Field) -> str:
    """The column of `import_stage` for a field."""
    return f"company_{field.column}" if field.thing == "company" else field.column


def _detail(problems: list[dict[str, Any]] | None, note: str | None) -> str | None:
    """What is told of a good row: cells that were left out, and what the reader put right."""
    told: dict[str, Any] = {}
    if problems:
        told["problems"] = problems
    if note:
        told["note"] = note
    return _json(told) if told else None


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()
