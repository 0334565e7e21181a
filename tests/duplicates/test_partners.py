"""Whom "Merge with" proposes (S2-23)."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.testclient import TestClient

from nimbus.db import ids
from tests.conftest import Person, World
from tests.contacts.contact_rows import add_company, add_contact


def test_the_same_name_and_company_come_first(
    world: World, browser_of: Callable[[Person], TestClient]
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        acme, other = add_company(tx, name="Acme"), add_company(tx, name="Other")
        ann = add_contact(tx, full_name="Ann Lee", last_name="Lee", company_id=acme)
        for name, last, company in (
            ("Cy Roe", "Roe", acme), ("Bo Lee", "Lee", other), ("A. Lee", "Lee", acme),
            ("Di Poe", "Poe", other), ("Leeroy Xu", "Xu", other),
        ):  # fmt: skip
            add_contact(tx, full_name=name, last_name=last, company_id=company)
        alone = add_contact(tx, full_name="Zed")
    here = f"/duplicates/with/{ids.show('cont', ann)}"
    bob = browser_of(world.bob)
    page = bob.get(here).text
    names = re.findall(r'is-name is-wrap"><span class="truncate">([^<]*)', page)
    assert names == ["A. Lee", "Bo Lee", "Cy Roe"]
    assert "Same last name and company" in page
    assert "Di Poe" in bob.get(here, params={"q": "poe"}).text
    assert "Nobody found" in bob.get(here, params={"q": "nobody at all"}).text
    assert "Nobody looks alike" in bob.get(f"/duplicates/with/{ids.show('cont', alone)}").text
    assert browser_of(world.charlie).get(here).status_code == 404
