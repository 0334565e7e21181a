"""Companies as people see and edit them (S0-07, S0-26, S0-27)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.conftest import Person, World


@pytest.fixture
def acme(http: TestClient, world: World) -> str:
    """The address of a company of twelve; there is another of one."""
    for domain, people in (("acme-example.com", 12), ("small-example.com", 1)):
        body = {"contacts": [{"email": f"p{i}@{domain}", "last_name": f"P{i}",
                              "company_domain": domain} for i in range(people)]}  # fmt: skip
        answer = http.post("/api/v1/contacts/bulk/", json=body, headers=world.alice.headers)
        assert answer.status_code == 200, answer.text
    found = http.get(
        "/api/v1/companies/?domain=acme-example.com", headers=world.alice.headers
    ).json()
    return f"/companies/{found['data'][0]['id']}"


def test_companies_are_listed_searched_and_sorted_by_their_people(
    acme: str, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    browser = browser_of(world.alice)
    listed = browser.get("/companies?sort=people_desc").text
    assert listed.index("acme-example.com") < listed.index("small-example.com")
    assert "1–2 of 2" in listed
    assert ">12</td>" in listed
    newest = browser.get("/companies").text
    assert newest.index("small-example.com") < newest.index("acme-example.com")
    assert "acme-example.com" not in browser.get("/companies?q=small").text
    assert "Nothing found" in browser.get("/companies?q=nowhere").text
    assert browser.get("/companies?cursor=none").status_code == 400
    assert "acme-example.com" not in browser_of(world.charlie).get("/companies").text


def test_a_company_shows_its_people_and_is_edited_where_it_stands(
    acme: str, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    browser = browser_of(world.alice)
    page = browser.get(acme).text
    assert "12 contacts" in page
    contact = re.search(r'href="(/contacts/cont_\w+)"', page)
    assert contact
    assert f'href="{acme}"' in browser.get(contact[1]).text

    # Twelve people are asked about before the change; then it shows with all of them.
    form = f"{acme}/fields/company.industry"
    assert "all of its 12 contacts" in browser.get(form).text
    sent = {"v.company.industry": "Robots", "at": "details"}
    asked = browser.post(form, data=sent)
    assert "Change it for 12 contacts" in asked.text
    assert "Robots" not in browser.get(acme).text
    saved = browser.post(form, data={**sent, "confirmed": "12"}, follow_redirects=True)
    assert "Robots" in saved.text
    assert "was changed" in saved.text
    assert "Robots" in browser.get(f"{contact[1]}?tab=details").text
    undo = re.search(r'action="(/operations/op_\w+/undo)"', saved.text)
    assert undo
    browser.post(undo[1])
    assert "Robots" not in browser.get(acme).text

    # A wrong value is told at its field; what is no field of a company has no form.
    wrong = browser.post(f"{acme}/fields/company.employee_count", data={
        "v.company.employee_count": "many", "confirmed": "12"})  # fmt: skip
    assert wrong.status_code == 400
    assert 'aria-invalid="true"' in wrong.text
    assert browser.get(f"{acme}/fields/title").status_code == 404

    bob = browser_of(world.bob)
    assert "12 contacts" in bob.get(acme).text
    assert f"{acme}/fields" not in bob.get(acme).text
    assert bob.post(form, data=sent).status_code == 403
    assert browser_of(world.charlie).get(acme).status_code == 404


def test_a_company_shows_all_of_its_people_a_page_at_a_time(
    http: TestClient, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    body = {"contacts": [{"email": f"p{i}@many-example.com", "company_domain": "many-example.com"}
                         for i in range(30)]}  # fmt: skip
    http.post("/api/v1/contacts/bulk/", json=body, headers=world.alice.headers)
    (found,) = http.get("/api/v1/companies/", headers=world.alice.headers).json()["data"]
    browser = browser_of(world.alice)
    first = browser.get(f"/companies/{found['id']}").text
    assert "1–25 of 30" in first
    assert "Show 30 contacts" in first
    following = re.search(r'href="([^"]*cursor=[^"]*)" rel="next"', first)
    assert following
    second = browser.get(html.unescape(following[1])).text
    assert "26–30 of 30" in second
    shown = [set(re.findall(r"p\d+@many-example\.com", page)) for page in (first, second)]
    assert len(shown[0]) == 25
    assert len(shown[0] | shown[1]) == 30


def test_a_company_is_added_by_hand(
    world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    browser = browser_of(world.alice)
    assert 'href="/companies/new"' in browser.get("/companies").text
    assert 'name="domain"' in browser.get("/companies/new").text
    sent = {"name": "Northwind Ltd", "domain": "northwind-example.com", "employee_count": "350",
            "tech_stack": "Python, PostgreSQL"}  # fmt: skip
    added = browser.post("/companies/new", data=sent, follow_redirects=True)
    assert "Northwind Ltd was added" in added.text
    for word in ("350", "PostgreSQL", "northwind-example.com"):
        assert word in added.text

    # What is wrong is told at its field, and nothing typed is lost.
    wrong = browser.post("/companies/new", data={"name": "Blue", "employee_count": "some"})
    assert wrong.status_code == 400
    assert 'aria-invalid="true"' in wrong.text
    assert 'value="Blue"' in wrong.text
    assert "needs a domain or a name" in browser.post("/companies/new", data={}).text

    # One that is here already is only written into where that is meant.
    again = {"domain": "Northwind-example.com", "industry": "Robots"}
    there = browser.post("/companies/new", data=again)
    assert there.status_code == 409
    assert "is here already" in there.text
    assert "Robots" not in browser.get(added.url.path).text
    into = browser.post("/companies/new", data={**again, "into": "1"}, follow_redirects=True)
    assert into.url.path == added.url.path
    assert "Robots" in into.text
    assert "was changed" in into.text

    bob = browser_of(world.bob)
    assert 'href="/companies/new"' not in bob.get("/companies").text
    assert bob.get("/companies/new").status_code == 403
    assert bob.post("/companies/new", data=sent).status_code == 403
    charlie = browser_of(world.charlie)
    assert charlie.post("/companies/new", data=sent).status_code == 303


def test_a_company_is_deleted_with_what_uses_it_told_before_and_comes_back(
    acme: str, world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    browser = browser_of(world.alice)
    assert f'href="{acme}/deletion"' in browser.get(acme).text
    assert "12 contacts" in browser.get(f"{acme}/deletion").text

    gone = browser.post(f"{acme}/deletion", follow_redirects=True)
    assert gone.url.path == "/companies"
    assert "acme-example.com was deleted" in gone.text
    assert browser.get(acme).status_code == 404
    undo = re.search(r'action="(/operations/op_\w+/undo)"', gone.text)
    assert undo
    browser.post(undo[1])
    assert "12 contacts" in browser.get(acme).text

    bob = browser_of(world.bob)
    assert f"{acme}/deletion" not in bob.get(acme).text
    assert bob.get(f"{acme}/deletion").status_code == 403
    assert bob.post(f"{acme}/deletion").status_code == 403
    assert "was deleted" not in bob.get(f"/companies?{gone.url.query.decode()}").text
    charlie = browser_of(world.charlie)
    assert charlie.get(f"{acme}/deletion").status_code == 404
    assert charlie.post(f"{acme}/deletion").status_code == 404
