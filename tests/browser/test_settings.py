"""The settings as an administrator uses them: a key that works, a webhook sent again, and somebody
invited who may look and no more."""

from __future__ import annotations

import html
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, BrowserContext, Page, expect

from nimbus import rooms
from nimbus.access import scopes_of
from nimbus.web.route import SCOPE, PageRouter
from tests.browser.test_journey import look
from tests.pages import Answer, walk
from tests.serving import Site
from tests.webhooks.receiver import Receiver, receiver

FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
POST = re.compile(r'\bhx-post="([^"]+)"')


@pytest.fixture
def here() -> Iterator[Receiver]:
    with receiver() as opened:
        yield opened


@pytest.fixture
def elsewhere(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Another browser, in which nobody is logged in."""
    opened = browser.new_context(base_url=site.url, reduced_motion="reduce")
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def write(site: Site, email: str) -> None:
    made = subprocess.run(
        ["curl", "-sf", "-H", f"Authorization: Bearer {site.key}", "--json",
         json.dumps({"email": email}), f"{site.url}/api/v1/contacts/"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(made.stdout)["email"] == email


def test_options_of_a_field_are_put_in_order(sales: Page) -> None:
    """By dragging, and by the arrows; both are on the form alone until it is saved."""
    page = sales
    page.goto("/settings/fields")
    page.locator("#f-label").fill("Shirt")
    page.locator("#f-field_type").select_option("dropdown")
    page.locator("#f-options").fill("Small\nMiddle\nLarge")
    page.get_by_role("button", name="Add field").click()
    page.get_by_role("link", name="Shirt", exact=True).click()
    lines = page.locator("input[name=option]")

    def order() -> list[str]:
        return [line.input_value() for line in lines.all()]

    page.locator(".is-option .grip").last.drag_to(
        page.locator(".is-option").first, target_position={"x": 60, "y": 4}
    )
    until(lambda: order() == ["Large", "Small", "Middle"])
    look(page, "field-options")
    up = page.get_by_role("button", name="Move Middle up")
    up.focus()
    page.keyboard.press("Enter")
    until(lambda: order() == ["Large", "Middle", "Small"])
    expect(up).to_be_focused()
    page.get_by_label("Middle", exact=True).fill("Medium")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("“Shirt” was changed")).to_be_visible()
    page.get_by_role("link", name="Shirt", exact=True).click()
    until(lambda: order() == ["Large", "Medium", "Small"])


def test_a_key_is_made_and_used_as_it_is_pasted(sales: Page) -> None:
    page = sales
    page.goto("/settings/keys")
    page.get_by_label("Name").fill("Nightly sync")
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_text("Copy the key now")).to_be_visible()
    look(page, "key-made")
    curl = page.locator("#curl").inner_text()
    told = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout)["key"]["name"] == "Nightly sync"
    key = page.locator("#key").inner_text()
    page.reload()
    assert key not in page.content()
    page.get_by_role("link", name="Nightly sync", exact=True).click()
    expect(page.get_by_text("just now").first).to_be_visible()
    page.get_by_role("link", name="Revoke…").click()
    page.get_by_role("button", name="Revoke the key").click()
    page.wait_for_url("**/settings/keys?saved=revoked")
    told = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout)["error"]["code"] == "authentication_required"


def test_a_webhook_is_added_tried_and_sent_again(sales: Page, site: Site, here: Receiver) -> None:
    page = sales
    page.goto("/settings/webhooks")
    page.get_by_role("link", name="Add a webhook").first.click()
    page.get_by_label("Address of your endpoint").fill(here.url)
    page.get_by_role("button", name="Add webhook").click()
    secret = page.locator("#signing-secret").inner_text()
    look(page, "webhook-secret")
    page.get_by_role("button", name="Send a test event").click()
    expect(page.get_by_text("Delivered", exact=True)).to_be_visible()
    look(page, "webhook-delivery")
    here.verify(secret)

    # One that the endpoint has taken, and lost: sent again under the same id.
    write(site, "told@webhooks.example")
    until(lambda: len(here.got) == 2)
    page.get_by_role("link", name="Deliveries").click()
    assert secret not in page.content()
    page.get_by_role("link", name="contact.created").first.click()
    expect(page.get_by_text("Delivered", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    until(lambda: len(here.got) == 3)
    assert here.got[2].id == here.got[1].id
    assert here.got[2].body == here.got[1].body

    # All of a stretch of time.
    page.get_by_role("link", name="Deliveries").click()
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("2 events are sent again")).to_be_visible()
    until(lambda: len(here.got) == 5)
    assert set(here.times.values()) == {2, 3}
    assert here.verify(secret) == 5
    look(page, "webhook-log")

    # Paused, it is told nothing.
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    write(site, "untold@webhooks.example")
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete the webhook").click()
    page.wait_for_url("**/settings/webhooks?saved=deleted")
    assert len(here.got) == 5


def test_whoever_is_invited_as_a_viewer_can_change_nothing(
    sales: Page, site: Site, elsewhere: BrowserContext
) -> None:
    write(site, "seen@viewer.example")
    page = sales
    page.goto("/settings/people")
    page.get_by_label("Email").fill("viewer@acme.test")
    page.get_by_label("Role", exact=True).select_option("viewer")
    page.get_by_role("button", name="Make an invitation").click()
    link = page.locator("#link").inner_text()

    guest = elsewhere.new_page()
    guest.goto(link)
    guest.get_by_label("Your name").fill("Vera")
    guest.get_by_label("Password").fill("a long enough password")
    guest.get_by_role("button", name="Join Acme").click()
    guest.wait_for_url(re.compile(r":\d+/$"))
    guest.goto("/contacts")
    expect(guest.get_by_role("link", name="seen@viewer.example")).to_be_visible()
    expect(guest.get_by_role("link", name=re.compile(r"^(Import|Add)\b"))).to_have_count(0)
    look(guest, "viewer")

    texts = []

    def read(address: str) -> Answer:
        answer = elsewhere.request.get(address)
        kind = answer.headers.get("content-type", "")
        texts.append(answer.text() if "text/html" in kind else "")
        return Answer(answer.status, kind, texts[-1])

    # No link leads to a refusal, and no button does.
    assert walk(read, "/contacts").broken == {}
    posted = {html.unescape(found) for text in texts for found in POST.findall(text)}
    posted |= {
        html.unescape(action)
        for text in texts for action, inner in FORM.findall(text) if "<button" in inner
    }  # fmt: skip
    assert posted
    assert sorted(f"{one}: {need}" for one in posted if (need := lacking(one))) == []

    for tried in ("/settings/keys", "/settings/webhooks", "/contacts/import"):
        answer = guest.goto(tried)
        assert answer
        assert answer.status == 403, tried
        expect(guest.get_by_role("heading", level=1)).to_be_visible()
    form = {"name": "Mine now"}
    same = {"sec-fetch-site": "same-origin"}
    for path in ("/settings/workspace", "/settings/people", "/segments", "/settings/fields"):
        refused = elsewhere.request.post(path, form=form, headers=same)
        assert refused.status == 403, path


def lacking(address: str) -> str | None:
    """The scope of a form that a viewer has not."""
    path = address.partition("?")[0]
    scopes: list[str] = [
        (route.openapi_extra or {})[SCOPE]
        for router in rooms.routers() if isinstance(router, PageRouter)
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
        and route.path_regex.match(path)
    ]  # fmt: skip
    return next((one for one in scopes[:1] if one not in scopes_of("viewer")), None)
