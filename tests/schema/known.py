"""The things of the workspace that is asked: ids that are there, so that a request reaches what its
operation does. They are made through the API, learned from its answers and forgotten when deleted.
"""

from __future__ import annotations

import random
import re
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx2

from nimbus.db import ids
from tests.house.kinds import TABLES, TAG
from tests.house.openapi import BODIES

# So many of a kind are there before one of them is named: what deletes leaves some to others.
FEWEST, MOST = 3, 60
CONTACT = "contacts/{cont}/"
# How one of each kind is made; `{}` is another word each time, `{cont}` a contact.
MADE: dict[ids.Prefix, tuple[str, dict[str, Any]]] = {
    "cont": ("contacts/", {"email": "{}@known-example.com", "last_name": "{}",
                           "company_domain": "known-example.com"}),
    "comp": ("companies/", {"name": "{}"}),
    "key": ("keys/", {"name": "{}", "scopes": ["contacts:read"]}),
    "cf": ("custom-fields/", {"name": "f_{}", "field_type": "dropdown", "options": ["a", "b"]}),
    "sup": ("suppressions/", {"emails": ["{}@no-example.com"], "reason": "manual"}),
    "dom": ("suppression-domains/", {"domains": ["{}.no-example.com"], "reason": "manual"}),
    "fm": ("field-mappings/", {"name": "{}", "columns": [{"header": "{}", "field": "email"}]}),
    "seg": ("segments/", {"name": "{}", "kind": "static"}),
    "view": ("saved-views/", {"name": "{}"}),
    "hook": ("webhooks/", {"url": "http://127.0.0.1:1024/{}", "event_types": ["contact.created"],
                           "is_active": False}),
    "note": (f"{CONTACT}notes/", {"body": "{}"}),
    "task": (f"{CONTACT}tasks/", {"title": "{}"}),
    "deal": (f"{CONTACT}deals/", {"name": "{}"}),
}  # fmt: skip
# Columns that are sure, rows that fail, and one that waits until somebody says what is what.
FILES = (
    "Email,First name\n{}@known-example.com,Ann\nnobody,\n",
    "Column A,Column B\n{},2\n",
)
SHOWN = rf'"(({"|".join(TABLES)})_[0-9a-z]{{26}})"'
# The id that the document and the catalogue give as an example.
EXAMPLE = "_01h455vb4pex5vsknk084sn02q"
CURSOR = r'"next_cursor":\s*"([^"]+)"'


@dataclass
class Known:
    """Ids by kind, the last answered `ETag` of each thing, and cursors by their operation."""

    http: httpx2.Client
    own_key: str
    seed: int
    things: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))
    etags: dict[str, str] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def one(self, kind: Any) -> str | None:
        """The id of a thing of this kind; None where there is none and none can be made."""
        there = self.things[kind]
        while len(there) < FEWEST and (made := self._make(kind)):
            there.append(made)
        return self.dice.choice(there) if there else None

    def _make(self, kind: ids.Prefix) -> str | None:
        word = uuid.uuid4().hex[:12]
        if kind == TAG:
            tagged = {"email": f"{word}@known-example.com", "tags": [word]}
            return word if self.http.post("contacts/", json=tagged).is_success else None
        if kind == "imp":
            text = self.dice.choice(FILES).replace("{}", word)
            answer = self.http.post("imports/", files={"file": ("people.csv", text.encode())})
            return str(answer.json()["id"])
        if kind == "rule":
            rules = {"data": BODIES["replace_icp_tier_rules"]["data"] * FEWEST}
            made = self.http.put("icp-tier-rules/", json=rules).json()["data"]
            self.things["rule"][:] = [one["id"] for one in made[1:]]
            return str(made[0]["id"])
        if kind not in MADE:
            return None
        path, body = MADE[kind]
        if "{cont}" in path:
            path = path.replace("{cont}", self.one("cont") or "")
        answer = self.http.post(path, json=_filled(body, word))
        if not answer.is_success:
            return None  # There may be no more of them, such as of custom fields.
        made = answer.json()
        return str(made["id"] if "id" in made else made["data"][0]["id"])

    def named(self, body: Any) -> Any:
        """The body with ids of what is there in the place of examples."""
        if isinstance(body, dict):
            return {name: self.named(value) for name, value in body.items()}
        if isinstance(body, list):
            return [self.named(value) for value in body]
        if isinstance(body, str) and body.endswith(EXAMPLE):
            return self.one(body.removesuffix(EXAMPLE)) or body
        return body

    def learn(self, operation: str, answer: str) -> None:
        """What the answer to a request that was taken says of what is there."""
        if operation == "replace_icp_tier_rules":  # The ones before are gone.
            self.things["rule"].clear()
        for shown, prefix in re.findall(SHOWN, answer):
            there = self.things[prefix]
            if shown not in there and shown != self.own_key and not shown.endswith(EXAMPLE):
                there.append(shown)
                del there[:-MOST]
        for cursor in re.findall(CURSOR, answer):
            self.cursors[operation] = cursor

    def forget(self, shown: str) -> None:
        for there in self.things.values():
            if shown in there:
                there.remove(shown)


def _filled(body: Any, word: str) -> Any:
    if isinstance(body, dict):
        return {name: _filled(value, word) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, word) for value in body]
    return body.replace("{}", word) if isinstance(body, str) else body
