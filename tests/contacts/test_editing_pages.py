"""Editing a contact where it stands, without a browser (S0-24 … S0-28, S0-81 … S0-83, G-41)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.access import ROLES
from nimbus.fields.write import NewField, create
from tests.conftest import World
from tests.contacts.editing import Api, person

HTMX = {"hx-request": "true"}


def text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


class Page:
    """The forms of one contact, as Alice uses them."""

    def __init__(self, api: Api, browser: TestClient, name: str) -> None:
        self.api, self.browser, self.name = api, browser, name
        self.here = f"/contacts/{api.ids[name]}"

    def form(self, key: str, **more: Any) -> str:
        answer = self.browser.get(f"{self.here}/fields/{key}", **more)
        assert answer.status_code == 200, answer.text
        return answer.text

    def seen(self, key: str) -> str:
        found = re.search(r'name="seen" value="([^"]*)"', self.form(key))
        assert found
        return unescape(found[1])

    def save(self, key: str, status: int = 200, **values: Any) -> str:
        plain = {"at", "seen", "confirmed", "client_id"}
        data = {name if name in plain else f"v.{name}": value for name, value in values.items()}
        answer = self.browser.post(f"{self.here}/fields/{key}", data=data, headers=HTMX)
        assert answer.status_code == status, answer.text
        return answer.text

    @property
    def now(self) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get(self.name)
        return found


@pytest.fixture
def ada(http: TestClient, world: World, browser_of: Any) -> Page:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        create(tx, world.alice.who, NewField("Plan", "multi_select", "plan", ["Gold", "Tin, raw"]))
        create(tx, world.alice.who, NewField("Seats", "number", "seats"))
        create(tx, world.alice.who, NewField("Since", "date", "since"))
        create(tx, world.alice.who, NewField("Reference", "boolean", "reference"))
    api = Api(http, world)
    return Page(api, browser_of(world.alice), "ada")


def test_each_type_is_asked_for_and_saved_in_its_own_way(ada: Page, world: World) -> None:
    assert "<textarea" not in ada.form("title")
    assert re.search(r'<input type="date"[^>]* name="v.custom.since"', ada.form("custom.since"))
    assert re.search(r'<input type="number"[^>]* name="v.custom.seats"', ada.form("custom.seats"))
    assert '<option value="decision_maker"' in ada.form("role")
    assert f'<option value="{person(world.bob)}">' in ada.form("owner_id")
    assert "<datalist" in ada.form("tags")
    answer = ada.save("title", title="Chief Officer", at="details")
    assert "Job title of Ada King was changed" in answer
    assert re.search(r'action="/operations/op_\w{26}/undo"', answer)
    ada.save("custom.seats", **{"custom.seats": "12"})
    ada.save("custom.since", **{"custom.since": "2026-02-03"})
    ada.save("custom.reference", **{"custom.reference": "true"})
    ada.save("custom.plan", **{"custom.plan": ["", "Tin, raw", "Gold"]})
    ada.save("owner_id", owner_id=person(world.bob))
    ada.save("tags", tags=["", "vip", "new one, another"])
    found = ada.now
    assert found["title"] == "Chief Officer"
    assert found["custom_fields"] == {
        "seats": 12, "since": "2026-02-03", "reference": True, "plan": ["Tin, raw", "Gold"],
    }  # fmt: skip
    assert found["tags"] == ["vip", "new_one", "another"]
    assert found["owner_id"] == person(world.bob)
    # A blank clears; what is wrong is said at the field, and what was typed stays.
    ada.save("tags", tags="")
    ada.save("custom.plan", **{"custom.plan": ""})
    assert ada.now["tags"] == []
    assert "plan" not in ada.now["custom_fields"]
    wrong = ada.save("custom.since", 400, **{"custom.since": "soon"})
    assert re.search(r'aria-invalid="true"[^>]* value="soon"', wrong)
    assert "is not a" in text(wrong)
    # In the list only the cells of the row come back.
    row = ada.save("name", first_name="Adah", last_name="King", at="row")
    assert "Adah King" in row
    assert 'id="about"' not in row
    assert ada.now["full_name"] == "Adah King"
    # Without script the way is the same, and the message has its Undo.
    led = ada.browser.post(f"{ada.here}/fields/title", data={"v.title": "COO"})
    assert led.status_code == 303
    assert f'action="/operations/{led.headers["location"].split("=")[1]}/undo"' in (
        ada.browser.get(led.headers["location"]).text
    )
    assert "<html" in ada.form("title")
    assert "<html" not in ada.form("title", headers=HTMX)

    # A consent is loosened with its source alone.
    ada.save("consent", consent_status="opted_out")
    refused = ada.save("consent", 400, consent_status="opted_in")
    assert "say in consent_source" in text(refused)
    ada.save("consent", consent_status="opted_in", consent_source="Signed form",
             consent_date="2026-03-01", gdpr_basis="consent")  # fmt: skip
    found = ada.now
    assert (found["consent_status"], found["consent_source"]) == ("opted_in", "Signed form")
    assert found["consent_date"] == "2026-03-01"


def test_of_the_same_field_both_values_are_told(ada: Page, world: World) -> None:
    seen = ada.seen("title")
    ada.api.patch("ada", {"title": "CTO", "tags": ["x", "y"]})
    # Another field of the state that was seen.
    ada.save("city", city="Rome", seen=seen)
    refused = ada.save("title", 412, title="CEO", seen=seen)
    told = text(refused)
    assert re.search(r"Job title was changed by .+ Yours CEO Theirs CTO As it was Director", told)
    # Each is a value of the same form, which knows the present state now.
    values = re.findall(r'type="radio" name="v.title" value="([^"]*)"', refused)
    assert values == ["CEO", "CTO", "Director of RevOps"]
    found = re.search(r'name="seen" value="([^"]*)"', refused)
    assert found
    ada.save("title", title=values[2], seen=unescape(found[1]))
    assert ada.now["title"] == "Director of RevOps"
    refused = ada.save("tags", 412, tags=["", "z"], seen=seen)
    values = re.findall(r'type="radio" name="v.tags" value="([^"]*)"', refused)
    assert values == ["z", "x; y", "vip"]
    ada.save("tags", tags=values[1])
    assert ada.now["tags"] == ["x", "y"]


def test_a_company_is_changed_for_all_of_its_people(ada: Page, world: World) -> None:
    saved = ada.save("company.industry", **{"company.industry": "Shipping"})
    assert "Company industry of Acme was changed" in saved
    assert ada.api.get("bo")["company"]["industry"] == "Shipping"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        company = tx.value("select company_id from contact where email = 'ada@acme.com'")
        tx.run(
            "insert into contact (workspace_id, email, email_domain, email_key, company_id,"
            " created_at, updated_at) select %s, n || '@acme.com', 'acme.com', uuidv7(), %s, %s, %s"
            " from generate_series(1, 9) as n",
            [tx.workspace_id, company, tx.now, tx.now],
        )
    asked = ada.save("company.industry", **{"company.industry": "Mining"})
    assert "all of its 11 contacts" in text(asked)
    assert ada.api.get("bo")["company"]["industry"] == "Shipping"
    # Nothing is asked where nothing is different, and again where it is more than was said.
    assert "Nothing was different" in ada.save("company.name", **{"company.name": "Acme"})
    ada.save("company.industry", **{"company.industry": "Mining", "confirmed": "10"})
    assert ada.api.get("bo")["company"]["industry"] == "Shipping"
    saved = ada.save("company.industry", **{"company.industry": "Mining", "confirmed": "11"})
    assert ada.api.get("bo")["company"]["industry"] == "Mining"
    undo = re.search(r'action="(/operations/op_\w{26}/undo)"', saved)
    assert undo
    assert ada.browser.post(undo[1], headers=HTMX).status_code == 200
    assert ada.api.get("bo")["company"]["industry"] == "Shipping"
    # To work elsewhere is another matter, of this contact alone.
    ada.save("company", **{"company.domain": "elsewhere.com"})
    assert ada.now["company"]["domain"] == "elsewhere.com"
    assert ada.api.get("bo")["company"]["domain"] == "acme.com"


def test_another_email(ada: Page, world: World, browser_of: Any) -> None:
    ada.save("email", email="new.ada@acme.com")
    assert ada.now["email"] == "new.ada@acme.com"
    taken = ada.save("email", 409, email="bo@acme.com")
    assert "Another contact of this workspace has this email" in text(taken)
    assert f'href="/contacts/{ada.api.ids["bo"]}"' in taken
    # Who else holds an email nobody is told, only until when (D-15); that it was asked is noted.
    answer = ada.api.http.post(
        "/api/v1/contacts/", json={"email": "held@acme.com"}, headers=world.charlie.headers
    )
    assert answer.status_code == 201, answer.text
    refused = ada.save("email", 409, email="held@acme.com")
    assert "assigned to another client until" in text(refused)
    assert "Other" not in text(refused)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(*) from operation where kind = 'registry.ask'") == 1
    # Whoever may correct it does so with a reason, and without the assignment.
    assert f'href="{ada.here}/email?email=held%40acme.com"' in refused
    page = ada.browser.get(f"{ada.here}/email?email=held%40acme.com").text
    assert 'value="held@acme.com"' in page
    without = ada.browser.post(f"{ada.here}/email", data={"email": "held@acme.com"})
    assert (without.status_code, "Say why" in without.text) == (400, True)
    led = ada.browser.post(f"{ada.here}/email", data={"email": "held@acme.com", "why": "A typo"})
    assert led.status_code == 303
    assert (ada.now["email"], ada.now["client_id"]) == ("held@acme.com", None)


def test_who_may_not_edit_sees_no_pencil(ada: Page, world: World, browser_of: Any) -> None:
    assert f'href="{ada.here}/fields/title"' in ada.browser.get(ada.here).text
    assert f'href="{ada.here}/fields/title"' in ada.browser.get("/contacts").text
    bob = browser_of(world.bob)
    for page in (ada.here, "/contacts"):
        html = bob.get(page).text
        assert "Ada King" in html
        assert not re.search(r'href="[^"]*/fields/[^"/]*"', html)
    assert bob.get(f"{ada.here}/fields/title").status_code == 403
    assert "admin:gdpr" not in ROLES["viewer"]
    assert bob.get(f"{ada.here}/fields/title/history").status_code == 200


def test_the_history_of_a_field_and_the_way_back(ada: Page, world: World) -> None:
    ada.save("title", title="CTO")
    ada.api.patch("ada", {"title": "CEO", "custom_fields": {"seats": 3}})
    ada.api.patch("ada", {"custom_fields": {"seats": 5}, "city": "Rome"})
    ada.save("owner_id", owner_id=person(world.bob))

    def history(field: str, **more: Any) -> Any:
        params = {"field": field, **more}
        return ada.api("GET", "ada", "history/", params=params).json()

    told = history("title")
    assert [(one["value"], one["before"], one["through"]) for one in told["data"]] == [
        ("CEO", "CTO", "api"), ("CTO", "Director of RevOps", "web"),
        ("Director of RevOps", None, "api"),
    ]  # fmt: skip
    made = told["data"][-1]
    assert made["source_id"].startswith("imp_")
    assert told["data"][1]["actor"] == "alice"
    assert [one["value"] for one in history("custom.seats")["data"]] == [5, 3, None]
    assert history("owner_id")["data"][0]["value"] == person(world.bob)
    assert history("company.name")["data"][0]["value"] == "Acme"
    first = history("title", page_size=1)
    assert (first["meta"]["has_more"], first["meta"]["total_count"]) == (True, 3)
    following = history("title", page_size=5, cursor=first["meta"]["next_cursor"])
    assert following["data"] == told["data"][1:]
    ada.api("GET", "ada", "history/", status=400, params={"field": "lead_score"})
    page = ada.browser.get(f"{ada.here}/fields/title/history").text
    assert "CEO was CTO" in text(page)
    assert "Director of RevOps from import" in text(page)
    forms = re.findall(
        r'<form method="post" action="(/contacts[^"]*)"(.*?)</form>', page, re.DOTALL
    )
    assert [action for action, _ in forms] == [f"{ada.here}/fields/title"] * 2
    sent = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', forms[1][1]))
    assert sent["v.title"] == "Director of RevOps"
    back = ada.browser.post(
        forms[1][0], data={name: unescape(value) for name, value in sent.items()}, headers=HTMX
    )
    assert "Job title of Ada King was changed" in back.text
    assert ada.now["title"] == "Director of RevOps"

    # By the same rules: another contact has the email now.
    old = ada.now["email"]
    ada.save("email", email="later@acme.com")
    ada.api.patch("bo", {"email": old})
    assert "Another contact of this workspace has this email" in text(
        ada.save("email", 409, email=old, at="back")
    )


def test_what_follows_from_the_title_says_so(ada: Page) -> None:
    """In the message, in the details, and in the history; what somebody wrote says who (F-21)."""
    assert "Seniority Director worked out from the title" in text(
        ada.browser.get(f"{ada.here}?tab=details").text
    )
    told = text(ada.save("title", title="VP Marketing", at="details"))
    assert re.search(
        r"Job title of Ada King was changed, and with it .*Department, Seniority Undo", told
    )
    assert "Seniority Vice president worked out from the title" in told
    past = text(ada.browser.get(f"{ada.here}/fields/seniority/history").text)
    assert "Vice president was Director" in past
    assert "worked out from the title, by alice" in past
    assert "worked out from the title, from import" in past
    ada.save("seniority", seniority="manager")
    assert "Seniority Manager by alice" in text(ada.browser.get(f"{ada.here}?tab=details").text)
    past = text(ada.browser.get(f"{ada.here}/fields/seniority/history").text)
    assert "Manager was Vice president by alice" in past.replace("just now ", "")
