import shutil, sys, os
from pathlib import Path
from playwright.sync_api import sync_playwright
from tests.scoring.people import add_people
from nimbus.accounts.client import Terms
from nimbus.accounts.write import add_client, save_workspace
from nimbus.fields.write import NewField, create
from nimbus.scoring.rescore import start
from nimbus.jobs import job
from nimbus.db import ids
from nimbus.scoring.read import tier_rules

OUT = Path("/tmp/pics"); OUT.mkdir(exist_ok=True)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]

def test_pictures(world, browser_of):
    client = browser_of(world.alice)
    who = world.alice.who
    with world.door.workspace(who.workspace_id) as tx:
        save_workspace(tx, who, "web", name="Acme", agency=True)
        globex = add_client(tx, who, "web", Terms("Globex", 90, 50))
        create(tx, who, NewField("Onboarding stage", "dropdown", options=["New", "Kick-off", "Live"], fallback="New"))
        create(tx, who, NewField("Annual contract value", "number"))
        create(tx, who, NewField("Interests", "multi_select", options=["Analytics", "Billing", "API", "SSO"]))
        create(tx, who, NewField("Renewal date", "date"))
        add_people(tx, 40)
        j = start(tx, who, "Scoring by changed tier rules")
        tx.run("update job set status='running', done=4210, total=12481 where id=%s", [j])
        k = job.create(tx, who, "import", "Import Q2 leads.csv", "/imports/x")
        tx.run("update job set status='done', done=4000, total=4000, finished_at=%s, message='3,812 imported, 188 updated' where id=%s", [tx.now, k])
        rules = [ids.show("rule", r.id) for r in tier_rules(tx)]
    wanted = os.environ.get("PICS", "").split()
    pages = {
        "fields": ("/settings/fields", None),
        "tiers": ("/settings/icp-rules", None),
        "tiers-client": (f"/settings/icp-rules?client={globex.shown_id}", None),
        "tier-edit": (f"/settings/icp-rules/{rules[0]}", None),
        "tier-json": (f"/settings/icp-rules/{rules[1]}", None),
        "tier-new": ("/settings/icp-rules/new", None),
        "scoring": ("/settings/scoring", None),
        "rule-edit": ("/settings/scoring/rules/6", None),
        "jobs": ("/jobs", None),
    }
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for label, (w, h) in {"1440": (1440, 900), "390": (390, 844)}.items():
            for dark in (False, True):
                ctx = browser.new_context(viewport={"width": w, "height": h}, color_scheme="dark" if dark else "light", base_url="http://testserver", bypass_csp=True, reduced_motion="reduce")
                def answer(route):
                    r = route.request
                    headers = {k: v for k, v in r.all_headers().items() if not k.startswith(":") and k not in ("accept-encoding", "cookie")}
                    got = client.request(r.method, r.url, headers=headers | {"accept-encoding": "identity"}, content=r.post_data_buffer or b"", follow_redirects=True)
                    hs = {k: v for k, v in got.headers.items() if k != "set-cookie"}
                    route.fulfill(status=got.status_code, headers=hs, body=got.content)
                ctx.route("**/*", answer)
                page = ctx.new_page()
                page.on("console", lambda m: print("CONSOLE", m.text))
                page.on("pageerror", lambda m: print("ERROR", m))
                for name, (path, _) in pages.items():
                    if wanted and name not in wanted: continue
                    page.goto(path); page.wait_for_timeout(250)
                    full = page.evaluate("document.querySelector('.page') ? document.querySelector('.page').scrollHeight : 0")
                    if name not in ("jobs",) : page.set_viewport_size({"width": w, "height": max(h, min(full + 60 + (56 if w < 720 else 0), 2400))})
                    page.screenshot(path=OUT / f"{name}-{label}-{'dark' if dark else 'light'}.png")
                    page.set_viewport_size({"width": w, "height": h})
                    from axe_playwright_python.sync_playwright import Axe
                    res = Axe().run(page)
                    for v in res.response["violations"]: print("AXE", name, label, v["id"], [n["html"][:140] for n in v["nodes"]][:2])
                    over = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                    if over: print("OVERFLOW", name, label)
                if not wanted or "flow" in wanted:
                    page.goto("/settings/icp-rules/new"); page.wait_for_timeout(200)
                    page.fill("#f-name", "Big buyers")
                    page.select_option("#c-field-0", "seniority"); page.wait_for_timeout(400)
                    page.screenshot(path=OUT / f"flow1-{label}-{'dark' if dark else 'light'}.png")
                    page.check("input[value=\"0:vp\"]", force=True)
                    page.click("#c-add"); page.wait_for_timeout(400)
                    page.select_option("#c-field-1", "company.employee_count"); page.wait_for_timeout(400)
                    page.select_option("#c-op-1", "between"); page.wait_for_timeout(400)
                    page.fill("#c-value-1", "50"); page.fill("#c-until-1", "10")
                    page.click("text=Add rule"); page.wait_for_timeout(400)
                    page.screenshot(path=OUT / f"flow2-{label}-{'dark' if dark else 'light'}.png")
                    page.click("#jobs-open"); page.wait_for_timeout(200)
                    page.screenshot(path=OUT / f"flow3-{label}-{'dark' if dark else 'light'}.png")
                    page.wait_for_timeout(3300)
                    print("popover open", page.evaluate("document.querySelector('#jobs-list').matches(':popover-open')"))
                ctx.close()
        browser.close()
