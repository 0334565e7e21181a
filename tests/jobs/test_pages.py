"""The corner that says which long jobs run, and the page behind it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nimbus.jobs import job
from tests.conftest import World

HTMX = {"hx-request": "true"}


def test_anonymous_and_charlie(http: Any, world: World, browser_of: Any) -> None:
    for path in ("/jobs", "/jobs/now"):
        assert http.get(path).status_code == 303
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        job.create(tx, world.alice.who, "import", "Import secret.csv")
    charlie = browser_of(world.charlie)
    assert "secret" not in charlie.get("/jobs").text
    assert "secret" not in charlie.get("/jobs", headers=HTMX).text


def test_the_corner_takes_the_shells_place_and_then_changes_inside(
    world: World, browser_of: Any
) -> None:
    browser = browser_of(world.bob)
    assert 'hx-get="/jobs"' in browser.get("/settings").text
    empty = browser.get("/jobs", headers=HTMX)
    assert empty.headers["hx-reswap"] == "outerHTML"
    assert 'hx-get="/jobs/now"' in empty.text
    assert "jobs-open" not in empty.text
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        running = job.create(tx, world.alice.who, "import", "Import Q2.csv", "/imports/imp_1")
        job.begin(tx, running)
        job.advance(tx, running, done=25, total=100)
    now = browser.get("/jobs/now", headers=HTMX).text
    assert 'id="jobs"' not in now
    assert now.count('hx-swap-oob="innerHTML"') == 2
    assert "1 job" in now
    assert "25 of 100, 25%" in now
    assert 'href="/imports/imp_1"' in now
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        job.finish(tx, running, "done", "100 imported")
    now = browser.get("/jobs/now", headers=HTMX).text
    assert "Finished" in now
    assert "100 imported" in now
    # Whoever has read that is left alone with it, and told of what ends later.
    news = re.search(r'data-news="(\d+)"', now)
    assert news
    browser.cookies.set("jobs_read", news[1])
    now = browser.get("/jobs/now", headers=HTMX).text
    assert "jobs-open" not in now
    assert "100 imported" in now
    browser.cookies.set("jobs_read", str(int(news[1]) - 1))
    assert "Finished" in browser.get("/jobs/now", headers=HTMX).text


def test_what_one_began_oneself_is_news_until_one_has_looked(world: World, browser_of: Any) -> None:
    alice = world.alice
    with world.door.workspace(alice.who.workspace_id) as tx:
        name = tx.value("select name from people() where email = %s", [alice.email])
        who = replace(alice.who, name=name)
        done = job.create(tx, who, "import", "Import Q1.csv")
        job.begin(tx, done)
        job.finish(tx, done, "done", "1 imported")
        later = "update job set finished_at = finished_at - interval '20 minutes' where id = %s"
        tx.run(later, [done])
    browser = browser_of(alice)
    now = browser.get("/jobs/now", headers=HTMX).text
    assert "<span>Finished</span>" in now
    assert "data-stays" not in now, "it leaves by itself"
    assert "Put away" in now
    with world.door.workspace(alice.who.workspace_id) as tx:
        failed = job.create(tx, who, "import", "Import Q2.csv")
        job.begin(tx, failed)
        job.finish(tx, failed, "failed", "The file was cut off")
        tx.run(later, [failed])
    now = browser.get("/jobs/now", headers=HTMX).text
    assert "1 failed" in now
    assert "data-stays" in now
    # To somebody else it is no news any more.
    assert "jobs-open" not in browser_of(world.bob).get("/jobs/now", headers=HTMX).text


def test_what_needs_attention_says_so(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        paused = job.create(tx, world.alice.who, "import", "Import Q2.csv")
        job.finish(tx, paused, "paused", "The file is gone")
        failed = job.create(tx, world.alice.who, "import", "Import Q3.csv")
        job.finish(tx, failed, "failed", "No rows")
    corner = browser.get("/jobs", headers=HTMX).text
    assert "The file is gone" in corner
    assert "Failed: No rows" in corner
    page = browser.get("/jobs").text
    assert "Import Q3.csv" in page
    assert "No rows" in page


def test_what_waits_for_somebody_does_not_count_as_running(world: World, browser_of: Any) -> None:
    browser = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        waiting = job.create(tx, world.alice.who, "import", "Import Q2.csv")
        job.finish(tx, waiting, "paused", "Choose the columns to go on.")
    corner = browser.get("/jobs/now", headers=HTMX).text
    assert "jobs-open" not in corner
    assert "1 waits for you" in corner
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        job.create(tx, world.alice.who, "import", "Import Q3.csv")
    assert "<span>1 job</span>" in browser.get("/jobs/now", headers=HTMX).text
