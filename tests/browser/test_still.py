"""What comes by itself moves nothing of what one is about to click."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.serving import Site


def test_what_comes_by_itself_has_its_room(page: Page, site: Site) -> None:
    key = {"Authorization": f"Bearer {site.another('Still').key}"}
    body = {"email": "ada@still.example", "first_name": "Ada"}
    made = page.request.post("/api/v1/contacts/", data=body, headers=key)
    assert made.ok, made.text()
    log_in(page, "still@other.test")

    # The two signs of jobs/button.html: while jobs run, and once they are over.
    links = page.locator(".pager-links")
    expect(links).to_be_visible()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        places = [
            page.evaluate(
                "signs => { document.getElementById('jobs').innerHTML = signs;"
                " const at = document.querySelector('.pager-links').getBoundingClientRect();"
                " return [at.x, at.y]; }",
                f'<button id="jobs-open"></button>{beside}',
            )
            for beside in ("", '<button id="jobs-read"></button>')
        ]
        assert places[0] == places[1], width

    # What a tag will be called, beneath the field in which it is typed.
    page.goto("/settings/tags/new")
    button = page.get_by_role("button", name="Add tag", exact=True)
    before = button.bounding_box()
    page.get_by_label("Name", exact=True).press_sequentially("Hot Lead")
    expect(page.locator(".called")).to_contain_text("hot_lead")
    assert button.bounding_box() == before
