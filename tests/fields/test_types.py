"""What each type reads, shows and refuses."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nimbus.fields import FieldType, Invalid
from nimbus.fields import types as t
from nimbus.fields.choices import CONSENT_STATUS, GRADE, ROLE
from nimbus.fields.standard import DEPARTMENT, SENIORITY, STANDARD
from nimbus.fields.types.social import _LINKEDIN_PLAIN, _linkedin

DROPDOWN = t.Dropdown(("New", "Won", "None"))
MULTI = t.MultiSelect(("Red", "Green", "Blue, dark"))
ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")

READ: list[tuple[FieldType, str, Any]] = [
    (t.TEXT, " a\x00b\x07c\nd ", "abc d"),
    (t.TEXT, "-", "-"),
    (t.TEXT, "NULL", None),
    (t.TEXT, "e\u0301", "é"),
    (t.LONG_TEXT, "a\r\nb", "a\nb"),
    (t.PERSON_NAME, "  Anna   Maria ", "Anna Maria"),
    (t.PERSON_NAME, "Null", "Null"),
    (t.PERSON_NAME, ".", None),
    (t.PHONE, "+1-555-0100", "+1-555-0100"),
    (t.PHONE, "tel:+4930123456", "+4930123456"),
    (t.PHONE, "14155550100.0", "14155550100"),
    (t.DOMAIN, "https://www.Acme.co.uk:8080/x?y#z", "acme.co.uk"),
    (t.DOMAIN, "alice@mail.acme.com", "acme.com"),
    (t.DOMAIN, "acme.com:443", "acme.com"),
    (t.DOMAIN, "Müller.de", "xn--mller-kva.de"),
    (t.DOMAIN, "acme.github.io", "acme.github.io"),
    (t.DOMAIN, "github.io", "github.io"),
    # Kept for documentation and tests (RFC 2606, RFC 6761).
    (t.DOMAIN, "https://www.acme.example/", "acme.example"),
    (t.DOMAIN, "mail.acme.test", "acme.test"),
    (t.EMAIL, "x@acme.example", "x@acme.example"),
    (t.EMAIL, "X@Acme.test", "x@acme.test"),
    (t.EMAIL, "é@acme.test", "é@acme.test"),
    (t.URL, "acme.test", "https://acme.test"),
    (t.HOST, "mail.acme.com", "mail.acme.com"),
    (t.URL, "Acme.com/", "https://acme.com"),
    (t.URL, "http://acme.com:80/a b?q=ü", "http://acme.com/a%20b?q=%C3%BC"),
    (t.URL, "https://acme.com/%C3%BC", "https://acme.com/%C3%BC"),
    (
        t.LINKEDIN,
        "https://de.linkedin.com/in/AliceSmith/?trk=x",
        "https://linkedin.com/in/alicesmith",
    ),
    (t.LINKEDIN, "m.linkedin.com/mwlite/in/alicesmith", "https://linkedin.com/in/alicesmith"),
    (t.LINKEDIN, "in/alicesmith", "https://linkedin.com/in/alicesmith"),
    (t.LINKEDIN, "alicesmith", "https://linkedin.com/in/alicesmith"),
    (t.LINKEDIN, "linkedin.com/in/jos%C3%A9", "https://linkedin.com/in/jos%C3%A9"),
    (t.LINKEDIN, "linkedin.com/in/ACoAAB12xY", "https://linkedin.com/in/ACoAAB12xY"),
    (t.LINKEDIN_COMPANY, "acme", "https://linkedin.com/company/acme"),
    (t.TWITTER, "@Alice_S", "https://x.com/alice_s"),
    (t.TWITTER, "https://mobile.twitter.com/alice_s?lang=de", "https://x.com/alice_s"),
    (t.TWITTER, "twitter.com/#!/alice_s", "https://x.com/alice_s"),
    (t.TWITTER, "x.com/alice_s/status/1", "https://x.com/alice_s"),
    (t.COUNTRY, "Deutschland", "DE"),
    (t.COUNTRY, "USA", "US"),
    (t.COUNTRY, "uk", "GB"),
    (t.COUNTRY, "England", "GB"),
    (t.COUNTRY, "Holland", "NL"),
    (t.COUNTRY, "The Netherlands", "NL"),
    (t.COUNTRY, "États-Unis", "US"),
    (t.COUNTRY, "Alemania", "DE"),
    (t.COUNTRY, "FRA", "FR"),
    (t.COUNTRY, "NA", "NA"),
    (t.TIME_ZONE, "europe/berlin", "Europe/Berlin"),
    (t.TIME_ZONE, "america_slash_new_york", "America/New_York"),
    (t.TIME_ZONE, "(GMT+01:00) Central European Time (Europe/Berlin)", "Europe/Berlin"),
    (t.TIME_ZONE, "Pacific Standard Time", "America/Los_Angeles"),
    (t.EMPLOYEE_COUNT, "1,234", 1234),
    (t.EMPLOYEE_COUNT, "1.234", 1234),
    (t.EMPLOYEE_COUNT, "1 234 567", 1234567),
    (t.EMPLOYEE_COUNT, "51-200", 51),
    (t.EMPLOYEE_COUNT, "51 – 200 employees", 51),
    (t.EMPLOYEE_COUNT, "10k", 10_000),
    (t.EMPLOYEE_COUNT, "1-5k", 1_000),
    (t.EMPLOYEE_COUNT, "1.2k", 1_200),
    (t.EMPLOYEE_COUNT, "500+", 500),
    (t.EMPLOYEE_COUNT, "> 500", 500),
    (t.EMPLOYEE_COUNT, "10,001+", 10_001),
    (t.EMPLOYEE_COUNT, "250.0", 250),
    (t.EMPLOYEE_COUNT, "10-Jan", 1),
    (t.EMPLOYEE_COUNT, "Nov-50", 11),
    (t.NUMBER, "1,234.56", 1234.56),
    (t.NUMBER, "1.234,56", 1234.56),
    (t.NUMBER, "1234,5", 1234.5),
    (t.NUMBER, "1,234", 1234),
    (t.NUMBER, "1.234", 1.234),
    (t.NUMBER, "1.234.567", 1234567),
    (t.NUMBER, "0,125", 0.125),
    (t.NUMBER, "-$1'200.50", -1200.5),
    (t.NUMBER, "(12)", -12),
    (t.BOOLEAN, "Ja", True),
    (t.BOOLEAN, "sí", True),
    (t.BOOLEAN, "x", True),
    (t.BOOLEAN, "Nein", False),
    (t.BOOLEAN, "0", False),
    (ROLE, "Decision Maker", "decision_maker"),
    (ROLE, "end-user", "end_user"),
    (CONSENT_STATUS, "yes", "opted_in"),
    (GRADE, "a", "A"),
    (SENIORITY, "Vice President", "vp"),
    (SENIORITY, "Grand Poobah", "grand_poobah"),
    (DEPARTMENT, "Revenue Operations", "revenue_operations"),
    (DEPARTMENT, "HR", "human_resources"),
    (DROPDOWN, "wON", "Won"),
    (DROPDOWN, "none", "None"),
    (MULTI, "red; BLUE, dark|Red", ["Red", "Blue, dark"]),
    (MULTI, "green,red", ["Green", "Red"]),
    (t.TAGS, " Hot  Lead; mql |MQL, n/a", ["hot_lead", "mql"]),
    (t.TEXT_LIST, "Python, SQL;python", ["Python", "SQL"]),
    (t.REVENUE, "25M_50M", "25M_50M"),
    (t.REVENUE, "$30M", "25M_50M"),
    (t.REVENUE, "30,000,000", "25M_50M"),
    (t.REVENUE, "30000000.00", "25M_50M"),
    (t.REVENUE, "10-25 Mio", "10M_25M"),
    (t.REVENUE, "€1.5 Mrd", "1B_PLUS"),
    (t.REVENUE, "1,5 Mio. €", "1M_10M"),
    (t.REVENUE, "<1M", "0_1M"),
    (t.REVENUE, "$500M - $1B", "500M_1B"),
    (t.REVENUE, "25M–50M", "25M_50M"),
    (t.SCORE, "72", 72),
    (t.MOMENT, "2026-04-01T12:00:00+02:00", datetime(2026, 4, 1, 10, tzinfo=UTC)),
    (t.MOMENT, "2026-04-01", datetime(2026, 4, 1, tzinfo=UTC)),
    (t.Reference("cont"), "cont_01h455vb4pex5vsknk084sn02q", ID),
    (t.LOCATION, "Austin, Texas", "Austin, Texas"),
]


@pytest.mark.parametrize(("kind", "raw", "value"), READ, ids=lambda v: str(getattr(v, "key", v)))
def test_reads(kind: FieldType, raw: str, value: Any) -> None:
    assert kind.parse(raw) == value
    assert kind.parse(kind.show(value)) == value
    assert kind.parse_json(raw) == value


REFUSED: list[tuple[FieldType, str]] = [
    (t.TEXT, "x" * 1_001),
    (t.LONG_TEXT, "x" * 10_001),
    (t.PHONE, "ask Bob"),
    (t.PHONE, "4.91512E+11"),
    (t.DOMAIN, "localhost"),
    (t.DOMAIN, "acme.localhost"),
    (t.DOMAIN, "acme.invalid"),
    (t.DOMAIN, "example"),
    (t.EMAIL, "x@acme.invalid"),
    (t.EMAIL, "x@acme.localhost"),
    (t.EMAIL, "x@test"),
    (t.DOMAIN, "127.0.0.1"),
    (t.DOMAIN, "http://[::1]/"),
    (t.DOMAIN, "co.uk"),
    (t.DOMAIN, "acme.notasuffix"),
    (t.DOMAIN, "acme"),
    (t.URL, "javascript://alert(1)"),
    (t.URL, "ftp://acme.com"),
    (t.URL, "https://a:b@acme.com"),
    (t.URL, "no website"),
    (t.LINKEDIN, "https://example.com/in/alice"),
    (t.LINKEDIN, "https://linkedin.com.evil.com/in/alice"),
    (t.LINKEDIN, "linkedin.com"),
    (t.LINKEDIN, "Alice Smith"),
    (t.TWITTER, "https://x.com/home"),
    (t.TWITTER, "@way_too_long_for_a_handle"),
    (t.COUNTRY, "Atlantis"),
    (t.COUNTRY, "EU"),
    (t.TIME_ZONE, "Mars/Base"),
    (t.EMPLOYEE_COUNT, "many"),
    (t.EMPLOYEE_COUNT, "-5"),
    (t.EMPLOYEE_COUNT, "1.5"),
    (t.EMPLOYEE_COUNT, "99999999999"),
    (t.NUMBER, "12 apples"),
    (t.NUMBER, "inf"),
    (t.NUMBER, "1,2,3"),
    (t.BOOLEAN, "perhaps"),
    (ROLE, "king"),
    (DROPDOWN, "Lost"),
    (MULTI, "red; purple"),
    (t.TAGS, "x" * 101),
    (t.REVENUE, "a lot"),
    (t.SCORE, "101"),
    (t.MOMENT, "soon"),
    (t.Reference("user"), "alice"),
    (t.Reference("user"), "cont_01h455vb4pex5vsknk084sn02q"),
]


@pytest.mark.parametrize(("kind", "raw"), REFUSED, ids=lambda v: str(getattr(v, "key", v))[:30])
def test_refuses(kind: FieldType, raw: str) -> None:
    with pytest.raises(Invalid):
        kind.parse(raw)


def test_a_refusal_lists_what_is_allowed() -> None:
    with pytest.raises(Invalid, match="active, inactive, unsubscribed, bounced"):
        next(f for f in STANDARD if f.key == "status").type.parse("asleep")


@pytest.mark.parametrize("field", STANDARD, ids=lambda f: f.key)
def test_every_standard_type_treats_blanks_alike(field: Any) -> None:
    assert field.type.parse("") is None
    assert field.type.parse(" \t ") is None
    assert field.type.parse("#N/A") is None
    assert field.type.parse_json(None) is None
    assert field.type.show(None) == ""
    assert "type" in field.type.schema()


@pytest.mark.parametrize("kind", [t.EMAIL, t.NUMBER, t.COUNTRY, t.DATE, t.TAGS, t.BOOLEAN, ROLE])
@pytest.mark.parametrize("value", [{}, {"a": 1}, [1], [{}]])
def test_json_of_the_wrong_kind_is_refused(kind: FieldType, value: Any) -> None:
    with pytest.raises(Invalid):
        kind.parse_json(value)


def test_json_values_of_the_right_kind() -> None:
    assert t.NUMBER.parse_json(1.5) == 1.5
    assert t.EMPLOYEE_COUNT.parse_json(200) == 200
    assert t.BOOLEAN.parse_json(False) is False
    assert t.TAGS.parse_json(["Hot Lead", "mql"]) == ["hot_lead", "mql"]
    assert MULTI.parse_json(["blue, dark"]) == ["Blue, dark"]
    assert t.REVENUE.parse_json(30_000_000) == "25M_50M"
    assert t.Reference("user").parse_json(ID) == ID
    with pytest.raises(Invalid):
        t.NUMBER.parse_json(True)
    with pytest.raises(Invalid):
        t.NUMBER.parse_json(float("nan"))


@given(st.from_regex(_LINKEDIN_PLAIN) | st.from_regex(r"(https?://)?[a-z.]{0,6}linkedin\.com/(in|pub|"
       r"company|sales)/[\w%./?#-]{0,20}", fullmatch=True))  # fmt: skip
@settings(max_examples=300)
def test_the_short_way_to_linkedin_agrees_with_the_long_one(raw: str) -> None:
    plain = _LINKEDIN_PLAIN.match(raw)
    if plain:
        assert t.LINKEDIN.parse(raw) == _linkedin(raw, "in")
