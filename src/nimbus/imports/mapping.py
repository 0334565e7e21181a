"""Which column of a file goes to which field, saved so that nobody maps twice (S1-15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus.db.door import Tx
from nimbus.fields import Catalogue, DateType, fold
from nimbus.intake.parse import Column
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.problems import invalid, not_found


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column. `field` is the field's ref (its key, or a custom field's id); None leaves the
    column out. `day_first` settles dates such as 3/4/2026 for this column."""

    column: int
    header: str
    field: str | None = None
    only_if_blank: bool = False
    day_first: bool | None = None


# The members of an entry: which column, and what becomes of it.
PLACES = ("header", "column")
SETTINGS = ("field", "only_if_blank", "day_first")


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """A saved mapping, found again by source and fingerprint of the header."""

    id: UUID
    name: str
    source: str
    fingerprint: str
    columns: list[dict[str, Any]]


def load(rows: Sequence[Mapping[str, Any]]) -> list[ColumnMapping]:
    return [ColumnMapping(**row) for row in rows]


def dump(mapping: Sequence[ColumnMapping]) -> list[dict[str, Any]]:
    return [asdict(column) for column in mapping]


def read(
    data: Any, header: Sequence[str], catalogue: Catalogue, where: str = "mapping"
) -> list[ColumnMapping]:
    """A mapping as people and programs give it: `{"E-Mail": "email", "Notes": null}`, with
    `{"field": "title", "only_if_blank": true}` in place of a key, or a list of such objects that
    name their `header` or `column`. Raises Problem naming the path, which begins with `where`."""
    known: tuple[str, ...] = SETTINGS
    headers: list[str | None]
    if isinstance(data, Mapping):
        headers = list(data)
        entries = [one if isinstance(one, Mapping) else {"field": one} for one in data.values()]
    elif isinstance(data, list):
        headers, entries = [None] * len(data), data
        known = (*PLACES, *SETTINGS)
    else:
        raise invalid("A mapping is an object of headers and field keys.", where)
    found = [ColumnMapping(index, name) for index, name in enumerate(header)]
    settled: set[int] = set()
    for at, (name, entry) in enumerate(zip(headers, entries, strict=True)):
        path = f"{where}[{at}]"
        if not isinstance(entry, Mapping):
            raise invalid("Each entry is an object with header and field.", path)
        _refuse_unknown(entry, known, path)
        index = _column(entry if name is None else {"header": name}, header, path)
        if index in settled:
            raise invalid(f"“{header[index]}” is in the mapping twice. Keep one of them.", path)
        settled.add(index)
        key = entry.get("field")
        if key is not None and not isinstance(key, str):
            raise invalid("field is the key of a field, or null.", f"{path}.field")
        ref = catalogue.by_ref(key, f"{path}.field").ref if key else None
        found[index] = replace(
            found[index],
            field=ref,
            only_if_blank=_flag(entry.get("only_if_blank"), f"{path}.only_if_blank") or False,
            day_first=_flag(entry.get("day_first"), f"{path}.day_first"),
        )
    check(found, catalogue, where)
    return found


def _refuse_unknown(entry: Mapping[str, Any], known: Sequence[str], path: str) -> None:
    """A misspelt member would be as if it were not there."""
    unknown = next((name for name in entry if name not in known), None)
    if unknown is not None:
        raise invalid(
            f"An entry has no “{unknown}”. Its members are: {', '.join(known)}.",
            f"{path}.{unknown}",
        )


def _column(entry: Mapping[str, Any], header: Sequence[str], path: str) -> int:
    index = entry.get("column")
    if index is not None:
        # In Python true is a number too.
        if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(header):
            return index
        raise invalid(
            f"column is a number: the file has columns 0 to {len(header) - 1}.", f"{path}.column"
        )
    name = str(entry.get("header", ""))
    folded = [fold(one) for one in header]
    if name in header:
        return list(header).index(name)
    if fold(name) in folded:
        return folded.index(fold(name))
    raise invalid(
        f"The file has no column “{name}”. Its columns are: {', '.join(header)}.", f"{path}.header"
    )


