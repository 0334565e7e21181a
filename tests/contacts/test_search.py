"""A search finds people by a part of a word and in spite of a typing error, from the moment they
are written (S3-20, G-32, G-36)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from uuid import UUID

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from nimbus import clock
from nimbus.contacts import vocabulary
from nimbus.contacts.paging import SORTS
from nimbus.contacts.read import ContactList, Reading
from nimbus.contacts.vocabulary import _swapped
from nimbus.db.door import Tx
from nimbus.operations.erasing import Person
from tests.conftest import World
from tests.contacts.contact_rows import add_company, add_contact

PEOPLE = {
    "Łukasz Wiśniewski": ("lukasz.wisniewski@kowalstwo.example", "+48221234567", "Kowalstwo"),
    "Dorothea Zimmermann": ("d.zimmermann@stahlwerk.example", "+493012345678", "Stahlwerk Süd"),
    "François Beauchamp": ("fbeauchamp@verrerie.example", "+33145678901", "Verrerie Générale"),
    "Siobhán O’Callaghan": ("siobhan@tidewater.example", "+35314567890", "Tidewater Lending"),
    "Nguyễn Thị Hương": ("huong.nguyen@lotusflow.example", "+842438251234", "Lotusflow"),
    "Björn Håkansson": ("bjorn@fjallraven.example", "+46812345678", "Fjällgruppen"),
}  # fmt: skip


def _add_people(tx: Tx) -> dict[str, UUID]:
    return {
        name: add_contact(
            tx, full_name=name, email=email, phone_e164=phone,
            company_id=add_company(tx, name=company, domain=email.partition("@")[2]),
        )
        for name, (email, phone, company) in PEOPLE.items()
    }  # fmt: skip


def _mistyped(word: str, chance: Random) -> Iterator[str]:
    """The word with each kind of error, at a place taken by chance."""
    at = chance.randrange(len(word) - 1)
    yield word[:at] + word[at + 1 :]
    yield word[:at] + "q" + word[at:]
    yield word[:at] + "q" + word[at + 1 :]
    yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _queries(chance: Random) -> Iterator[tuple[str, str]]:
    """What somebody types who looks for each of the people."""
    for name, (email, phone, company) in PEOPLE.items():
        words = [*name.split(), email.partition("@")[0], email, company.split()[0]]
        for word in (word for word in words if len(word) >= 5):
            yield name, word.upper()
            yield name, word[: len(word) // 2]
            yield name, word[2:]
            yield name, word[1:-1]
            if "." not in word:  # In a part of two letters an error leaves nothing to go by.
                for wrong in _mistyped(word.lower(), chance):
                    yield name, wrong
        yield name, phone
        yield name, f"00{phone[1:4]} {phone[4:7]}/{phone[7:]}"
        yield name, phone[-7:]


def _found(tx: Tx, search: str) -> set[UUID]:
    reading = Reading(tx, ContactList(search=search))
    page = reading.page(50)
    ids = {row["id"] for row in page.rows}
    assert reading.count(page).value == len(ids)
    return ids


def test_people_are_found_by_what_somebody_types(world: World) -> None:
    """Before their words are learnt, and after."""
    queries = list(_queries(Random(7)))
    assert len(queries) > 200
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        people = _add_people(tx)
        for learnt in (False, True):
            if learnt:
                assert not vocabulary.learn_some(tx)
                assert tx.value("select count(*) from search_word") > 20
                tx.run("update search_learnt set upto = %s", [tx.now + timedelta(days=1)])
            missed = [(who, what) for who, what in queries if people[who] not in _found(tx, what)]
            assert not missed, missed
            assert _found(tx, "ocallaghan") == {people["Siobhán O’Callaghan"]}
            assert _found(tx, "callaghan zimmermann") == set()
            assert _found(tx, "zqmmermqnn") == set()  # Two errors are not one.
            assert _found(tx, "zimm") == {people["Dorothea Zimmermann"]}
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert _found(tx, "immermann") == set()


def test_who_finds_enough_is_not_helped(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        for number in range(50):
            add_contact(tx, full_name=f"Martin Nr{number}")
        marten = add_contact(tx, full_name="Marten Alone")
        assert marten not in _found(tx, "martin")
        assert _found(tx, "marten alone") == {marten}
        assert marten in _found(tx, "arten")


def test_words_are_learnt_in_steps_and_forgotten(world: World) -> None:
    workspace = world.alice.who.workspace_id
    begun = clock.now()
    with world.door.workspace(workspace) as tx:
        people = _add_people(tx)
        words = tx.value("select count(*) from search_word")
        assert words == 0
    world.work()
    with world.door.workspace(workspace) as tx:
        while vocabulary.learn_some(tx):
            pass
        known = set(tx.column("select word from search_word"))
        assert {"zimmermann", "dorothea", "stahlwerk", "kowalstwo"} <= known
        assert not any(word.isdecimal() for word in known)
        # What a transaction that began earlier commits late is learnt all the same.
        upto = tx.value("select upto from search_learnt")
        assert begun - vocabulary.LATE <= upto + vocabulary.LATE
        gone = people["Dorothea Zimmermann"]
        vocabulary.erase(tx, Person((gone,), (), ()))
        left = set(tx.column("select word from search_word"))
        assert known - left == {"dorothea", "zimmermann"}
        tx.run("delete from contact where id = %s", [people["Björn Håkansson"]])
        assert vocabulary.forget(tx) >= 2
        assert "bjorn" not in tx.column("select word from search_word")
    with time_machine.travel(begun + timedelta(hours=1)), world.door.workspace(workspace) as tx:
        assert not vocabulary.learn_some(tx)


def test_whole_words_come_first_page_by_page(world: World) -> None:
    """Forth and back again, whatever was made first."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        whole = [add_contact(tx, full_name=f"Ann Nr{number}") for number in range(5)]
        more = [add_contact(tx, full_name=f"Annika Nr{number}") for number in range(6)]
        reading = Reading(tx, ContactList(search="ann"))
        expected = [*reversed(whole), *reversed(more)]
        page, seen, pages = reading.page(3), [], []
        while True:
            pages.append([row["id"] for row in page.rows])
            seen += pages[-1]
            if page.next is None:
                break
            page = reading.page(3, page.next)
        assert seen == expected
        for before in reversed(pages[:-1]):
            assert page.previous
            page = reading.page(3, page.previous)
            assert [row["id"] for row in page.rows] == before
        by_name = Reading(tx, ContactList(search="ann", sort=SORTS["name_asc"])).page(50)
        assert [row["full_name"] for row in by_name.rows][:2] == ["Ann Nr0", "Ann Nr1"]


def test_a_corrected_word_is_a_whole_one(world: World) -> None:
    """“Anna” may be meant as “Ana”, but not as the “Analytics” of a company; whoever is called what
    was typed comes first, then whoever's name begins so."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        whole = add_contact(tx, full_name="Anna Olsen")
        begun = add_contact(tx, full_name="Annabel Roth")
        wide = add_company(tx, name="Grove Reef Analytics")
        add_contact(tx, full_name="Jan Cruz", company_id=wide)
        within = add_contact(tx, full_name="Eva Lind", company_id=add_company(tx, name="Hannah Co"))
        mended = add_contact(tx, full_name="Ana Prat")
        works = add_contact(tx, full_name="Ove Dahl", company_id=add_company(tx, name="Casa-Ana"))
        for learnt in (False, True):
            if learnt:
                vocabulary.learn_some(tx)
            page = Reading(tx, ContactList(search="anna")).page(50)
            assert [row["id"] for row in page.rows] == [whole, begun, works, mended, within]


@given(st.text("abc", min_size=2, max_size=6))
def test_swapped_letters(word: str) -> None:
    for other in _swapped(word):
        assert other != word
        assert sorted(other) == sorted(word)
        assert sum(a != b for a, b in zip(word, other, strict=True)) == 2
