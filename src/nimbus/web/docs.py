"""The API's documentation as pages, read from the OpenAPI document, so that it cannot lag behind.

`/api/v1/docs` shows every operation with its scope, what goes in, what comes out and a line to try
it; `/api/v1/docs/errors` says of each error code when it happens. Both are public.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from nimbus.access import SCOPES
from nimbus.problems import CODES
from nimbus.web.render import render

router = APIRouter(include_in_schema=False)

Schema = Mapping[str, Any]
JSON = "application/json"

# The groups in the order in which people meet them, each with its icon; others follow.
ICONS = {
    "contacts": "users", "companies": "building-2", "imports": "upload", "fields": "columns-3",
    "suppression": "ban", "scoring": "target", "workspace": "settings", "jobs": "loader",
}  # fmt: skip
TONES = {"GET": "blue", "POST": "green", "PUT": "amber", "PATCH": "amber", "DELETE": "red"}

# What a schema alone does not tell: a request that makes sense and is accepted. By operation; a
# mapping is the body, a text the query. Operations that are not here are shown as they are.
_SENIOR: Schema = {"field": "seniority", "op": "in", "value": ["vp", "c_level"]}
EXAMPLES: Mapping[str, Schema | str] = {
    "list_contacts": "icp_tier=A,B&lead_score__gte=30&page_size=2",
    "list_companies": "search=labs&page_size=2",
    "list_suppressions": "reason=opt_out,unsubscribe",
    "list_import_rows": "status=errored",
    "create_client": {"name": "Northwind", "assignment_days": 60},
    "create_key": {"name": "Reporting", "scopes": ["contacts:read"]},
    "create_custom_field": {
        "name": "onboarding_stage", "field_type": "dropdown", "options": ["Invited", "Live"],
    },
    "create_suppressions": {"emails": ["no.more@example.com"], "reason": "opt_out"},
    "create_suppression_domains": {"domains": ["rival.example.com"], "reason": "competitor"},
    "delete_suppression": {"why": "Asked in writing to be contacted again."},
    "delete_suppression_domain": {"why": "No longer a competitor."},
    "create_import": {"file": "@people.csv", "dedup_behavior": "update"},
    "map_import": {"mapping": {"E-Mail": "email", "Notes": None}},
    "resume_import": {"enrich": False},
    "create_field_mapping": {
        "name": "Trade show", "columns": [{"header": "E-Mail", "field": "email"}],
    },
    "replace_icp_tier_rules": {"data": [{"name": "Decides", "tier": "A", "filter": _SENIOR}]},
    "replace_scoring_model": {
        "weights": {"fit": 40, "engagement": 30, "intent": 30},
        "thresholds": {"A": 70, "B": 55, "C": 40, "D": 25},
        "rules": [{"component": "fit", "name": "Decides", "points": 30, "filter": _SENIOR}],
    },
}  # fmt: skip

# When each code is answered, and what to do then: for `/api/v1/docs/errors`.
WHEN: Mapping[str, tuple[str, str]] = {
    "validation_error": (
        "A parameter or a member of the body is missing, unknown or not allowed, or the body is "
        "not JSON. `field` is the path of what is wrong, such as `filter.and[1].op`.",
        "Change what `field` names as `message` says, and send the request again.",
    ),
    "client_required": (
        "The workspace works for several clients, and the request does not say for which one it "
        "claims the contacts.",
        "Send `client_id`, or use a key that is limited to one client.",
    ),
    "authentication_required": (
        "There is no key in the `Authorization` header, or the key is mistyped, unknown or "
        "revoked.",
        "Send `Authorization: Bearer KEY` with a key of the workspace.",
    ),
    "forbidden": (
        "The key is valid and lacks the scope that the operation needs, which the member `scope` "
        "names; or it is limited to another client; or it would make a key that reaches further "
        "than itself.",
        "Use a key that may do it. Scopes of a key cannot be changed: make a new one.",
    ),
    "not_found": (
        "There is nothing at this address, or no such id in the workspace of the key. Ids of "
        "other workspaces answer exactly like ids that do not exist.",
        "Look at the id and at the workspace that the key belongs to.",
    ),
    "method_not_allowed": (
        "The address exists and does not answer to this method.",
        "Look the operation up in this documentation.",
    ),
    "conflict": (
        "The request contradicts what is there: a name that is taken, an import that waits for "
        "nothing or is not paused, an entry of a list that is there for another reason.",
        "Read what is there now, and decide anew.",
    ),
    "assigned_elsewhere": (
        "Another client holds the email for now, and two clients never work on one person. A row "
        "of an import is skipped with this reason, and `assigned_until` says how long.",
        "Try again after that time.",
    ),
    "globally_suppressed": (
        "The person has opted out of every workspace of this platform. A row of an import is "
        "suppressed with a reason that begins with `platform:`.",
        "Do not contact this person. Only the operator of the platform keeps this list.",
    ),
    "in_trash": (
        "The contact is in the trash, and the request leaves the trash alone. A row of an import "
        "is skipped with this reason.",
        "Import with `in_trash` as `restore` or `new`, if that is what you want.",
    ),
    "payload_too_large": (
        "The request, or the file in it, is larger than this server takes.",
        "Send less at once: split the file and import the parts one after the other.",
    ),
    "suppressed": (
        "The email or its domain is on a suppression list of the workspace. A row of an import is "
        "suppressed with a reason that begins with `workspace:` or `domain:`.",
        "Look the entry up; take it off the list only if the person may be contacted again.",
    ),
    "rate_limited": (
        "Too many attempts in a short time, such as failed logins.",
        "Wait; `message` says how long.",
    ),
    "internal_error": (
        "A mistake of ours. Nothing was changed, and the details are in the log of the server.",
        "Try once more; if it stays, tell the operator the `X-Request-Id` of the answer.",
    ),
    "unavailable": (
        "Something that the operation needs does not answer: the database, or room on the disk.",
        "Try again after a minute. Nothing was written by half.",
    ),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, or a member of a body; `anchor` leads to its shape where it has one."""

    name: str
    type: str
    required: bool
    words: str
    anchor: str | None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    words: str
    type: str | None
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    title: str
    words: str
    scope: str | None
    parameters: list[Member]
    media: str | None
    body: list[Member]
    answers: list[Answer]
    curl: str

    @property
    def tone(self) -> str:
        return TONES.get(self.method, "grey")


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    icon: str
    operations: list[Operation]

    @property
    def anchor(self) -> str:
        return f"about-{self.name.lower()}"


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    anchor: str
    words: str
    members: list[Member]


