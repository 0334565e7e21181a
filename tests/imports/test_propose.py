"""Columns find their fields, by name and by what is in them (S1-15, S1-16, F-08, G-06)."""

from __future__ import annotations

import pytest

from nimbus.fields import Catalogue
from nimbus.imports.proposal.propose import ColumnProposal, fingerprint, propose
from tests.imports.headers import files

FILES = files()


def proposed(header: list[str], columns: list[list[str]]) -> tuple[ColumnProposal, ...]:

    height = max(map(len, columns), default=0)
    rows = [[c[i] if i < len(c) else "" for c in columns] for i in range(height)]
    return propose(header, rows, Catalogue.of()).columns


def test_nine_of_ten_columns_of_fifty_files_find_their_field() -> None:
    wrong, total = [], 0
    for name, columns in FILES.items():
        found = proposed([c[0] for c in columns], [c[2] for c in columns])
        total += len(columns)
        wrong += [
            f"{name}: {header} → {got.field_key}, not {right}"
            for (header, right, _), got in zip(columns, found, strict=True)
            if got.field_key != right
        ]
    assert len(FILES) >= 50
    assert len(wrong) <= 0.1 * total, "\n".join(wrong)


@pytest.mark.parametrize("name", FILES)
def test_the_email_is_always_found_and_no_field_twice(name: str) -> None:
    columns = FILES[name]
    found = proposed([c[0] for c in columns], [c[2] for c in columns])
    keys = [column.field_key for column in found if column.field_key]
    right = next(header for header, field, _ in columns if field == "email")
    assert next(c.header for c in found if c.field_key == "email") == right
    assert len(keys) == len(set(keys))


def test_secondary_emails_are_left_out() -> None:
    found = proposed(["Email", "Email 2", "Mail"], [["a@x.com"], ["b@x.com"], ["c@x.com"]])
    assert [c.field_key for c in found] == ["email", None, None]


def test_nothing_is_taken_for_somebodys_consent_date_by_its_values() -> None:
    found = proposed(["Email", "x"], [["a@x.com"] * 2, ["2026-01-02", "2026-01-03"]])
    assert (found[1].field_key, found[1].confidence, found[1].look) == (None, "none", "date")


def test_dates_tell_how_they_are_written_or_what_is_wrong() -> None:
    def dates(*values: str) -> ColumnProposal:
        return proposed(["Email", "Consent date"], [["a@x.com"] * 4, list(values)])[1]

    assert dates("13/01/2026", "1/2/2026").day_first is True
    assert dates("1/13/2026", "1/2/2026").day_first is False
    assert dates("1/13/2026", "1/2/2026").problems == ()
    assert dates("1/13/2026", "14/1/2026", "2/14/2026").problems == (
        "1 of 3 sampled dates do not parse as month/day.",
    )
    assert "day or the month" in dates("1/2/2026", "3/4/2026").problems[0]


def test_values_that_do_not_fit_are_counted_before_anything_runs() -> None:
    emails = ["a@x.com"] * 7 + ["not an address", "b@x.com", ""]
    column = proposed(["Email", "Name"], [emails, ["Ann"] * 10])[0]
    assert column.problems[0].startswith("1 of 9 sampled values do not fit Email: ")
    assert column.problems[1] == "1 of 10 sampled rows have no email."
    assert column.samples == ("a@x.com",) * 3


def test_a_file_without_addresses_says_so() -> None:

    found = propose(["Name", "City"], [["Ann", "Leeds"]], Catalogue.of())
    assert found.problems == ("No column looks like email addresses. Choose the one that is.",)


def test_own_fields_are_found_by_key_and_label() -> None:
    from dataclasses import replace

    catalogue = Catalogue.of()
    own = replace(
        catalogue.get("title"), key="custom.onboarding_stage", label="Stage of onboarding",
        thing="custom", synonyms=(),
    )  # fmt: skip
    header = ["Email", "Onboarding Stage", "STAGE OF ONBOARDING"]
    found = propose(header, [["a@x.com", "one", "two"]], Catalogue.of([own])).columns
    assert [c.field_key for c in found] == ["email", None, "custom.onboarding_stage"]


