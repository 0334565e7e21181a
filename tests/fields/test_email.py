"""Addresses are read into one form, and whatever is not an address is refused (D-18)."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from nimbus.fields import Invalid
from nimbus.fields.types import EMAIL
from nimbus.fields.types.email import _PLAIN


@pytest.mark.parametrize(
    ("raw", "email"),
    [
        ("  Alice@Acme.COM ", "alice@acme.com"),
        ("mailto:alice@acme.com?subject=Hi", "alice@acme.com"),
        ("<alice@acme.com>", "alice@acme.com"),
        ('"Smith, Alice" <Alice@acme.com>', "alice@acme.com"),
        ("Alice Smith <mailto:alice@acme.com>", "alice@acme.com"),
        ("a.l.i.c.e+news@gmail.com", "a.l.i.c.e+news@gmail.com"),
        ("alice@müller.de", "alice@xn--mller-kva.de"),
        ("alice@xn--mller-kva.de", "alice@xn--mller-kva.de"),
        ("ａｌｉｃｅ@acme.com", "alice@acme.com"),
        ("josé@acme.com", "josé@acme.com"),
        ("\u00a0alice@acme.com\ufeff", "alice@acme.com"),
        ("!#$%&`*+/=?^`{|}~@iana.org", "!#$%&`*+/=?^`{|}~@iana.org"),
        ("test@c--n.com", "test@c--n.com"),
    ],
)
def test_one_form(raw: str, email: str) -> None:
    assert EMAIL.parse(raw) == email
    assert EMAIL.parse(EMAIL.show(email)) == email


@pytest.mark.parametrize("raw", ["", "  ", "-", "n/a", "NULL", "#N/A"])
def test_blank(raw: str) -> None:
    assert EMAIL.parse(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "alice",
        "alice@",
        "@acme.com",
        ".alice@acme.com",
        "alice.@acme.com",
        "al..ice@acme.com",
        "alice@acme..com",
        "alice@acme.com.",
        "alice@-acme.com",
        "alice@acme-.com",
        "alice@acme.com-",
        "alice@[1.2.3.4",
        '"alice@acme.com',
        "(alice@acme.com",
        "alice@acme.com(x\\",
        "\x7f@acme.com",
        "alice@\x07.org",
        '"ali\x00ce"@acme.com',
        "alice@acme.com\n",
        "\r\nalice@acme.com",
        "alice@localhost",
        "alice@acme.local",
        "alice@acme.c0m1",
        "alice@acme.com, bob@acme.com",
        "a" * 250 + "@acme.com",
    ],
)
def test_refused(raw: str) -> None:
    with pytest.raises(Invalid):
        EMAIL.parse(raw)


_WORD = st.text("abz09_+'-.", min_size=1, max_size=12)
_LABEL = st.text("abz09-", min_size=1, max_size=8)
_TOP = st.sampled_from(["com", "de", "museum", "test", "local", "invalid", "c0", "x-y", "arpa"])


@settings(deadline=None)
@given(st.builds("{}@{}.{}".format, _WORD, _LABEL, _TOP))
def test_the_fast_path_agrees_with_email_validator(address: str) -> None:
    if not _PLAIN.match(address):
        return
    assert validate_email(address, check_deliverability=False).normalized == address


@settings(deadline=None)
@given(st.builds("{}@{}.{}".format, _WORD, _LABEL, _TOP))
def test_parse_agrees_with_email_validator(address: str) -> None:
    try:
        wanted = validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        with pytest.raises(Invalid):
            EMAIL.parse(address)
    else:
        assert EMAIL.parse(address) == wanted


@settings(deadline=None)
@given(st.text(max_size=40))
def test_reading_twice_changes_nothing(raw: str) -> None:
    try:
        email = EMAIL.parse(raw)
    except Invalid:
        return
    assert email is None or EMAIL.parse(email) == email


@pytest.mark.parametrize("letter", ["a", "é"])
def test_a_local_part_has_at_most_64_octets(letter: str) -> None:
    """RFC 5321, 4.5.3.1.1; whichever way it is read."""
    longest = letter * (64 // len(letter.encode()))
    assert EMAIL.parse(f"{longest}@acme.com") == f"{longest}@acme.com"
    for raw in (f"{longest}a@acme.com", f"<{longest}a@acme.com>", f"{longest}+{'b' * 99}@acme.com"):
        with pytest.raises(Invalid, match="at most 64"):
            EMAIL.parse(raw)
        with pytest.raises(Invalid, match="at most 64"):
            EMAIL.parse_json(raw)
