"""What a list leaves out: filters, the trash, an import, a search (S0-10, S3-17 … S3-21)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from nimbus.contacts.read import ContactList, Reading
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.filters import Not, Params, Source, compile, evaluate, parse
from nimbus.problems import Problem
from tests.conftest import World
from tests.contacts.contact_rows import add_company, add_contact, add_crowd, add_import

TREES: list[Any] = [
    {"field": "icp_tier", "op": "in", "value": ["A", "B"]},
    {"field": "tags", "op": "eq", "value": "vip"},
    {"field": "tags", "op": "has_all", "value": ["vip", "emea"]},
    {"not": {"field": "title", "op": "contains", "value": "100%"}},
    {"field": "title", "op": "is_empty"},
    {"field": "company.industry", "op": "eq", "value": "software"},
    {"not": {"field": "company.employee_count", "op": "gte", "value": 100}},
    {"and": [{"field": "lead_score", "op": "gte", "value": 50},
             {"field": "country", "op": "ne", "value": "US"}]},
    {"or": [{"field": "seniority", "op": "eq", "value": "vp"},
            {"field": "company.employee_count", "op": "is_empty"}]},
    {"field": "is_deleted", "op": "is_false"},
]  # fmt: skip


def found(tx: Tx, asked: ContactList) -> set[UUID]:
    """Everybody on the list, and the count agrees (G-28)."""
    reading = Reading(tx, asked)
    page = reading.page(200)
    assert reading.count(page).value == len(page.rows)
    return {row["id"] for row in page.rows}


def test_a_list_is_what_its_filter_means(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_crowd(tx, 120, seed=1)
        rows = tx.rows(
            "select c.*, k.industry as company_industry, k.employee_count as "
            "company_employee_count from contact c left join company k on k.id = c.company_id"
        )
        for tree in TREES:
            filter = parse(tree, catalogue(tx))
            expected = {row["id"] for row in rows if evaluate(filter, row, tx.now)}
            assert found(tx, ContactList(filter)) == expected, tree


def test_domains_are_found_from_their_end(world: World) -> None:
    hosts = ("acme.com", "mail.acme.com", "notacme.com", "acme.com.test", "acme_com.de")
    here, beneath = "acme.com", {"field": "email_domain", "op": "ends_with", "value": ".ACME.com"}
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        for host in hosts:
            add_contact(tx, email=f"bo@{host}")
        rows = tx.rows("select * from contact")
        for tree in (
            {"field": "email_domain", "op": "eq", "value": here},
            {"field": "email_domain", "op": "ne", "value": here},
            {"field": "email_domain", "op": "in", "value": [here, hosts[1]]},
            {"field": "email_domain", "op": "ends_with", "value": "_com.de"},
            {"or": [beneath, {"field": "email_domain", "op": "eq", "value": here}]},
        ):
            filter = parse(tree, catalogue(tx))
            expected = {row["id"] for row in rows if evaluate(filter, row, tx.now)}
            assert found(tx, ContactList(filter)) == expected, tree
        # As the index of migration 0052 has them.
        asked = compile(filter, Source("c", table=True), Params(tx.now)).as_string(None)
        assert asked.count('reverse("c"."email_domain")') == 2


def test_the_trash_is_a_list_of_its_own(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        live, gone = add_contact(tx), add_contact(tx, is_deleted=True)
        assert found(tx, ContactList(shown="live")) == {live}
        assert found(tx, ContactList(shown="deleted")) == {gone}
        assert found(tx, ContactList(shown="all")) == {live, gone}


def test_an_import_narrows_to_what_it_made(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        mine, _ = add_contact(tx), add_contact(tx)
        imported = add_import(tx, world.alice.client.id, "Q2.csv", [mine])
        asked = {"field": "import", "op": "eq", "value": ids.show("imp", imported)}
        assert found(tx, ContactList(parse(asked, catalogue(tx)))) == {mine}
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        add_contact(tx)
        with pytest.raises(Problem, match="There is no import"):
            parse(asked, catalogue(tx))


SEARCHES = (
    ("sofia", True),
    ("SOFÍA", True),
    ("ortega sofia", True),
    ("sofia nobody", False),
    ("sofia.ortega@northwind.example", True),
    ("head of growth", True),
    ("societe", True),
    ("northwind.exam", True),
    ("sofia societe", True),
    ("+44 (20) 7946-0958", True),
    ("020 7946 0958", True),
    ("79460958", True),
    ("7946 0959", False),
    ("or", True),
    ("te", False),
    ("100%", True),
    ("10_%", False),
    ("王", True),
    ("bob", True),
    ("fundraising", True),
    ("o'brien", True),
    ("&", False),
    ("& sofia", True),
    ("\0", True),
    ("", True),
)


def test_every_word_is_found_somewhere(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = add_company(tx, name="Société Générale", domain="northwind.example")
        sofia = add_contact(
            tx, full_name="Sofía “Bob” Ortega O’Brien 小王",
            email="sofia.ortega@northwind.example", title="Head of Growth&Fundraising 100%",
            phone_e164="+442079460958", company_id=company,
        )  # fmt: skip
        for search, finds in SEARCHES:
            assert found(tx, ContactList(search=search)) == ({sofia} if finds else set()), search


@pytest.mark.parametrize("search", ["münchen.example", "JO@München.Example", "xn--mnchen-3ya.ex"])
def test_a_domain_in_another_script_is_found_as_typed(world: World, search: str) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        jo = add_contact(tx, full_name="Jo", email="jo@xn--mnchen-3ya.example")
        assert found(tx, ContactList(search=search)) == {jo}


def test_too_many_words_are_refused(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        with pytest.raises(Problem) as refused:
            found(tx, ContactList(search="a b c d e f g h i"))
        assert refused.value.field == "search"


def test_a_word_that_means_very_many_companies(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("nimbus.contacts.search.LISTED_COMPANIES", 1)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        people = {
            add_contact(tx, company_id=add_company(tx, name=f"Orchid {number}"))
            for number in range(3)
        }
        add_contact(tx, company_id=add_company(tx, name="Acorn"))
        assert found(tx, ContactList(search="orchid")) == people


def test_a_technology_is_found_however_it_is_written(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        fields = catalogue(tx)
        people = {
            add_contact(tx, company_id=add_company(tx, tech_stack=stack))
            for stack in (["AWS", "Python"], ["aws", "python"])
        }
        add_contact(tx, company_id=add_company(tx, tech_stack=["Awsome"]))
        leaf = {"field": "company.tech_stack"}
        for op, value in (("eq", "AWS"), ("eq", "aws"), ("contains", "Aws"),
                          ("in", ["aWS", "x"]), ("has_all", ["PYTHON", "aws"])):  # fmt: skip
            asked = parse({**leaf, "op": op, "value": value}, fields)
            assert found(tx, ContactList(asked)) == people, (op, value)
            assert len(found(tx, ContactList(Not(asked)))) == 1
        # Under row-level security its index serves only what is marked as leakproof.
        assert tx.value("select proleakproof from pg_proc where proname = 'folded'")


def test_row_level_security_lets_the_index_of_email_domains_be_used(world: World) -> None:
    """Of few contacts the planner takes any index: with 300,000 it read them all for want of it."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value(
            "select proleakproof from pg_proc where oid = 'reverse(text)'::regprocedure"
        )
