"""How many contacts the domains of a list hold back, and the list of these contacts (S1-44)."""

from __future__ import annotations

import json
from collections.abc import Collection
from urllib.parse import urlencode

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.web.counting import COUNT_BUDGET, Count

_SQL = beside(__file__, "held_back.sql")


def held_back(tx: Tx, domains: Collection[str]) -> dict[str, Count]:
    """By domain, those at it and beneath it that are not in the trash: exactly up to 10,000."""
    rows = tx.rows(
        _SQL["contacts"],
        {"workspace": tx.workspace_id, "domains": list(domains), "most": COUNT_BUDGET + 1},
    )
    return {
        row["domain"]: Count(min(row["contacts"], COUNT_BUDGET), row["contacts"] <= COUNT_BUDGET)
        for row in rows
    }


def contacts_href(domain: str) -> str:
    """The list of these contacts."""
    asked = {
        "or": [
            {"field": "email_domain", "op": "eq", "value": domain},
            {"field": "email_domain", "op": "ends_with", "value": f".{domain}"},
        ]
    }
    return f"/contacts?{urlencode({'filter': json.dumps(asked, separators=(',', ':'))})}"