def _flag(value: Any, path: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise invalid("This is true, false or null.", path)


def check(mapping: Sequence[ColumnMapping], catalogue: Catalogue, where: str = "mapping") -> None:
    """Raises Problem unless some column is the email and no field is filled twice."""
    taken: dict[str, str] = {}
    for column in mapping:
        if column.field is None:
            continue
        field = catalogue.by_ref(column.field, where)
        if not field.importable:
            raise invalid(f"{field.label} cannot be imported: it is worked out.", where)
        if field.key in taken:
            raise invalid(
                f"“{taken[field.key]}” and “{column.header}” both go to {field.label}. "
                "Leave one of them out.", where,
            )  # fmt: skip
        taken[field.key] = column.header
    if "email" not in taken:
        raise invalid("Map a column to Email: it tells contacts apart.", where)


def columns(mapping: Sequence[ColumnMapping], catalogue: Catalogue) -> list[Column]:
    """The mapping as the parser works with it."""
    found = []
    for entry in mapping:
        if entry.field is None:
            continue
        field = catalogue.by_ref(entry.field)
        if field.type.kind == "date" and entry.day_first is not None:
            field = replace(field, type=DateType(day_first=entry.day_first))
        found.append(Column(entry.column, entry.header, field, entry.only_if_blank))
    return found


def save(
    tx: Tx, operation: Operation, name: str, source: str, fingerprint: str,
    mapping: Sequence[ColumnMapping],
) -> UUID:  # fmt: skip
    """Keep the mapping for the next file of this source with these headers; logged where it is
    another than before."""
    row = tx.row(
        """
        insert into field_mapping
            (workspace_id, name, source, fingerprint, columns, created_at, updated_at)
        values (%(workspace)s, %(name)s, %(source)s, %(fingerprint)s, %(columns)s, %(now)s, %(now)s)
        on conflict (workspace_id, source, fingerprint)
        do update set columns = excluded.columns, updated_at = excluded.updated_at
        returning new.id, old.columns
        """,
        {"workspace": tx.workspace_id, "name": name, "source": source,
         "fingerprint": fingerprint, "columns": Jsonb(dump(mapping)), "now": tx.now},
    )  # fmt: skip
    assert row  # noqa: S101 - made or updated
    saved: UUID = row["id"]
    columns = dump(mapping)
    if row["columns"] is None:
        after: dict[str, object] = {"name": name, "source": source, "columns": columns}
        log(tx, operation, "field_mapping", saved, "created", None, after)
    elif row["columns"] != columns:
        log(tx, operation, "field_mapping", saved, "updated", {"columns": row["columns"]},
            {"columns": columns})  # fmt: skip
    return saved


def saved(tx: Tx, source: str, fingerprint: str) -> FieldMapping | None:
    return tx.one(
        FieldMapping,
        "select id, name, source, fingerprint, columns from field_mapping "
        "where workspace_id = %s and source = %s and fingerprint = %s",
        [tx.workspace_id, source, fingerprint],
    )


def find(tx: Tx, mapping_id: UUID) -> FieldMapping:
    """Raises Problem(not_found)."""
    found = tx.one(
        FieldMapping,
        "select id, name, source, fingerprint, columns from field_mapping "
        "where workspace_id = %s and id = %s",
        [tx.workspace_id, mapping_id],
    )
    if found is None:
        raise not_found("field mapping")
    return found


def every(tx: Tx) -> list[FieldMapping]:
    return tx.all(
        FieldMapping,
        "select id, name, source, fingerprint, columns from field_mapping "
        "where workspace_id = %s order by updated_at desc, id",
        [tx.workspace_id],
    )


def for_header(
    mapping: FieldMapping, header: Sequence[str], catalogue: Catalogue
) -> list[ColumnMapping]:
    """A saved mapping put on a file's header, by the columns' names. Fields that were deleted since
    are left out. Raises Problem when the email is not among the columns."""
    # Headers may differ in signs alone, such as "E-Mail" and "E Mail": each entry goes to one.
    waiting: dict[str, list[dict[str, Any]]] = {}
    for entry in mapping.columns:
        waiting.setdefault(fold(entry["header"]), []).append(entry)
    found = []
    for index, name in enumerate(header):
        same = waiting.get(fold(name), [])
        entry = next((one for one in same if one["header"] == name), same[0] if same else {})
        if same:
            same.remove(entry)
        ref = entry.get("field")
        known = ref is not None and any(field.ref == ref for field in catalogue)
        found.append(
            ColumnMapping(
                index, name, ref if known else None,
                bool(entry.get("only_if_blank")), entry.get("day_first"),
            )
        )  # fmt: skip
    check(found, catalogue)
    return found
