"""Whatever a type reads, it shows in a form that it reads as the same value."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nimbus.fields import FieldType, Invalid
from nimbus.fields import types as t
from nimbus.fields.derive import (
    company_name_key,
    e164,
    split_location,
    split_name,
    title_rank,
)
from nimbus.fields.standard import STANDARD

TYPES = [
    *{f.type.key: f.type for f in STANDARD}.values(),
    t.URL,
    t.NUMBER,
    t.LONG_TEXT,
    t.DateType(True),
    t.DateType(False),
    t.Dropdown(("New", "Won")),
    t.MultiSelect(("Red", "Green", "Blue, dark")),
]
CELLS = st.one_of(
    st.text(max_size=30),
    st.text("0123456789.,-/ +kM$€%'", max_size=12),
    st.text("abz.@:/?#-_ ;,|ACo", max_size=25),
    st.from_regex(
        r"(https?://)?(www\.)?(linkedin|x|twitter|acme)\.com/[a-zé%/?=]{0,12}", fullmatch=True
    ),
    st.from_regex(r"[0-3]?\d[./ -](0?\d|1[012]|Feb|août)[./ -](\d\d){1,2}", fullmatch=True),
)


@pytest.mark.parametrize("kind", TYPES, ids=lambda k: f"{k.key}")
def test_parse_show_parse(kind: FieldType) -> None:
    @settings(deadline=None, max_examples=60)  # The first use of a type loads its tables.
    @given(CELLS)
    def check(raw: str) -> None:
        try:
            value = kind.parse(raw)
        except Invalid:
            return
        assert kind.parse(kind.show(value)) == value
        assert "\x00" not in kind.show(value)

    check()


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from([None, True, False]))
def test_every_day(day: date, day_first: bool | None) -> None:
    kind = t.DateType(day_first)
    assert kind.parse(kind.show(day)) == day


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment(moment: datetime) -> None:
    value = t.MOMENT.parse_json(moment)
    assert t.MOMENT.parse(t.MOMENT.show(value)) == value


@given(st.one_of(st.integers(-(10**14), 10**14), st.floats(-1e14, 1e14)))
def test_every_number(number: float) -> None:
    value = t.NUMBER.parse_json(number)
    assert t.NUMBER.parse(t.NUMBER.show(value)) == value


@settings(deadline=None)
@given(st.text(max_size=40))
def test_what_is_derived_never_fails(text: str) -> None:
    split_name(text)
    split_location(text)
    title_rank(text)
    company_name_key(text)
    e164(text, "DE")
