"""The page of a contact as a person works on it: a note that mentions somebody, a task, what has
happened by its kind (S0-16, S2-29, S2-32)."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from nimbus.client import Nimbus
from tests.browser.conftest import log_in
from tests.browser.test_journey import look
from tests.serving import Site


def test_a_note_a_task_and_the_timeline(page: Page, site: Site) -> None:
    other = site.another("Notes")
    with Nimbus(site.url, other.key) as nimbus:
        id = nimbus.contacts.create(email="ada@notes.example", first_name="Ada").id
    log_in(page, "notes@other.test", f"/contacts/{id}/timeline")

    # By keyboard alone: @ proposes, Enter takes, Escape leaves what was typed.
    note = page.get_by_label("Note", exact=True)
    note.press_sequentially("Ask @no")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    look(page, "contact-mention")
    note.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    # Above the field; beneath, beside the button, where the top bar would lie over it.
    page.set_viewport_size({"width": 1440, "height": 420})
    note.evaluate("area => area.scrollIntoView()")
    note.press_sequentially("t")
    proposed, button = page.get_by_role("listbox"), page.get_by_role("button", name="Add note")
    lies, pressed, top = (one.bounding_box() for one in (proposed, button, page.locator(".top")))
    assert lies
    assert pressed
    assert top
    assert lies["y"] > top["y"] + top["height"]
    assert lies["y"] + lies["height"] < 420
    assert lies["x"] > pressed["x"] + pressed["width"]
    look(page, "contact-mention-below")
    page.set_viewport_size({"width": 1440, "height": 900})
    note.press("Enter")
    expect(note).to_have_value("Ask @notes ")
    note.press_sequentially("about the price.")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("The note was added")).to_be_visible()
    expect(page.locator(".mention")).to_have_text("@notes")

    # The one who is mentioned has a sign of it, and it in the menu and on a page, until it is read:
    # which it is once it was in sight for a moment.
    sign = page.get_by_text("You were mentioned")
    expect(sign).to_have_count(1)
    page.get_by_role("button", name="You and your settings").click()
    link = page.get_by_role("link", name="Mentions")
    expect(link).to_contain_text("1")
    link.click()
    expect(page.get_by_text("Unread")).to_be_visible()
    look(page, "contact-mentions")
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    expect(sign).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Unread")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name="Ada").click()

    # A call, which is on the timeline at once, and off it by Undo.
    page.get_by_text("Log a call").click()
    page.get_by_label("Outcome").select_option("Voicemail")
    page.locator("#call-at").fill("2026-01-05T10:00")
    look(page, "contact-call")
    page.get_by_role("button", name="Log call").click()
    expect(page.get_by_text("The call was logged")).to_be_visible()
    call = page.locator(".timeline > li", has_text="voicemail")
    expect(call).to_have_count(1)
    expect(page.get_by_label("Outcome")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="1 entry left the timeline.")).to_be_visible()
    expect(call).to_have_count(0)

    # A task with a day that is past, done, and open again by Undo.
    page.get_by_label("What to do", exact=True).fill("Send the offer")
    page.locator("#f-due").fill("2026-01-02")
    page.get_by_role("button", name="Add task").click()
    expect(page.get_by_text("Overdue since 2 Jan 2026")).to_be_visible()
    look(page, "contact-task")
    page.get_by_role("button", name="Complete: Send the offer").click()
    expect(page.get_by_text("The task is done")).to_be_visible()
    expect(page.get_by_text("Overdue since 2 Jan 2026")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Overdue since 2 Jan 2026")).to_be_visible()

    # Of one kind; the address says so.
    page.get_by_label("Types of events").get_by_role("link", name="Note").click()
    page.wait_for_url("**/timeline?type=note")
    expect(page.locator(".timeline > li")).to_have_count(1)
    page.get_by_text("Edit your note").click()

    # What programs found out, and how the page is on paper.
    lines = {"status": "ready", "lines": {"opening": "Congratulations."}, "source": "Bot"}
    key = {"Authorization": f"Bearer {other.key}"}
    assert page.request.put(f"/api/v1/contacts/{id}/personalization/", data=lines, headers=key).ok
    page.goto(f"/contacts/{id}/research")
    page.get_by_text("Edit the line opening").click()
    look(page, "contact-research")
    page.emulate_media(media="print")
    expect(page.get_by_text("Congratulations.").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "contact-timeline-phone")
