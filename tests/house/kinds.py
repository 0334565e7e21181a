"""The kinds of ids: the table behind each prefix, and what a parameter's name says it holds.

Whoever adds a parameter that holds an id of a kind not known here gets a failing test that asks
for it, so that no operation stays out of the isolation matrix.
"""

from __future__ import annotations

import re
from typing import Any, get_args

from nimbus.db import ids
from nimbus.db.door import Tx

# Tags have no ids: their names are what nobody else may learn.
TAG: Any = "tag"

# Where things of each prefix lie, and under which column.
TABLES: dict[ids.Prefix, tuple[str, str]] = {
    "cont": ("contact", "id"),
    "comp": ("company", "id"),
    "ws": ("workspace", "id"),
    "imp": ("import_job", "id"),
    "fm": ("field_mapping", "id"),
    "key": ("api_key", "id"),
    "client": ("client", "id"),
    "cf": ("custom_field", "id"),
    "rule": ("icp_tier_rule", "id"),
    "model": ("scoring_model", "id"),
    "file": ("file", "id"),
    "op": ("operation", "id"),
    "user": ("membership", "user_id"),
    "sup": ("suppression", "id"),
    "dom": ("suppression_domain", "id"),
    "job": ("job", "id"),
    "seg": ("segment", "id"),
    "view": ("saved_view", "id"),
    "evt": ("engagement_event", "id"),
    "note": ("note", "id"),
    "task": ("task", "id"),
    "deal": ("deal", "id"),
    "hook": ("webhook", "id"),
    "dlv": ("webhook_delivery", "id"),
    "msg": ("webhook_event", "id"),
    "chg": ("change", "id"),
    "dup": ("duplicate_pair", "id"),
    "exp": ("export", "id"),
    "inv": ("invitation", "id"),
    "pers": ("personalization", "id"),
    "tag": ("tag", "id"),
    "lf": ("suppression_file", "job_id"),
}

# What `{id}` means after a part of the path.
COLLECTIONS: dict[str, ids.Prefix] = {
    "contacts": "cont",
    "operations": "op",
    "companies": "comp",
    "imports": "imp",
    "field-mappings": "fm",
    "keys": "key",
    "clients": "client",
    "custom-fields": "cf",
    "icp-tier-rules": "rule",
    "suppressions": "sup",
    "suppression-domains": "dom",
    "suppression/emails": "sup",
    "suppression/domains": "dom",
    "jobs": "job",
    "segments": "seg",
    "views": "view",
    "saved-views": "view",
    "notes": "note",
    "tasks": "task",
    "deals": "deal",
    "webhooks": "hook",
    "suppression/emails/file": "lf",
    "suppression/domains/file": "lf",
    "duplicates": "dup",
    "duplicates/with": "cont",
    "bulk": "op",
    "exports": "exp",
    "people": "user",
    "invitations": "inv",
}

# What a parameter or a member of a body means by its name.
NAMES: dict[str, ids.Prefix] = {
    "contact": "cont",
    "contact_id": "cont",
    "segment_id": "seg",
    "company_id": "comp",
    "import": "imp",
    "import_id": "imp",
    "field_mapping_id": "fm",
    "key_id": "key",
    "client": "client",
    "client_id": "client",
    "rule_id": "rule",
    "model_id": "model",
    "operation": "op",
    "operation_id": "op",
    "job_id": "job",
    "owner_id": "user",
    "user_id": "user",
    "invitation_id": "inv",
    "delivery_id": "dlv",
    "workspace": "ws",
    "GivenTierRule.id": "rule",
    "tag": TAG,
    "field_id": "cf",
    "Replay.event_id": "msg",
    "thing_id": "cont",
}

# Parameters that hold no id: what to fill them with.
PLAIN: dict[str, tuple[str, ...]] = {"key": ("emails", "domains"), "number": ("1",),
                                     "event_number": ("18",), "theme": ("light",),
                                     "company_field": ("company.industry",),
                                     "field": ("title", "company.industry")}  # fmt: skip

# Names that hold ids of other systems.
FOREIGN = {"external_id"}


class Unknown(Exception):
    """A parameter whose kind is not known: say in tests/house/kinds.py what it holds."""


def fillings(path: str) -> list[tuple[str, list[tuple[str, ids.Prefix]]]]:
    """The ways to write a path: plain parameters filled, and the ids that remain with their kind.

    Raises Unknown.
    """
    for name, values in PLAIN.items():
        if f"{{{name}}}" in path:
            return [way for value in values for way in fillings(path.replace(f"{{{name}}}", value))]
    return [(path, [(name, path_kind(path, name)) for name in re.findall(r"\{(\w+)\}", path)])]


def path_kind(path: str, name: str) -> ids.Prefix:
    if name in NAMES:
        return NAMES[name]
    before = path[: path.index(f"/{{{name}}}")]
    for words, kind in COLLECTIONS.items():
        if name == "id" and before.endswith(f"/{words}"):
            return kind
    raise Unknown(f"{{{name}}} in {path}")


def looks_like_id(name: str) -> bool:
    return name in NAMES or bool(re.search(r"(^|_)ids?$", name))


def named_kind(name: str, within: str = "") -> ids.Prefix | None:
    """What a query parameter or a member of the shape `within` holds; None for no id of ours.

    Raises Unknown.
    """
    if not looks_like_id(name) or name in FOREIGN:
        return None
    for known in (f"{within}.{name}", name, re.sub("s$", "", name)):
        if known in NAMES:
            return NAMES[known]
    raise Unknown(f"{name} in {within or 'a query'}")


def ids_of(tx: Tx) -> dict[ids.Prefix, list[str]]:
    """The shown ids of everything in the bound workspace, oldest first. Fails when a kind is
    missing: the matrix would be blind for it."""
    found: dict[ids.Prefix, list[str]] = {}
    for prefix, (table, column) in TABLES.items():
        rows = tx.column(f"select {column} from {table} order by 1")
        assert rows, f"there is no {table} in the populated world; tests/house/conftest.py makes it"
        found[prefix] = [ids.show(prefix, row) for row in rows]
    # In paths and bodies a tag goes by its name; its id is in the log alone.
    found[TAG] = tx.column("select distinct unnest(tags) from contact order by 1")
    assert found[TAG]
    return found


def without_table() -> set[str]:
    """Prefixes that no table stands behind."""
    return set(get_args(ids.Prefix)) - set(TABLES)
