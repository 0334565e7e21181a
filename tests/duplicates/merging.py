"""What the tests of merging share: a full dump of a workspace, and the API as one of us uses it."""

from __future__ import annotations

from typing import Any

from tests.conftest import World
from tests.contacts.editing import Api

# Every table that says something of contacts, by its rows as JSON, without what only says when it
# was written.
TABLES = {
    "contact": "to_jsonb(t) - '{updated_at,search_text}'::text[]",
    "company": "to_jsonb(t) - '{updated_at}'::text[]",
    "note": "to_jsonb(t)",
    "task": "to_jsonb(t)",
    "deal": "to_jsonb(t)",
    "segment_member": "to_jsonb(t)",
    "suppression": "to_jsonb(t)",
    "engagement_event": "to_jsonb(t)",
    "engagement_total": "to_jsonb(t)",
}


def dump(world: World) -> dict[str, list[Any]]:
    """The rows of Alice's workspace, table by table."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return {
            table: tx.column(
                f"select {row} from {table} t order by ({row})::text"  # type: ignore[arg-type]
            )
            for table, row in TABLES.items()
        }


def undecayed(rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Without what becomes less with time: scores."""
    contacts = [
        {key: value for key, value in row.items() if "score" not in key and key != "grade"}
        for row in rows["contact"]
    ]
    return {**rows, "contact": contacts}


def merge(api: Api, survivor: str, *sources: str, status: int = 200, **more: Any) -> Any:
    """The answer to a merge of contacts by their names."""
    body = {
        "survivor": api.ids.get(survivor, survivor),
        "sources": [api.ids.get(one, one) for one in sources], **more,
    }  # fmt: skip
    answer = api.http.post("/api/v1/contacts/merge/", json=body, headers=api.world.alice.headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def unmerge(api: Api, name: str, status: int = 200) -> Any:
    return api("POST", name, "unmerge/", status).json()
