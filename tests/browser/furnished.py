"""A workspace in which every page has something to show, made through the API alone."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import httpx2

from nimbus import rooms
from nimbus.access.who import system
from nimbus.accounts.client import Terms
from nimbus.accounts.write import add_client, save_workspace
from nimbus.db import ids
from nimbus.db.instance import instance
from nimbus.settings import Settings
from nimbus.suppression import EMAILS, file_run
from tests.house.conftest import one_of_each
from tests.serving import PASSWORD, Site

GLOBEX = "globex-example.com"
PEOPLE = "\n".join(
    [
        "Email,First name,Last name,Title,Company,Domain,Country,Tags",
        *(
            f"{name.lower()}@{host},{name},{last},{title},{company},{host},{country},{tag}"
            for name, last, title, company, host, country, tag in (
                ("Amara", "Okafor", "VP Sales", "Globex", GLOBEX, "US", "hot_lead"),
                ("Anna", "Lindqvist", "Director RevOps", "Globex", GLOBEX, "SE", "mql"),
                ("Bruno", "Costa", "Head of Growth", "Initech", "initech-example.com", "PT", "mql"),
                ("Chloé", "Martin", "CEO", "Umbrella", "umbrella-example.com", "FR", "sql"),
                ("Dmitri", "Ivanov", "Engineer", "Umbrella", "umbrella-example.com", "DE", ""),
            )
        ),
        f"anna+sales@{GLOBEX},Anna,Lindqvist,Director RevOps,Globex,{GLOBEX},SE,",
        f"amara.twin@{GLOBEX},Amara,Okafor,VP Sales,Globex,{GLOBEX},US,",
        "chloé@umbrella-example.com,Chloé,Martin,CTO,Umbrella,umbrella-example.com,FR,",
        "not-an-email,Nobody,,,,,,",
    ]
)


def furnish(site: Site) -> None:
    """One of everything that a page shows; waits until the import has ended. A colleague joins by
    the link of an invitation, and at the end the workspace is an agency with two clients."""
    headers = {"Authorization": f"Bearer {site.key}"}
    with httpx2.Client(base_url=f"{site.url}/api/v1", headers=headers, timeout=60) as http:

        def post(path: str, body: dict[str, Any]) -> Any:
            answer = http.post(path, json=body)
            assert answer.is_success, f"{path}: {answer.text}"
            return answer.json()

        for collection, body in one_of_each("furnished").items():
            post(f"/{collection}/", body)
        file = {"file": ("people.csv", PEOPLE.encode(), "text/csv")}
        made = http.post("/imports/", files=file)
        assert made.is_success, made.text
        odd = {"file": ("odd.csv", b"Sort,Kind\na,b\n", "text/csv")}
        waits = http.post("/imports/", files=odd)
        assert waits.json()["status"] == "awaiting_mapping", waits.text
        until = time.monotonic() + 60
        while http.get(f"/imports/{made.json()['id']}/").json()["status"] != "complete":
            assert time.monotonic() < until
            time.sleep(0.1)
        # The finder may tell of one pair before the other; that of Amara is merged below.
        while len(http.get("/duplicates/").json()["data"]) < 2:
            assert time.monotonic() < until
            time.sleep(0.1)
        people = {one["email"]: one["id"] for one in http.get("/contacts/").json()["data"]}
        amara = people[f"amara@{GLOBEX}"]
        for collection, body in {
            "notes": {"body": "Prefers mornings."}, "tasks": {"title": "Call back"},
            "deals": {"name": "Pilot"},
        }.items():  # fmt: skip
            post(f"/contacts/{amara}/{collection}/", body)
        twin = people[f"amara.twin@{GLOBEX}"]
        post("/contacts/merge/", {"survivor": amara, "sources": [twin]})
        post(
            "/segments/",
            {"name": "Tier A", "filter": {"field": "icp_tier", "op": "in", "value": ["A"]}},
        )
        held = {"domains": ["umbrella-example.com"], "reason": "customer"}
        post("/suppression-domains/", held)
        post("/bulk/", {"action": "tags", "options": {"add": ["webinar"]}})
        post("/exports/", {})
        dmitri = people["dmitri@umbrella-example.com"]
        gone = http.request("DELETE", f"/contacts/{dmitri}/", json={"deletion_reason": "Left"})
        assert gone.is_success, gone.text
        asked = post("/invitations/", {"email": "colleague@furnished.test", "role": "member"})
        joins = {"name": "Colleague", "password": PASSWORD}
        joined = http.post(asked["url"], data=joins, headers={"sec-fetch-site": "same-origin"})
        assert joined.status_code == 303, joined.text
        workspace = ids.read("ws", http.get("/workspace/").json()["id"])
    with instance(Settings(data=site.data)) as here:
        rooms.install(here.door)
        with here.door.workspace(workspace) as tx:
            who = system(workspace, "Furnished")
            save_workspace(tx, who, "web", name="Furnished", agency=True)
            add_client(tx, who, "web", Terms("Globex", 90, 50))
            listed = BytesIO(b"Email,Reason\nleft@initech-example.com,opt_out\nnobody,\n")
            file_run.bring(tx, here, who, EMAILS, listed, "gone.csv", reason="manual", note="")