@router.get("/api/v1/docs")
@router.get("/api/v1/docs/")
def docs_page(request: Request) -> Response:
    """Every operation of the API."""
    document = request.app.openapi()
    host = address_of(request)
    return render(
        request, "web/docs.html", groups=groups(document, host), shapes=shapes(document),
        scopes=SCOPES, host=host, codes=None, marked=marked, breakable=breakable,
    )  # fmt: skip


@router.get("/api/v1/docs/errors")
@router.get("/api/v1/docs/errors/")
def errors_page(request: Request) -> Response:
    """Every error code; the `type` of a problem leads here."""
    return render(
        request, "web/docs.html", groups=groups(request.app.openapi(), address_of(request)),
        codes=CODES, when=WHEN, marked=marked, breakable=breakable,
    )  # fmt: skip


def address_of(request: Request) -> str:
    """Where this API is reached, as the one who asks sees it; a proxy in front speaks TLS."""
    address = str(request.base_url).rstrip("/")
    secure = request.app.state.instance.settings.secure_cookies
    return re.sub("^http:", "https:", address) if secure else address


def groups(document: Schema, host: str) -> list[Group]:
    """The operations by their first tag."""
    found: dict[str, list[Operation]] = {name: [] for name in ICONS}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            tag = str(one.get("tags", ["other"])[0]).lower()
            operation = _operation(document, method.upper(), path, one, host)
            found.setdefault(tag, []).append(operation)
    return [
        Group(name.capitalize(), ICONS.get(name, "layers"), operations)
        for name, operations in found.items()
        if operations
    ]


def shapes(document: Schema) -> list[Shape]:
    """What answers and bodies are made of, by name."""
    return sorted(
        (
            Shape(_name(key), _anchor(key), _plain(schema.get("description")),
                  list(_members(document, schema)))
            for key, schema in document["components"]["schemas"].items()
            if key in _answered(document)
        ),
        key=lambda shape: shape.name,
    )  # fmt: skip


