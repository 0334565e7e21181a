"""The operations of the API as its own document describes them, and requests made from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nimbus.db import ids
from tests.house.kinds import fillings, named_kind

JSON, FORM = "application/json", "multipart/form-data"
Shape = dict[str, Any]

# Where what the document says does not make a request that is accepted: a valid one.
_FILTER = {"field": "title", "op": "contains", "value": "sales"}
_RULES = {"data": [{"name": "Sales", "tier": "A", "filter": _FILTER}]}
_MODEL = {
    "weights": {"fit": 50, "engagement": 30, "intent": 20},
    "thresholds": {"A": 80, "B": 60, "C": 40, "D": 20},
    "rules": [{"component": "fit", "name": "Sales", "points": 5, "filter": _FILTER}],
}
BODIES: dict[str, Any] = {
    "begin_bulk": {
        "action": "tags",
        "options": {"add": ["x"]},
        "contact_ids": ["cont_01h455vb4pex5vsknk084sn02q"],
    },
    "correct_contact_email": {"email": "right@nowhere-example.com", "why": "It was mistyped."},
    "create_contact": {"email": "new@nowhere-example.com"},
    "upsert_contact": {"email": "new@nowhere-example.com"},
    "create_contacts": {"contacts": [{"email": "new@nowhere-example.com"}]},
    "create_invitation": {"email": "third@nowhere-example.com", "role": "viewer"},
    "change_person": {"role": "member"},
    "create_key": {"name": "third", "scopes": ["contacts:read"]},
    "create_custom_field": {"name": "another_one", "field_type": "string"},
    "create_company": {"name": "Northwind"},
    "create_tag": {"name": "another"},
    "change_tag": {"colour": "blue"},
    "create_suppressions": {"emails": ["a@nowhere-example.com"], "reason": "manual"},
    "create_suppression_domains": {"domains": ["nowhere-example.com"], "reason": "manual"},
    "create_segment": {"name": "Another", "kind": "static"},
    "change_segment": {"name": "Renamed"},
    "change_segment_members": {"add": ["cont_01h455vb4pex5vsknk084sn02q"]},
    "change_field_mapping": {"name": "Renamed"},
    "change_saved_view": {"name": "Renamed"},
    "transfer_contact_assignment": {"client_id": "client_01h455vb4pex5vsknk084sn02q"},
    "set_auto_merge": {"auto_merge": False},
    "merge_contacts": {
        "survivor": "cont_01h455vb4pex5vsknk084sn02q",
        "sources": ["cont_01h455vb4pex5vsknk084sn03q"],
        "choices": {"title": "cont_01h455vb4pex5vsknk084sn02q"},
    },
    "merge_groups": {
        "groups": [
            {
                "survivor": "cont_01h455vb4pex5vsknk084sn02q",
                "sources": ["cont_01h455vb4pex5vsknk084sn03q"],
            }
        ]
    },
    "create_webhook": {"url": "http://127.0.0.1:1024/x", "event_types": ["contact.created"]},
    "replay_webhook": {"since": "2026-01-01T00:00:00Z"},
    "replace_icp_tier_rules": _RULES,
    "preview_icp_tier_rules": _RULES,
    "replace_scoring_model": _MODEL,
    "preview_scoring_model": _MODEL,
}


@dataclass(frozen=True)
class Place:
    """Where a request carries an id besides its path: a query parameter or a member of its body."""

    within: str  # "query" or the media type
    path: tuple[str | int, ...]
    kind: ids.Prefix
    many: bool = False
    required: bool = False

    def __str__(self) -> str:
        return f"{self.within} {'.'.join(map(str, self.path))}"


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    scope: str | None
    id: str
    media: str | None = None
    body: Any = None
    places: list[Place] = field(default_factory=list)
    query: Mapping[str, Any] = field(default_factory=dict)  # what it needs and holds no id

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def request(self, path: str, *filled: tuple[Place, str]) -> dict[str, Any]:
        """The arguments of a valid request, with an id at each of the places."""
        asked: dict[str, Any] = {"method": self.method, "url": path}
        if self.query:
            asked["params"] = dict(self.query)
        body = self.body
        for place, shown in filled:
            if place.within == "query":
                asked.setdefault("params", {})[str(place.path[0])] = shown
            else:
                body = _placed(body or {}, place.path, [shown] if place.many else shown)
        if self.media == JSON and body is not None:
            asked["json"] = body
        if self.media == FORM:
            asked["files"] = {"file": ("people.csv", b"Email\nnew@nowhere-example.com\n")}
            asked["data"] = {name: value for name, value in body.items() if name != "file"}
        return asked

    def requests(self, known: Mapping[ids.Prefix, str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """A request per way to write the path, its ids, and those that its query needs, taken
        from `known`."""
        for path, params in fillings(self.path):
            for name, kind in params:
                path = path.replace(f"{{{name}}}", known[kind])
            needed = [(place, known[place.kind]) for place in self.places if place.required]
            yield path, self.request(path, *needed)


def operations(document: Shape) -> list[Operation]:
    """Every operation but those that give out credentials (tests/access/test_tokens.py); what
    changes nothing comes first and what deletes comes last."""
    found = [
        _operation(document, method.upper(), path, one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if one.get("security") != []
    ]
    order = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    return sorted(found, key=lambda operation: order.index(operation.method))


def _operation(document: Shape, method: str, path: str, one: Shape) -> Operation:
    places = [
        Place("query", (parameter["name"],), kind, required=parameter.get("required", False))
        for parameter in one.get("parameters", [])
        if parameter["in"] == "query" and (kind := named_kind(parameter["name"]))
    ]
    query = {
        parameter["name"]: example(document, parameter["schema"])
        for parameter in one.get("parameters", [])
        if parameter["in"] == "query" and parameter.get("required")
        and not named_kind(parameter["name"])
    }  # fmt: skip
    media, body = None, None
    content = one.get("requestBody", {}).get("content", {})
    if content:
        assert len(content) == 1, f"{method} {path} takes {list(content)}"
        media, given = next(iter(content.items()))
        assert media in (JSON, FORM), media
        body = BODIES.get(one["operationId"])
        if body is None:
            body = example(document, given["schema"])
        places += [
            Place(media, where, kind, many)
            for where, kind, many in _ids_in(document, given["schema"])
        ]
    scope = one.get("x-scope")
    return Operation(method, path, scope, one["operationId"], media, body, places, query)


def example(document: Shape, schema: Shape) -> Any:
    """The least value that the schema allows."""
    schema = _settled(document, schema)
    for word in ("examples", "enum"):
        if word in schema:
            return schema[word][0]
    if "default" in schema:
        return schema["default"]
    match schema.get("type"):
        case "object":
            shapes = schema.get("properties", {})
            return {name: example(document, shapes[name]) for name in schema.get("required", [])}
        case "array":
            return [example(document, schema["items"])] * max(1, schema.get("minItems", 0))
        case "string":
            return "x" * max(1, schema.get("minLength", 1))
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
    return {}


def _settled(document: Shape, schema: Shape) -> Shape:
    """Without references, and of several shapes the first that is not null."""
    while "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        schema = {"title": name, **document["components"]["schemas"][name]}
    for one in schema.get("anyOf", []):
        if one.get("type") != "null":
            return _settled(document, one)
    return schema


def _ids_in(
    document: Shape, schema: Shape, at: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], ids.Prefix, bool]]:
    """The members that hold ids, however deep, with their kind, and whether they hold several."""
    schema = _settled(document, schema)
    if schema.get("type") == "array":
        yield from _ids_in(document, schema["items"], (*at, 0))
    for name, member in schema.get("properties", {}).items():
        kind = named_kind(name, schema.get("title", ""))
        if kind:
            yield (*at, name), kind, _settled(document, member).get("type") == "array"
        else:
            yield from _ids_in(document, member, (*at, name))


def _placed(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy of the body with the value at the path."""
    step, *rest = path
    if rest:
        old = body[step] if isinstance(step, int) or step in body else {}
        value = _placed(old, tuple(rest), value)
    if isinstance(step, int):
        return [*body[:step], value, *body[step + 1 :]]
    return {**body, step: value}
