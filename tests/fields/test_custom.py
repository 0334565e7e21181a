"""A workspace's own fields: what may be defined, and the field that comes of it (S0-35 … S0-43)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from nimbus.fields import (
    CUSTOM_FIELD_LIMIT,
    CustomField,
    check_custom_field,
    check_custom_field_limit,
    custom_field,
    suggest_name,
)
from nimbus.problems import Problem

ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
STAGE = CustomField(ID, "stage", "Stage", "dropdown", ("New", "Won"), "new")


def test_the_field() -> None:
    field = custom_field(STAGE)
    check_custom_field(STAGE)
    assert (field.key, field.column, field.thing) == ("custom.stage", str(ID), "custom")
    assert field.ref == str(ID)
    assert field.type.parse("WON") == "Won"


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"name": "1st"}, "name"),
        ({"name": "Stage"}, "name"),
        ({"name": "x" * 64}, "name"),
        ({"name": "email"}, "name"),
        ({"name": "company"}, "name"),
        ({"label": " "}, "label"),
        ({"field_type": "blob"}, "field_type"),
        ({"options": ()}, "options"),
        ({"options": ("New", "NEW")}, "options[1]"),
        ({"options": ("New", " ")}, "options[1]"),
        ({"options": tuple(f"o{i}" for i in range(201))}, "options"),
        ({"fallback": "Lost"}, "fallback"),
        ({"field_type": "string"}, "options"),
        ({"field_type": "multi_select", "options": ("a;b",)}, "options[0]"),
        ({"field_type": "number", "options": (), "fallback": "many"}, "fallback"),
    ],
)
def test_refused(change: dict[str, Any], at: str) -> None:
    with pytest.raises(Problem) as caught:
        check_custom_field(replace(STAGE, **change))
    assert caught.value.field == at
    assert caught.value.code == "validation_error"


@pytest.mark.parametrize("name", ["string", "number", "boolean", "date"])
def test_the_plain_types(name: str) -> None:
    check_custom_field(replace(STAGE, field_type=name, options=(), fallback=None))


def test_the_limit() -> None:
    check_custom_field_limit(CUSTOM_FIELD_LIMIT - 1)
    with pytest.raises(Problem, match="50"):
        check_custom_field_limit(CUSTOM_FIELD_LIMIT)


def test_names_for_new_columns() -> None:
    assert suggest_name("Onboarding Stage (2026)") == "onboarding_stage_2026"
    assert suggest_name("1. Größe") == "field_1_grosse"
    assert suggest_name("Email") == "email_custom"
    assert suggest_name("会社") == "field"
