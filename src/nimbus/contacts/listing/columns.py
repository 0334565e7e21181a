"""The columns of the list: which there are, how wide, the presets (S0-12, S0-13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from nimbus.contacts.form import is_edited, key_of, raw
from nimbus.fields import Catalogue, Field, Worked
from nimbus.fields import types as t

Width = Literal["xs", "s", "m", "l", "xl"]
WIDTHS: dict[Width, str] = {
    "xs": "Very narrow", "s": "Narrow", "m": "Medium", "l": "Wide", "xl": "Very wide",
}  # fmt: skip
MOST = 50

# What the registry knows of an email over every workspace: no field of ours, and asked by key.
BOUNCE = Field(
    "registry.bounce_status", "Bounce status",
    t.Choice("bounce_status", {"hard": "Hard bounce", "soft": "Soft bounce"}), "related", "",
    "status", importable=False, editable=False, filterable=False,
)  # fmt: skip
RECOMMENDED = ("email", "icp_tier", "lead_score")
USUAL = ("email", "title", "company.name", "icp_tier", "lead_score", "tags")
PRESETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "usual": ("Usual", USUAL),
    "agency": (
        "Agency",
        ("email", "company.name", "icp_tier", "lead_score", "client_id", "assigned_until"),
    ),
    "deliverability": (
        "Deliverability review",
        # The last send, and not the last contact, which a call that somebody logs is as well.
        (
            "email",
            "icp_tier",
            "lead_score",
            "verification_status",
            BOUNCE.key,
            "events.sent.last_at",
        ),
    ),
}
# The name is always there, in front; those of the trash are shown there alone.
_APART = frozenset({"full_name", "is_deleted", "deleted_at", "deletion_reason", "company.id"})
_USUAL_WIDTHS: dict[str, Width] = {
    "email": "xl", "title": "l", "tags": "l", "icp_tier": "xs", "grade": "xs", "lead_score": "s",
}  # fmt: skip
_BY_KIND: dict[str, Width] = {"number": "s", "boolean": "s", "choices": "l"}


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    width: Width

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def kind(self) -> Literal["text", "number", "center"]:
        if self.key in ("icp_tier", "grade"):
            return "center"
        return "number" if self.field.type.kind == "number" else "text"

    @property
    def usual(self) -> Width:
        """How wide it is for those who have not said."""
        return _width(self.field)

    @property
    def is_recommended(self) -> bool:
        return self.key in RECOMMENDED

    @property
    def edited_as(self) -> str | None:
        """The form of the field, where it is edited in its row: of the contact's own."""
        mine = is_edited(self.field) and self.field.thing in ("contact", "custom")
        return key_of(self.field) if mine else None

    def value(self, row: Mapping[str, Any], now: datetime) -> Any:
        """Of a row of the list, or one as `read.one` has it."""
        if isinstance(self.field.related, Worked):
            return self.field.related.of(row, now)
        if self.field.beside:
            return row.get(self.key, self.field.beside.missing)
        return row.get(self.key) if self.field is BOUNCE else raw(self.field, row)


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns as they are kept: refs of fields, and the widths that differ from the usual."""

    refs: tuple[str, ...] = ()
    widths: Mapping[str, str] | None = None


def find(catalogue: Catalogue, ref: str, at: str | None = None) -> Field:
    """Raises Problem for what is no field, or is none that a list can show."""
    return BOUNCE if ref == BOUNCE.key else catalogue.by_ref(ref, at)


def offered(catalogue: Catalogue, shares_registry: bool) -> list[Field]:
    """What a column can show: whatever a contact or its company keeps, is worked out from it, or is
    at hand beside it."""
    own = [
        one for one in catalogue
        if one.key not in _APART
        and (one.column or one.beside or isinstance(one.related, Worked))
    ]  # fmt: skip
    return [*own, BOUNCE] if shares_registry else own


def columns_of(choice: Choice, offered: Sequence[Field]) -> list[Column]:
    """Those that there still are, in their order; without any, the usual ones."""
    known = {field.ref: field for field in offered}
    kept = [known[ref] for ref in choice.refs if ref in known]
    widths = choice.widths or {}
    if not kept:
        return usual(USUAL, offered)
    return [Column(field, _width(field, widths.get(field.ref))) for field in kept]


def usual(keys: Iterable[str], offered: Sequence[Field]) -> list[Column]:
    known = {field.key: field for field in offered}
    return [Column(known[key], _width(known[key])) for key in keys if key in known]


def choice_of(columns: Sequence[Column]) -> Choice:
    """The other way round."""
    widths = {one.field.ref: one.width for one in columns if one.width != _width(one.field)}
    return Choice(tuple(one.field.ref for one in columns), widths)


def given(keys: Sequence[str], widths: Sequence[str], offered: Sequence[Field]) -> list[Column]:
    """As a form names them; what it cannot know is left out."""
    known = {field.key: field for field in offered}
    wide = dict(zip(keys, widths, strict=False))
    shown = [known[key] for key in dict.fromkeys(keys) if key in known]
    return [Column(field, _width(field, wide.get(field.key))) for field in shown[:MOST]]


def after(columns: Sequence[Column], step: str, offered: Sequence[Field]) -> list[Column]:
    """The columns after a button: `up:title`, `down:title`, `drop:title`, `add:title`,
    `preset:agency`."""
    name, _, key = step.partition(":")
    found = list(columns)
    at = next((i for i, one in enumerate(found) if one.key == key), None)
    if name == "preset" and key in PRESETS:
        return usual(PRESETS[key][1], offered)
    if name == "add" and at is None and len(found) < MOST:
        return [*found, *usual([key], offered)]
    if at is None:
        return found
    if name == "drop":
        return found[:at] + found[at + 1 :]
    to = at - 1 if name == "up" else at + 1 if name == "down" else at
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
    return found


def _width(field: Field, given: str | None = None) -> Width:
    for width in WIDTHS:
        if width == given:
            return width
    return _USUAL_WIDTHS.get(field.key) or _BY_KIND.get(field.type.kind) or "m"
