"""What follows from names, phones, titles, places, domains and company names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nimbus.fields.derive import (
    company_domain,
    company_name_key,
    e164,
    email_domain,
    is_free_mail,
    join_name,
    split_location,
    split_name,
    time_zone,
    title_rank,
)
from nimbus.fields.derive.phones import _is_canonical, _parse


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Alice Smith", (None, "Alice", "Smith", None)),
        ("Cher", (None, "Cher", None, None)),
        ("King Lee", (None, "King", "Lee", None)),
        ("José María García López", (None, "José", "María García López", None)),
        ("Smith, John Jr.", (None, "John", "Smith", "Jr.")),
        ("Müller, Hans-Peter", (None, "Hans-Peter", "Müller", None)),
        ("Mary Ann Smith, PhD", (None, "Mary", "Ann Smith", "PhD")),
        ("Frau Dr. Anna Meier, MBA", ("Frau Dr.", "Anna", "Meier", "MBA")),
        ("Herr Dipl.-Ing. Peter Schmidt", ("Herr Dipl.-Ing.", "Peter", "Schmidt", None)),
        ("Dr. Smith", ("Dr.", None, "Smith", None)),
        ("Frau Meier", ("Frau", None, "Meier", None)),
    ],
)
def test_names(full: str, parts: tuple[str | None, ...]) -> None:
    assert split_name(full) == parts


def test_joining_a_name() -> None:
    assert join_name("Alice", "Smith") == "Alice Smith"
    assert join_name(None, "Smith") == "Smith"
    assert join_name(None, None) is None


@pytest.mark.parametrize(
    ("raw", "country", "number"),
    [
        ("+14155550100", None, "+14155550100"),
        ("(415) 555-0100", "US", "+14155550100"),
        ("030 123456", "DE", "+4930123456"),
        ("0049 30 123456", None, "+4930123456"),
        ("+49 (0)30 123456", None, "+4930123456"),
        ("+390612345678", None, "+390612345678"),
        ("+1-555-0100", None, None),
        ("030 123456", None, None),
        ("call me", "DE", None),
        (None, "DE", None),
    ],
)
def test_phones(raw: str | None, country: str | None, number: str | None) -> None:
    assert e164(raw, country) == number


@settings(deadline=None)  # The first use loads the library's tables.
@given(
    st.builds(
        "+{}{}".format,
        st.sampled_from([1, 7, 33, 34, 39, 44, 49, 52, 54, 55, 61, 81, 86, 91, 353, 351]),
        st.text("0123456789", min_size=4, max_size=12),
    )
)
def test_the_fast_path_for_phones_agrees_with_the_library(raw: str) -> None:
    if 8 <= len(raw) <= 16 and _is_canonical(raw):
        assert _parse(raw, None) == raw


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("Director of Revenue Operations", ("director", "revenue_operations")),
        ("Geschäftsführer", ("c_level", "executive")),
        ("VP Marketing", ("vp", "marketing")),
        ("Vice President of Sales", ("vp", "sales")),
        ("Co-Founder", ("founder", "executive")),
        ("Managing Partner", ("partner", None)),
        ("Vertriebsleiterin", ("head", "sales")),
        ("Directrice des ventes", ("director", "sales")),
        ("Jefe de Ventas", ("manager", "sales")),
        ("Teamleiterin Kundenservice", ("manager", "customer_support")),
        ("Senior Software Engineer", ("senior", "engineering")),
        ("Executive Assistant to the CEO", ("entry", "executive")),
        ("Product Owner", (None, "product")),
        ("HR Business Partner", (None, "human_resources")),
        ("Praktikantin Marketing", ("intern", "marketing")),
        ("International Wizard", (None, None)),
    ],
)
def test_titles(title: str, rank: tuple[str | None, str | None]) -> None:
    assert title_rank(title) == rank


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Austin, Texas, United States", ("Austin", "Texas", "US")),
        ("San Francisco, CA", ("San Francisco", "CA", "US")),
        ("New York, NY 10001, USA", ("New York", "NY", "US")),
        ("Toronto, ON", ("Toronto", "ON", "CA")),
        ("Berlin, DE", ("Berlin", None, "DE")),
        ("Wilmington, DE", ("Wilmington", "DE", "US")),
        ("Atlanta, Georgia", ("Atlanta", "Georgia", "US")),
        ("Tbilisi, Georgia", ("Tbilisi", None, "GE")),
        ("München, Bayern, Deutschland", ("München", "Bayern", "DE")),
        ("California, United States", (None, "California", "US")),
        ("Germany", (None, None, "DE")),
        ("Berlin", ("Berlin", None, None)),
        (" , ", (None, None, None)),
    ],
)
def test_locations(line: str, place: tuple[str | None, ...]) -> None:
    assert split_location(line) == place


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        (("DE", None, None), "Europe/Berlin"),
        (("FR", None, "Paris"), "Europe/Paris"),
        (("US", "TX", None), "America/Chicago"),
        (("US", "california", None), "America/Los_Angeles"),
        (("US", None, "Seattle"), "America/Los_Angeles"),
        (("US", None, None), None),
        (("CA", "Québec", None), "America/Toronto"),
        (("AU", "QLD", None), "Australia/Brisbane"),
        (("BR", "São Paulo", None), "America/Sao_Paulo"),
        (("ES", "Canarias", None), "Atlantic/Canary"),
        (("ES", None, "Madrid"), "Europe/Madrid"),
        ((None, None, "Paris"), None),
    ],
)
def test_time_zones(place: tuple[str | None, str | None, str | None], zone: str | None) -> None:
    assert time_zone(*place) == zone


def test_domains() -> None:
    assert email_domain("alice@mail.acme.com") == "mail.acme.com"
    assert is_free_mail("gmail.com")
    assert is_free_mail("mailinator.com")
    assert not is_free_mail("acme.com")
    assert company_domain("mail.acme.co.uk") == "acme.co.uk"
    assert company_domain("web.de") is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ACME Müller GmbH & Co. KG", "acme muller"),
        ("Acme, Inc.", "acme"),
        ("Nimbus Holdings Ltd", "nimbus holdings"),
        ("L'Oréal S.A.", "loreal"),
        ("GmbH", "gmbh"),
        ("", ""),
    ],
)
def test_company_names(name: str, key: str) -> None:
    assert company_name_key(name) == key
