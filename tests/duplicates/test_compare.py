"""The comparison of two people: what holds for all, and the cases that people know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nimbus.duplicates.compare import compare
from nimbus.duplicates.find import find
from nimbus.duplicates.keys import keys
from nimbus.duplicates.mailbox import mailbox
from nimbus.duplicates.pair import words
from nimbus.duplicates.person import Person, person
from nimbus.duplicates.weights import WEIGHTS
from tests.reference_duplicates import judged
from tests.reference_people import invented

WORDS = st.sampled_from(["", "Anna", "Ana", "Bob", "Robert", "Li", "L", "Smith", "Smyth", "Müller",
                         "Mueller", "Smith-Jones", "Jones", "Ó Briain"])  # fmt: skip
EMAILS = st.builds(
    "{}@{}".format,
    st.sampled_from(["anna", "anna.smith", "annasmith+x", "a.smith2", "info"]),
    st.sampled_from(["gmail.com", "googlemail.com", "acme.com", "acmee.com"]),
)  # fmt: skip
PEOPLE = st.fixed_dictionaries({
    "given": WORDS, "family": WORDS, "email": EMAILS, "suffix": st.sampled_from(["", "Jr", "Sr."]),
    "phones": st.lists(st.sampled_from(["+4930901820", "+14155552671"]), max_size=2),
    "company": st.sampled_from(["", "Acme Inc.", "ACME", "Volta"]),
    "profiles": st.lists(st.sampled_from(["https://linkedin.com/in/a", "https://x.com/b"])),
    "city": st.sampled_from(["", "Berlin", "Berlln"]), "postcode": st.sampled_from(["", "10115"]),
    "lines": st.lists(st.sampled_from(["Main Street", "Mainstreet", "Villa 5"]), max_size=2),
    "born": st.sampled_from(["", "1971-06-24", "1971-05-24", "2001-01-01"]),
})  # fmt: skip


@given(PEOPLE, PEOPLE)
def test_it_is_the_same_whichever_comes_first(one: dict[str, Any], other: dict[str, Any]) -> None:
    a, b = person(1, **one), person(2, **other)
    there, back = compare(a, b), compare(b, a)
    assert (there is None) == (back is None)
    if there and back:
        assert (there.score, there.verdict, there.is_common) == (
            back.score, back.verdict, back.is_common
        )  # fmt: skip
        assert set(there.reasons) == set(back.reasons)
        assert there.score == sum(reason.weight for reason in there.reasons)


@given(PEOPLE)
def test_in_which_order_things_are_said_does_not_matter(one: dict[str, Any]) -> None:
    turned = {
        name: value[::-1] if isinstance(value, list) else value
        for name, value in reversed(one.items())
    }
    a, b = person(1, **one), person(1, **turned)
    assert keys(a) == keys(b)
    assert replace(a, lines=()) == replace(b, lines=())
    assert compare(a, replace(b, id=2)) == compare(b, replace(a, id=2))


@given(st.one_of(EMAILS, st.text("a.+@ gA\tİmailcom", max_size=24)))
def test_a_mailbox_is_its_own_mailbox(email: str) -> None:
    once = mailbox(email)
    again = mailbox(f"{once.local}@{once.host}" if once.host else once.local)
    assert again == once


@pytest.mark.parametrize(
    ("email", "same"),
    [("a.d.a@gmail.com", "ada@googlemail.com"), ("ada+news@acme.com", "ada@acme.com"),
     ("Ada@ME.com", "ada@icloud.com"), ("ada@protonmail.com", "ada@pm.me")],
)  # fmt: skip
def test_spellings_of_one_mailbox(email: str, same: str) -> None:
    assert mailbox(email) == mailbox(same)


@pytest.mark.parametrize(
    ("email", "other"),
    [("a.da@acme.com", "ada@acme.com"), ("ada@hotmail.com", "ada@live.com"),
     ("ada@gmail.com", "ada@acme.com")],
)  # fmt: skip
def test_two_mailboxes(email: str, other: str) -> None:
    assert mailbox(email) != mailbox(other)


def two(one: dict[str, Any], other: dict[str, Any]) -> tuple[Person, Person]:
    return person(1, **one), person(2, **other)


BOB = {"given": "Bob", "family": "Smith", "email": "bob@acme.com"}


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        # Known by more than a name.
        (BOB, {"given": "Robert", "family": "Smith", "email": "rs@acme.com"}, "possible"),
        (BOB | {"phones": ["+4930901820"]},
         {"given": "Robert", "family": "Smyth", "email": "r@acme.com", "phones": ["+4930901820"]},
         "likely"),
        (BOB, {"given": "Smith", "family": "Bob", "email": "bob+x@acme.com"}, "certain"),
        (BOB | {"profiles": ["https://linkedin.com/in/bsm"]},
         {"given": "Bob", "family": "Smith", "email": "b@volta.io",
          "profiles": ["https://linkedin.com/in/bsm"]}, "certain"),
        # One mailbox of many, a father and his son, two accounts, colleagues, a family.
        ({"given": "Ada", "family": "King", "email": "info@acme.com"},
         {"given": "Tor", "family": "Berg", "email": "info+tor@acme.com"}, None),
        (BOB | {"suffix": "Sr"}, BOB | {"email": "bob+jr@acme.com", "suffix": "Jr."}, "likely"),
        (BOB | {"email": "bobsmith1@gmail.com"}, BOB | {"email": "bobsmith2@gmail.com"},
         "possible"),
        ({"given": "John", "family": "Smith", "email": "jsmith@acme.com"},
         {"given": "Paul", "family": "Smith", "email": "psmith@acme.com"}, None),
        ({"given": "Mia", "family": "Berg", "email": "mia@berg.se", "phones": ["+4681234567"]},
         {"given": "Tor", "family": "Berg", "email": "tor@berg.se", "phones": ["+4681234567"]},
         None),
    ],
)  # fmt: skip
def test_who_may_be_one(one: dict[str, Any], other: dict[str, Any], verdict: str | None) -> None:
    found = compare(*two(one, other))
    assert (found.verdict if found else None) == verdict, found


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({"company": "Firma35", "firm": "a"}, {"company": "Firma1", "firm": "b"},
         "Company: the same domain"),
        ({"company": "Firma35", "firm": "a"}, {}, "Company: the same domain"),
        ({"company": "Firma GmbH", "firm": "a"}, {"company": "Firma", "firm": "b"},
         "Company: the same"),
        ({"company": "Firma1", "firm": "a"}, {"company": "Firma1", "firm": "a"},
         "Company: the same"),
    ],
)  # fmt: skip
def test_a_company_is_the_same_where_that_is_seen(
    one: dict[str, Any], other: dict[str, Any], told: str
) -> None:
    """People of one domain may have companies of two names, which nobody reads as the same."""
    found = compare(*two(BOB | one, BOB | {"email": "bs@acme.com"} | other))
    assert found
    said = [words({"field": why.field, "level": why.level}) for why in found.reasons]
    assert [word for word in said if word.startswith("Company")] == [told]
    weight = next(why.weight for why in found.reasons if why.field == "company")
    assert weight == WEIGHTS["company"]["same"], "It speaks for one person as much"


def test_what_is_merged_unseen_is_right() -> None:
    """Families, namesakes at one company, shared phones and mailboxes; and people who are there
    twice."""
    people, truth = invented(3_000)
    told = judged(people, truth)
    assert told.certain > 100
    assert told.certain_wrong == 0, told
    assert told.right / told.there > 0.9, told
    assert len(find(people[:1])) == 0
