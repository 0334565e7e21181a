"""One catalogue of fields: the tables have the columns it names, with the types it names, and no
column that it does not know of (design idea 1)."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
import pytest

from nimbus.db.instance import Instance
from nimbus.fields.field import Field
from nimbus.fields.standard import STANDARD

Columns = dict[str, str]

# Columns that are no fields: keys, what the house keeps for itself, what belongs to other rooms.
KEPT = {
    "contact": "workspace_id id email_key custom company_id tier_rule_id scoring_model_id "
    "score_rules merged_into enriched_at words marks",
    "company": "workspace_id id name_key created_at updated_at",
    "import_stage": "workspace_id import_id email_key row_no line custom company_name_key "
    "domain_derived detail",
    "import_company": "workspace_id import_id key name_key derived",
}


def fields(thing: str) -> list[Field]:
    return [field for field in STANDARD if field.thing == thing and field.column]


def stored(found: Iterable[Field], before: str = "") -> Columns:
    return {before + field.column: field.type.sql for field in found}


# An import brings what may be imported and what is worked out from the row itself.
WORKED_OUT = {"email_domain", "phone_e164", "mobile_e164"}
MEANT: dict[str, Columns] = {
    "contact": stored(fields("contact")),
    "company": stored(fields("company")),
    "import_stage": stored(f for f in fields("contact") if f.importable or f.key in WORKED_OUT)
    | stored(fields("company"), "company_"),
    "import_company": stored(fields("company")),
}


def differences(meant: Columns, kept: str, there: Columns) -> list[str]:
    """Columns that are missing, of another type, or without a field."""
    return [
        *(f"{name} is missing" for name in meant.keys() - there.keys()),
        *(f"{name} has no field" for name in there.keys() - meant.keys() - set(kept.split())),
        *(f"{name} is kept no more" for name in set(kept.split()) - there.keys()),
        *(f"{name} is {there[name]}, its field {meant[name]}"
          for name in meant.keys() & there.keys() if meant[name] != there[name]),
    ]  # fmt: skip


def columns_of(instance: Instance, table: str) -> Columns:
    with psycopg.connect(instance.logins.migrate) as connection:
        rows = connection.execute(
            "select attname, case atttypid::regtype::text "
            "when 'timestamp with time zone' then 'timestamptz' else atttypid::regtype::text end "
            "from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            [table],
        ).fetchall()
    return dict(rows)


@pytest.mark.parametrize("table", MEANT)
def test_the_table_has_the_columns_of_its_fields(table: str, instance: Instance) -> None:
    assert differences(MEANT[table], KEPT[table], columns_of(instance, table)) == []


def test_a_difference_is_seen() -> None:
    found = differences(
        {"a": "text", "b": "integer"}, "id", {"id": "uuid", "b": "text", "c": "text"}
    )
    assert sorted(found) == ["a is missing", "b is text, its field integer", "c has no field"]