def test_fingerprints_see_names_and_order_only() -> None:
    assert fingerprint(["E-Mail", "Vörname"]) == fingerprint([" e mail", "VORNAME"])
    assert fingerprint(["FirstName"]) == fingerprint(["first_name"])
    assert fingerprint(["a", "b"]) != fingerprint(["b", "a"])
    assert fingerprint(["ab"]) != fingerprint(["a", "b"])


EMAILS = [f"p{i}@x.com" for i in range(9)] + ["-"]
BLANK = [""] * 10
NAMES = ["Ann Lee", "Bo Ek"] * 5


@pytest.mark.parametrize("header", ["Contact", "Kontakt", "Ansprechpartner", "Name", "Last name",
                                    "Vorname", "Full Name", "Title", "Status"])  # fmt: skip
def test_addresses_are_emails_whatever_the_header_says(header: str) -> None:
    assert [c.field_key for c in proposed([header], [EMAILS])] == ["email"]
    assert [c.field_key for c in proposed([header, "E-Mail"], [EMAILS, BLANK])] == ["email", None]
    found = proposed([header, "E-Mail"], [EMAILS, EMAILS])
    assert [c.field_key for c in found] == [None, "email"]


@pytest.mark.parametrize(
    ("header", "right"),
    [(["Email", "email (2)"], 1), (["E-Mail 1", "E-Mail 2"], 1), (["Email", "Email 2"], 1),
     (["Email", "Secondary Email"], 1), (["Email", "Work Email"], 1), (["Email", "Mail"], 1),
     (["Email 2", "Email"], 0), (["Email", "Contact"], 1), (["Email", "Spalte B"], 1),
     (["Email", "Assistant Email"], 0), (["Email", "Account Owner Email"], 0)],
)  # fmt: skip
def test_of_two_email_columns_the_one_with_values_is_it(header: list[str], right: int) -> None:
    columns = [EMAILS if "Email 2" in header[0] else BLANK,
               BLANK if "Email 2" in header[0] else EMAILS]  # fmt: skip
    found = proposed(header, columns)
    assert [c.index for c in found if c.field_key == "email"] == [right]
    both = proposed(header, [EMAILS, EMAILS])
    assert sum(c.field_key == "email" for c in both) == 1


def test_a_header_alone_is_proposed_by_its_names() -> None:
    found = proposed(["Email", "Work Email", "First name", "Vorname"], [[], [], [], []])
    assert [c.field_key for c in found] == ["email", None, "first_name", None]


@pytest.mark.parametrize("values", [["+49 30 1234567"] * 4, EMAILS, ["Germany"] * 4, ["x.com"] * 4])
def test_the_name_of_an_own_field_beats_every_guess(values: list[str]) -> None:
    from dataclasses import replace

    text = replace(Catalogue.of().get("title"), thing="custom", synonyms=())
    for type_of in ("title", "company.employee_count", "consent_date"):
        own = replace(
            text, key="custom.kontakt_privat", label="Kontakt (privat)",
            type=Catalogue.of().get(type_of).type,
        )  # fmt: skip
        rows = [[value, ""] for value in values]
        for header in ("Kontakt (privat)", "kontakt privat", "KONTAKT_PRIVAT"):
            found = propose([header, "Other"], rows, Catalogue.of([own])).columns
            assert (found[0].field_key, found[0].confidence) == (own.key, "header")


def test_very_long_cells_neither_hang_nor_fill_a_proposal() -> None:
    for cell in ("a@" + "." * 900_000 + "@", "www." * 300_000 + " x", "1 " * 500_000, "<" * 10**6):
        found = proposed(["Email", "x"], [["a@x.com"] * 20, [cell] * 20])
        assert (found[0].field_key, found[1].field_key) == ("email", None)
        assert all(len(sample) <= 201 for sample in found[1].samples)


def test_a_header_whose_values_never_fit_is_left_out() -> None:
    rows = [[f"p{n}@x.com", status] for n, status in enumerate(["Open", "Attempted"] * 5)]
    found = propose(["Email", "Lead Status"], rows, Catalogue.of())
    assert [column.field_key for column in found.columns] == ["email", None]
