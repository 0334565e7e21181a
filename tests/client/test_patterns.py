"""What docs/api.md shows in Python runs as it stands (S3-53 … S3-55)."""

from __future__ import annotations

import re
import uuid

from nimbus.client import Nimbus
from tests.house.sql_text import SOURCE
from tests.serving import Site

API = SOURCE.parents[1] / "docs" / "api.md"


def test_the_patterns_run_as_they_stand(site: Site) -> None:
    mine = site.another(f"Patterns{uuid.uuid4().hex[:6]}")
    blocks = re.findall(r"```python\n(.*?)```", API.read_text(), re.DOTALL)
    ours = [block for block in blocks if "nimbus.client" in block]
    assert len(ours) == 4
    for block in ours:
        there = block.replace("http://127.0.0.1:8000", mine.url)
        exec(compile(there, "docs/api.md", "exec"), {"KEY": mine.key})
    with Nimbus(mine.url, mine.key) as nimbus:
        known = {contact.email: contact for contact in nimbus.contacts.each()}
        assert set(known) == {f"{name}@example.net" for name in ("anna", "bo", "cy", "dee")}
        assert known["anna@example.net"].city == "Oslo"
        assert known["bo@example.net"].external_id == "crm-1"
        assert [segment.name for segment in nimbus.segments.each()] == ["Ready"]
