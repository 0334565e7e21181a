"""Changing the tier rules, seeing what that would change before it is saved (D-07)."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_journey import look
from tests.serving import Site


def test_rules_are_tried_before_they_are_saved(page: Page, site: Site) -> None:
    key = {"Authorization": f"Bearer {site.another('Ruler').key}"}
    people = [
        {"email": f"p{i}@rules.example.com", "first_name": f"P{i}", "last_name": "Q",
         "seniority": "director" if i < 4 else "intern", "department": "sales"}
        for i in range(8)
    ]  # fmt: skip
    made = page.request.post("/api/v1/contacts/bulk/", data={"contacts": people}, headers=key)
    assert made.ok, made.text()
    rules = [
        {"name": name, "tier": tier, "filter": {"field": "seniority", "op": "eq", "value": value}}
        for name, tier, value in (("Leads", "A", "director"), ("Learns", "C", "intern"))
    ]
    put = page.request.put("/api/v1/icp-tier-rules/", data={"data": rules}, headers=key)
    assert put.ok, put.text()
    log_in(page, "ruler@other.test", "/settings/icp-rules")

    # A rule is edited: who would move is told while it is, and only then it is saved.
    page.get_by_role("link", name="Learns", exact=True).click()
    page.get_by_label("Tier", exact=True).select_option("B")
    trial = page.locator("#trial")
    expect(trial.locator("li", has_text="rules.example.com").first).to_be_visible()
    expect(trial.get_by_text("would get another tier")).to_be_visible()
    look(page, "rules-trial")
    page.get_by_role("button", name="Save rule").click()
    expect(page.get_by_role("heading", name="Ideal customer tiers")).to_be_visible()

    # Another order, by dragging and by the arrows, stays a draft until it is saved.
    lines = page.locator(".rules [data-sort-as] h3")
    expect(lines).to_have_text(["Leads", "Learns"])
    page.locator("[data-sort-as]", has_text="Learns").drag_to(
        page.locator("[data-sort-as]", has_text="Leads"), target_position={"x": 60, "y": 4}
    )
    expect(lines).to_have_text(["Learns", "Leads"])
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    look(page, "rules-draft")
    page.get_by_role("button", name="Move Learns down").click()
    expect(lines).to_have_text(["Leads", "Learns"])
    expect(page.get_by_text("Not saved yet")).to_be_hidden()
    page.get_by_role("button", name="Remove Learns").click()
    expect(page.get_by_role("button", name="Keep Learns")).to_be_focused()
    page.get_by_role("button", name="Save these changes").click()
    expect(lines).to_have_text(["Leads"])
    page.locator(".toast", has_text="Removed").get_by_role("button", name="Undo").click()
    expect(lines).to_have_text(["Leads", "Learns"])

    # What other weights would do to everybody's scores.
    page.goto("/settings/scoring")
    expect(trial.get_by_text("would get another score or grade")).to_be_visible()
    page.get_by_role("spinbutton", name="Fit").fill("100")
    expect(trial.get_by_text("The weights must sum to 100")).to_be_visible()
    for name in ("Engagement", "Intent"):
        page.get_by_role("spinbutton", name=name).fill("0")
    expect(trial.locator("figure")).to_be_visible()
    look(page, "scoring-trial")

    # What a rule gives is known before it is removed, and then it may be kept.
    page.get_by_role("link", name="Remove Decides: VP, founder or C-level").click()
    expect(page.get_by_text("What would change without it")).to_be_visible()
    expect(trial.get_by_text("would get another score or grade")).to_be_visible()
    look(page, "scoring-removal")
    page.get_by_role("link", name="Keep it").click()
    expect(
        page.get_by_role("link", name="Decides: VP, founder or C-level", exact=True)
    ).to_be_visible()

    # A tag says what it will be called while it is typed.
    page.goto("/settings/tags/new")
    page.get_by_label("Name").press_sequentially("Messe 2026")
    expect(page.get_by_text("Kept as messe_2026.")).to_be_visible()
    look(page, "tag-called")
