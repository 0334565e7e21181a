"""The audit log for people: `/settings/audit`, with what is asked for in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from nimbus.accounts.api_key import api_keys
from nimbus.accounts.read import people
from nimbus.audit import export
from nimbus.audit.asked import SYSTEM, sought
from nimbus.audit.things import KINDS, label
from nimbus.audit.words import THROUGH, lines
from nimbus.contacts.about import names
from nimbus.db import ids
from nimbus.fields import Catalogue
from nimbus.fields.read import catalogue
from nimbus.operations import audit
from nimbus.operations.audit import Sought
from nimbus.problems import Problem, invalid
from nimbus.web import parts, render
from nimbus.web.render import zone_of
from nimbus.web.route import Ask, PageRouter
from nimbus.web.values import NO_NUL, beginning

router = PageRouter("/settings/audit")
HERE = "/settings/audit"
SIZE = 50

Text = Annotated[str, Query(max_length=200, pattern=NO_NUL)]


@dataclass(frozen=True, slots=True)
class Form:
    """What the form of the page says; days are those of the person's own zone."""

    actor: str = ""
    through: str = ""
    thing: str = ""
    thing_id: str = ""
    field: str = ""
    operation_id: str = ""
    since: str = ""
    until: str = ""

    def asked(self, fields: Catalogue, zone: tzinfo) -> Sought:
        """Raises Problem that names what is wrong."""
        return sought(
            fields, actor=self.actor, through=self.through, thing=self.thing,
            thing_id=self.thing_id, operation_id=self.operation_id, field=self.field,
            since=_day(self.since, zone, "since"), until=_day(self.until, zone, "until", after=1),
        )  # fmt: skip

    def query(self, **more: str | None) -> str:
        own = {name: getattr(self, name) for name in Form.__slots__}
        return urlencode({name: value for name, value in {**own, **more}.items() if value})


@router.at("GET", "", scope="audit:read")
def audit_page(
    ask: Ask, actor: Text = "", through: Text = "", thing: Text = "", thing_id: Text = "",
    field: Text = "", operation_id: Text = "", since: Text = "", until: Text = "",
    cursor: Annotated[str, Query(max_length=1_000)] = "",
) -> Response:  # fmt: skip
    form = Form(actor, through, thing, thing_id, field, operation_id, since, until)
    fields = catalogue(ask.tx)
    shared: dict[str, Any] = {
        "form": form, "choices": _choices(ask, fields), "here": HERE, "asks": form != Form(),
    }  # fmt: skip
    try:
        asked = form.asked(fields, zone_of(ask.request))
        seal = asked.seal(ask.instance.secrets.key("cursor"), ask.tx.workspace_id)
        at = seal.open(cursor) if cursor else None
    except Problem as problem:
        return render(ask.request, "audit/audit.html", problem.status, problem=problem, **shared)
    found, counted = audit.page(ask.tx, asked, SIZE, at)
    told = list(lines(ask.tx, ask.who, audit.changes(ask.tx, found), fields, names(ask.tx)))
    return render(
        ask.request, "audit/audit.html", problem=None, lines=told, count=counted,
        first=found.start + 1, exports=_exports(form),
        previous=f"{HERE}?{form.query(cursor=seal.close(found.previous))}"
        if found.previous else None,
        next=f"{HERE}?{form.query(cursor=seal.close(found.next))}" if found.next else None,
        **shared,
    )  # fmt: skip


@router.at("GET", "/export.csv", scope="audit:read")
@router.at("GET", "/export.jsonl", scope="audit:read")
def audit_export_page(
    ask: Ask, actor: Text = "", through: Text = "", thing: Text = "", thing_id: Text = "",
    field: Text = "", operation_id: Text = "", since: Text = "", until: Text = "",
) -> Response:  # fmt: skip
    form = Form(actor, through, thing, thing_id, field, operation_id, since, until)
    asked = form.asked(catalogue(ask.tx), zone_of(ask.request))
    format: export.Format = "csv" if ask.request.url.path.endswith(".csv") else "jsonl"
    return export.answer(ask, asked, format)


def _exports(form: Form) -> list[tuple[str, str]]:
    query = form.query()
    return [
        (words, f"{HERE}/export.{name}{'?' if query else ''}{query}")
        for words, name in (("CSV", "csv"), ("JSON lines", "jsonl"))
    ]


def _choices(ask: Ask, fields: Catalogue) -> Mapping[str, list[parts.Option]]:
    """What each select of the form offers."""
    everyone = [parts.Option(ids.show("user", one.user_id), one.name) for one in people(ask.tx)]
    keys = [parts.Option(one.shown_id, f"Key: {one.name}") for one in api_keys(ask.tx, ask.who)]
    own = sorted({(field.label, field.key) for field in fields if field.thing != "related"})
    return {
        "actor": [parts.Option("", "Anybody"), *everyone, *keys, parts.Option(SYSTEM, "Nimbus")],
        "through": [parts.Option("", "Any way"), *_options(THROUGH)],
        "thing": [parts.Option("", "Everything"), *(
            parts.Option(name, label(name)) for name in KINDS)],
        "field": [parts.Option("", "Any field"), *(parts.Option(key, words) for words, key in own)],
    }  # fmt: skip


def _options(words: Mapping[str, Any]) -> list[parts.Option]:
    return [parts.Option(value, str(shown)) for value, shown in words.items()]


def _day(text: str, zone: tzinfo, field: str, after: int = 0) -> datetime | None:
    """The beginning of a day, or of the one so many days after it."""
    if not text:
        return None
    try:
        return beginning(text, zone, after)
    except ValueError:
        raise invalid("Write the day as 2026-04-30.", field) from None
