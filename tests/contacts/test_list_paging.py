"""Walking a list page by page: no contact twice, none left out, there and back (G-37)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from nimbus.contacts.paging import SORTS
from nimbus.contacts.read import ContactList, Reading
from nimbus.web import counting
from nimbus.web.paging import Page, Sort
from tests.conftest import World
from tests.contacts.contact_rows import add_contact, add_crowd


@pytest.fixture
def crowd(world: World) -> World:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_crowd(tx, 83, seed=4)
    return world


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return [str(row["id"]) for row in rows]


def walk(reading: Reading, size: int) -> list[Page]:
    pages = [reading.page(size)]
    while pages[-1].next:
        pages.append(reading.page(size, pages[-1].next))
    return pages


def expected(sort: Sort, rows: list[dict[str, Any]]) -> list[str]:
    """The same order in Python: blanks last, equal ones by id."""
    rows = sorted(rows, key=lambda row: row["id"], reverse=sort.id_descending)
    if sort.column is None:
        return keys(rows)
    valued = [row for row in rows if row[sort.column] is not None]
    valued.sort(key=lambda row: row[sort.column], reverse=sort.descending)
    return keys(valued) + keys([row for row in rows if row[sort.column] is None])


def test_every_page_follows_the_one_before(crowd: World) -> None:
    with crowd.door.workspace(crowd.alice.who.workspace_id) as tx:
        for sort, size in itertools.product(SORTS.values(), (5, 50, 100)):
            pages = walk(Reading(tx, ContactList(sort=sort)), size)
            seen = [key for page in pages for key in keys(page.rows)]
            rows = [row for page in pages for row in page.rows]
            assert seen == expected(sort, rows), (sort.key, size)
            assert len(set(seen)) == len(seen) == 83, (sort.key, size)
            assert [page.start for page in pages] == list(range(0, 83, size))


def test_previous_leads_back_the_same_way(crowd: World) -> None:
    with crowd.door.workspace(crowd.alice.who.workspace_id) as tx:
        for sort in SORTS.values():
            reading = Reading(tx, ContactList(sort=sort))
            pages = walk(reading, 9)
            page = pages[-1]
            for before in reversed(pages[:-1]):
                assert page.previous is not None, sort.key
                page = reading.page(9, page.previous)
                assert keys(page.rows) == keys(before.rows), sort.key
                assert page.start == before.start
            assert page.previous is None


def test_rows_that_come_and_go_neither_repeat_nor_hide_others(crowd: World) -> None:
    with crowd.door.workspace(crowd.alice.who.workspace_id) as tx:
        reading = Reading(tx, ContactList())
        stable = [key for page in walk(reading, 83) for key in keys(page.rows)]
        first = reading.page(10)
        add_contact(tx)
        gone = stable.pop(15)
        tx.run("delete from contact where workspace_id = %s and id = %s", [tx.workspace_id, gone])
        seen = keys(first.rows)
        cursor = first.next
        while cursor:
            page = reading.page(10, cursor)
            seen += keys(page.rows)
            cursor = page.next
        assert seen == stable


def test_the_count_is_exact_while_it_is_cheap(crowd: World, monkeypatch: Any) -> None:
    with crowd.door.workspace(crowd.alice.who.workspace_id) as tx:
        reading = Reading(tx, ContactList())
        page = reading.page(10)
        assert reading.count(page) == counting.Count(83, exact=True)
        monkeypatch.setattr(counting, "COUNT_BUDGET", 20)
        estimate = reading.count(page)
        assert not estimate.exact
        assert estimate.value > 20
        monkeypatch.setattr(counting, "COST_BUDGET", 0)
        assert not reading.count(page).exact
        whole = reading.page(100)
        assert reading.count(whole) == counting.Count(83, exact=True)