def marked(text: str) -> Markup:
    """Words with `code` in backticks; long names may break where they have an underscore."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(breakable(part)) if at % 2 else escape(part)
        for at, part in enumerate(parts)
    )


def breakable(name: str) -> Markup:
    return Markup("_<wbr>").join(name.split("_"))


# One operation


def _operation(document: Schema, method: str, path: str, one: Schema, host: str) -> Operation:
    content = one.get("requestBody", {}).get("content", {})
    media, given = next(iter(content.items()), (None, None))
    return Operation(
        id=one["operationId"],
        method=method,
        path=path,
        title=one.get("summary", "").capitalize().replace("icp", "ICP"),
        words=_plain(one.get("description")),
        scope=one.get("x-scope"),
        parameters=[_parameter(document, each) for each in one.get("parameters", [])],
        media=media,
        body=list(_members(document, _settled(document, given["schema"]))) if given else [],
        answers=list(_answers(document, one["responses"])),
        curl=_curl(method, host + path, media, EXAMPLES.get(one["operationId"])),
    )


def _parameter(document: Schema, one: Schema) -> Member:
    found = _member(document, one["name"], one["schema"], one.get("required", False))
    words = found.words or _plain(one.get("description"))
    return Member(found.name, found.type, found.required, words, None, one["in"])


def _members(document: Schema, schema: Schema) -> Iterator[Member]:
    required = schema.get("required", [])
    for name, one in schema.get("properties", {}).items():
        yield _member(document, name, one, name in required)


def _member(document: Schema, name: str, schema: Schema, required: bool) -> Member:
    words = [_plain(schema.get("description")), *_limits(schema)]
    type, anchor = _type(document, schema)
    return Member(name, type, required, " ".join(filter(None, words)), anchor)


def _limits(schema: Schema) -> Iterator[str]:
    """What else a value must be, in words."""
    for one in [schema, *schema.get("anyOf", [])]:
        if "minimum" in one and "maximum" in one:
            yield f"From {one['minimum']:,} to {one['maximum']:,}."
        elif "minimum" in one:
            yield f"At least {one['minimum']:,}."
        if "maxLength" in one:
            yield f"At most {one['maxLength']:,} characters."
        if "maxItems" in one:
            yield f"At most {one['maxItems']:,}."
        if "enum" in one:
            yield "One of " + ", ".join(f"`{value}`" for value in one["enum"]) + "."
    if schema.get("default") not in (None, "", [], {}):
        yield f"`{_compact(schema['default'])}` when left out."
    elif schema.get("examples"):
        yield f"Such as `{_compact(schema['examples'][0])}`."


def _answers(document: Schema, responses: Schema) -> Iterator[Answer]:
    for status, one in responses.items():
        media, given = next(iter(one.get("content", {}).items()), (None, {}))
        type, anchor = _type(document, given["schema"]) if given else (None, None)
        # The framework's own shape of a refusal is never answered: ours is.
        if type == "HTTPValidationError":
            continue
        words = one.get("description", "")
        words = "Nothing is answered." if status == "204" else words
        if media and media != JSON:
            type = media
        yield Answer(status, "" if words == "Successful Response" else words, type, anchor)


# Schemas


def _type(document: Schema, schema: Schema) -> tuple[str, str | None]:
    """What a value is, in a word or two, and the anchor of its shape."""
    if "$ref" in schema:
        key = schema["$ref"].rsplit("/", 1)[1]
        return _name(key), _anchor(key)
    if several := schema.get("anyOf"):
        kinds = [_type(document, one) for one in several]
        anchor = next((anchor for _, anchor in kinds if anchor), None)
        return " or ".join(dict.fromkeys(name for name, _ in kinds)), anchor
    match schema.get("type"):
        case "array":
            name, anchor = _type(document, schema.get("items", {}))
            return f"list of {name}", anchor
        case "string" if schema.get("contentMediaType") or schema.get("format") == "binary":
            return "file", None
        case "string" if "format" in schema:
            return str(schema["format"]), None
        case "object" if isinstance(schema.get("additionalProperties"), Mapping):
            name, anchor = _type(document, schema["additionalProperties"])
            return f"object of {name}", anchor
        case str(kind):
            return kind, None
    return "any", None


def _settled(document: Schema, schema: Schema) -> Schema:
    """Without references, and of several shapes the first that is not null."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for one in schema.get("anyOf", []):
        if one.get("type") != "null":
            return _settled(document, one)
    return schema


def _answered(document: Schema) -> set[str]:
    """The names of the shapes that an answer or a body leads to."""
    known = document["components"]["schemas"]
    told = [
        [_accepted(one), one.get("requestBody", {})]
        for methods in document["paths"].values()
        for one in methods.values()
    ]
    left, found = _named(told), set[str]()
    while left:
        key = left.pop()
        if key not in found and not key.startswith("Body_"):
            found.add(key)
            left |= _named(known[key])
    return found


def _accepted(one: Schema) -> list[Schema]:
    return [answer for status, answer in one["responses"].items() if status < "300"]


def _named(data: object) -> set[str]:
    return set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(data)))


def _name(key: str) -> str:
    """Shapes of the same name in several rooms bear the module's in the document."""
    return key.rsplit("__", 1)[-1]


def _anchor(key: str) -> str:
    return f"shape-{key}"


# Words


# Marks of the requirement that a rule comes from, which mean nothing to those who call the API.
_MARKS = re.compile(r"\s*\([A-Z]\d?-\d+(?:[\s,…]+[A-Z]\d?-\d+)*\)")


def _plain(text: str | None) -> str:
    return " ".join(_MARKS.sub("", text or "").split())


def _curl(method: str, url: str, media: str | None, example: Schema | str | None) -> str:
    """A line to try it; KEY, and ID where the path has one, are the reader's to fill in."""
    url = url.replace("{id}", "ID")
    if isinstance(example, str):
        url = f"{url}?{example}"
    lines = [_words("curl", *(["-X", method] if method != "GET" else []), url)]
    lines.append(_words("-H", "Authorization: Bearer KEY"))
    if isinstance(example, Mapping):
        if media == JSON:
            lines.append(_words("-H", f"Content-Type: {JSON}"))
            lines.append(_words("-d", _compact(example)))
        else:
            lines += [_words("-F", f"{name}={value}") for name, value in example.items()]
    return " \\\n  ".join(lines)


def _words(*words: str) -> str:
    return shlex.join(words)


def _compact(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
