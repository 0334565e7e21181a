"""A small catalogue with a field of every kind, and random rows and trees over it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from nimbus.fields import Catalogue, types
from nimbus.fields.field import Field
from nimbus.filters.operators import Operator, operators_for

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)

TEXTS = ("VP Sales", "vp sales", "100%", "100", "a_b", "aXb", "c\\d", "École", "éCOLE", "İzmir",
         "izmir", "ΌΣΟΣ", "όσος", "x, \"y\"", "ß", "SS", "%", "\\", "it's")  # fmt: skip
WORDS = ("director", "vp", "manager")
NUMBERS = (0, 1, 50, 51, 100)
DECIMALS = (0.1, 0.3, 1, 1.5, -2, 1e-7, 123456789.25)
DAYS = tuple(NOW.date() + timedelta(days=days) for days in (-400, -30, -7, -1, 0, 1))
MOMENTS = tuple(
    NOW + timedelta(days=days, microseconds=us) for days in (-30, -7, 0, 1) for us in (-1, 0, 1)
)
LABELS = ("vip", "hot", "a b", "x")
IDS = tuple(UUID(int=n) for n in (1, 2, 3))


def _contact(key: str, type: Any, **more: Any) -> Field:
    return Field(key, key.replace("_", " ").capitalize(), type, "contact", key, "work", **more)


def _company(key: str, type: Any) -> Field:
    label = f"Company {key.replace('_', ' ')}"
    return Field(f"company.{key}", label, type, "company", key, "company")


def _custom(n: int, key: str, type: Any) -> Field:
    id = UUID(int=n + 1000)
    label = key.replace("_", " ").capitalize()
    return Field(f"custom.{key}", label, type, "custom", str(id), "custom", id=id)


FIELDS = (
    _contact("email", types.EMAIL),
    _contact("title", types.TEXT),
    _contact("seniority", types.Choice("seniority", {word: word for word in WORDS})),
    _contact("visits", types.EMPLOYEE_COUNT),
    _contact("amount", types.NUMBER),
    _contact("is_enriched", types.BOOLEAN),
    _contact("started_on", types.DATE),
    _contact("created_at", types.MOMENT),
    _contact("updated_at", types.MOMENT),
    _contact("owner_id", types.Reference("user")),
    _contact("tags", types.TAGS),
    _contact("secret", types.TEXT, filterable=False),
    Field("lead_score", "Lead score", types.SCORE, "contact", "lead_score", "score"),
    _company("name", types.TEXT),
    _company("employee_count", types.EMPLOYEE_COUNT),
    _company("tech_stack", types.TEXT_LIST),
    _custom(1, "note", types.TEXT),
    _custom(2, "budget", types.NUMBER),
    _custom(3, "onboarded", types.BOOLEAN),
    _custom(4, "renewal", types.DATE),
    _custom(5, "stage", types.Dropdown(WORDS)),
    _custom(6, "interests", types.MultiSelect(LABELS)),
)


CATALOGUE = Catalogue(FIELDS)
ASKED = tuple(field for field in FIELDS if field.filterable)

TABLE = """
    create table if not exists sample (
        id int, email text, title text, seniority text, visits int, amount numeric,
        is_enriched boolean, started_on date, created_at timestamptz, updated_at timestamptz,
        owner_id uuid,
        tags text[], lead_score smallint, company_name text, company_employee_count int,
        company_tech_stack text[], custom jsonb
    )
"""


def pool(field: Field) -> tuple[Any, ...]:
    """Values of a field, few enough that questions and rows often meet."""
    match field.type.kind:
        case "text":
            return ("a@b.co", "c@d.co") if field.key == "email" else TEXTS
        case "number":
            return DECIMALS if field.type is types.NUMBER else NUMBERS
        case "boolean":
            return (True, False)
        case "date":
            return DAYS
        case "datetime":
            return MOMENTS
        case "reference":
            return IDS
        case "choices":
            if field.type is types.TEXT_LIST:  # Its case does not matter.
                return (*LABELS, "VIP", "Hot", "É", "é", "{b}")
            return LABELS if field.key != "tags" else ("vip", "hot", "a_b", "x")
        case _:
            return WORDS


@cache
def rows(seed: int, count: int = 30) -> tuple[dict[str, Any], ...]:
    """Rows of a source: typed columns, and custom values as JSON holds them."""
    chance = Random(seed)
    return tuple(_row(chance) for _ in range(count))


def _row(chance: Random) -> dict[str, Any]:
    row: dict[str, Any] = {"custom": {}}
    for field in ASKED:
        value = _stored(field, chance)
        if field.thing != "custom":
            prefix = "company_" if field.thing == "company" else ""
            row[prefix + field.column] = value
        elif value is not None or chance.random() < 0.5:
            row["custom"][field.column] = value.isoformat() if isinstance(value, date) else value
    return row


def _stored(field: Field, chance: Random) -> Any:
    if chance.random() < 0.2:
        return None
    if field.type.kind == "choices":
        return chance.sample(pool(field), chance.randrange(4))
    blank = ("",) if field.type.kind in ("text", "choice") else ()
    return chance.choice(pool(field) + blank)


def as_json(rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps([{"id": i, **row} for i, row in enumerate(rows)], default=str)


def _given(field: Field, op: Operator) -> st.SearchStrategy[Any]:
    """A JSON value in the operator's shape."""
    kind = field.type.kind
    values = st.sampled_from(pool(field))
    one = values.map(lambda v: v if isinstance(v, str | int | float | bool) else field.type.show(v))
    match op.shape:
        case "none":
            return st.none()
        case "days":
            return st.sampled_from([1, 7, 30, 365])
        case "range":
            return st.tuples(values, values).map(
                lambda pair: [_plain(field, value) for value in sorted(pair)]
            )
        case "many":
            return st.lists(one, min_size=1, max_size=25)
        case "text":
            text = st.sampled_from([*pool(field), "VP", "%", "_", "\\", "É", "σ", "i", "\\_"])
            return text | st.text('aÉσΣ%_\\ ,"', min_size=1, max_size=3)
        case _ if kind == "text" and field.key != "email":
            return one | st.sampled_from(["100_", "\\%", "A_B", "z"])
        case _:
            return one


def _plain(field: Field, value: Any) -> Any:
    return value if isinstance(value, int | float) else field.type.show(value)


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    field = draw(st.sampled_from(ASKED))
    op = draw(st.sampled_from(operators_for(field.type.kind)))
    leaf = {"field": field.key, "op": op.key}
    return leaf if op.shape == "none" else {**leaf, "value": draw(_given(field, op))}


def trees() -> st.SearchStrategy[dict[str, Any]]:
    """JSON of filters of any shape."""
    return st.recursive(
        leaves(),
        lambda inner: (
            st.lists(inner, max_size=4).map(lambda parts: {"and": parts})
            | st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"or": parts})
            | inner.map(lambda part: {"not": part})
        ),
        max_leaves=12,
    )
