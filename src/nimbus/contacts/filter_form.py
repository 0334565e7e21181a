"""The filter form of the list: the questions asked most, filled in as the address asks them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from nimbus.contacts.asked import query_of
from nimbus.contacts.read import ContactList
from nimbus.contacts.refused import Refused
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import STANDARD
from nimbus.web.parts import Option

# What the form asks; the address may ask more, which is carried along.
ASKS = (
    "icp_tier", "grade", "lead_score__gte", "lead_score__lte", "tags", "seniority", "department",
    "title__contains", "country", "company.industry__contains", "segment", "import",
)  # fmt: skip
SLUGS = {
    field.key: dict(getattr(field.type, "labels"))  # noqa: B009 - not every type has them
    for field in STANDARD
    if field.key in ("seniority", "department")
}
RECENT = 20
# A menu of more is of no use; the address asks for any.
MOST_SEGMENTS = 500


@dataclass(frozen=True, slots=True)
class Form:
    """`values` and what is wrong with them by name, the options of its selects, and what it carries
    along unseen."""

    values: dict[str, str]
    errors: dict[str, str]
    options: dict[str, list[Option]]
    kept: list[tuple[str, str]]

    def ticked(self, name: str) -> list[str]:
        return self.values.get(name, "").split(",")


def form(tx: Tx, asked: ContactList, refused: Iterable[Refused] = ()) -> Form:
    """The form as the address fills it in, with what is refused of it at its fields."""
    params = query_of(asked)
    times = Counter(name for name, _ in params)
    values = {name: text for name, text in params if name in ASKS and times[name] == 1}
    wrong = {one.name: one for one in refused if one.name in ASKS}
    values |= {name: one.text for name, one in wrong.items()}
    choices = {**SLUGS, "segment": _segments(tx), "import": _recent_imports(tx)}
    return Form(
        values,
        {name: one.why for name, one in wrong.items()},
        {name: _options(known.items(), values.get(name)) for name, known in choices.items()},
        [(name, text) for name, text in params if name not in values],
    )


def _options(known: Iterable[tuple[str, str]], value: str | None) -> list[Option]:
    """Any, the known ones, and what the address asks beside them, so that it is not lost."""
    options = [Option("", "Any"), *(Option(key, label) for key, label in known)]
    if value and all(option.value != value for option in options):
        options.append(Option(value, value.replace(",", ", ")))
    return options


def _segments(tx: Tx) -> dict[str, str]:
    """Dynamic segments and static lists, by name."""
    rows = tx.rows(
        "select id, name from segment where workspace_id = %s order by lower(name), id limit %s",
        [tx.workspace_id, MOST_SEGMENTS],
    )
    return {ids.show("seg", row["id"]): row["name"] for row in rows}


def _recent_imports(tx: Tx) -> dict[str, str]:
    rows = tx.rows(
        "select id, name from import_job where workspace_id = %s order by created_at desc limit %s",
        [tx.workspace_id, RECENT],
    )
    return {ids.show("imp", row["id"]): row["name"] for row in rows}
