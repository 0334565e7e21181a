"""A field of a contact, of its company, or of a workspace's own making: defined once, read by all.

Import mapping, API, filters, list columns, export, tier and scoring rules read these objects;
none of them restates a field (design idea 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

from nimbus.fields.related import Member, Related, Worked

Thing = Literal["contact", "company", "custom", "related"]
Group = Literal[
    "identity", "work", "reach", "place", "company", "consent", "status", "score", "custom",
    "lists", "suppression", "engagement",
]  # fmt: skip


class Invalid(ValueError):
    """A raw value that its type cannot read; the text says what is wrong and what would do."""


class FieldType(Protocol):
    """How values of one kind are read, stored, compared and shown. One small file per type.

    `key`        name of the type (`email`, `phone`, `number`, `dropdown`, …)
    `sql`        PostgreSQL type of the stored value (`text`, `integer`, `date`, `text[]`, …)
    `kind`       what operators see: `text`, `number`, `boolean`, `date`, `datetime`, `choice`
                 (one of few), `choices` (several of few), `reference`
    """

    @property
    def key(self) -> str: ...
    @property
    def sql(self) -> str: ...
    @property
    def kind(self) -> str: ...

    def parse(self, raw: str) -> Any:
        """The stored value of a raw cell; None when blank. Raises `Invalid`. Pure and cacheable."""
        ...

    def parse_json(self, value: Any) -> Any:
        """The stored value of a JSON value from the API; strings go through `parse`."""
        ...

    def show(self, value: Any) -> str:
        """The value as text, such that `parse(show(v)) == v`."""
        ...

    def schema(self) -> dict[str, Any]:
        """JSON schema of the value as the API shows it."""
        ...


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    `key`       how filters, mappings and the API name it: `title`, `company.industry`,
                `custom.onboarding_stage`
    `thing`     whose it is
    `column`    its column in `contact` or `company`; for a custom field its key inside
                `contact.custom`, which is no name, so that a rename touches no row
    `synonyms`  headers under which other systems export it, lower case, any language
    `importable`, `editable`, `filterable`   what people may do with it
    `options`   the allowed values of a dropdown or multi-select
    `related`   of a field that another room offers: where its value lies, which is in no column of
                the contact; such a field can be asked for, and shown where it is at hand
    `fallback`  shown in templates when blank (S0-37)
    """

    key: str
    label: str
    type: FieldType
    thing: Thing
    column: str
    group: Group
    synonyms: tuple[str, ...] = ()
    importable: bool = True
    editable: bool = True
    filterable: bool = True
    options: tuple[str, ...] = ()
    fallback: str | None = None
    help: str = ""
    id: UUID | None = None
    related: Related | Member | Worked | None = None

    @property
    def ref(self) -> str:
        """What stored filters, mappings and rules name the field by: a rename leaves it alone."""
        return str(self.id) if self.id else self.key

    @property
    def beside(self) -> Related | None:
        """Where its value for some contacts is looked up, of a field whose rows are at hand."""
        found = self.related
        return found if isinstance(found, Related) and found.at_hand else None

    @property
    def path(self) -> tuple[str, ...]:
        """Where the API shows it: `("title",)`, `("company", "name")`, `("custom_fields", …)`."""
        head, _, rest = self.key.partition(".")
        return ("custom_fields", rest) if head == "custom" else (head, rest) if rest else (head,)
