"""Rows whose contact is found by the id it has in another system instead of its email (F-24)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields import Invalid
from nimbus.fields.types import EMAIL, TEXT
from nimbus.intake.given import Rows
from nimbus.intake.parse import Given
from nimbus.problems import Problem, invalid

_SQL = beside(__file__, "matching.sql")


def by_external_id(tx: Tx, found: Rows) -> None:
    """Give each row without an email that of the contact it means, so that it is written like any
    other. Refuses rows without an external id, whose id several contacts have, and whose email is
    another than that of the contact: who a contact is changes by a PATCH alone.

    Two upserts of one id, also of a new one, wait for each other.
    """
    at, email_at = found.at("external_id"), found.at("email")
    keys = [_read(TEXT.parse_json, row.cells[at]) for row in found.rows]
    ids = sorted({key for key in keys if key})
    if ids:
        tx.run(_SQL["one_after_another"], {"workspace": tx.workspace_id, "ids": ids})
    held = tx.rows(_SQL["find"], {"workspace": tx.workspace_id, "ids": ids})
    known = {row["external_id"]: _emails(row) for row in held}
    merged = {row["external_id"]: row["merged"][1] for row in held if row["merged"]}
    rows: list[Given] = []
    for row, key in zip(found.rows, keys, strict=True):
        index = row.row_no - 1
        emails = known.setdefault(key, []) if key else []
        given = _read(EMAIL.parse_json, row.cells[email_at])
        problem = _problem(key, emails, given)
        if index in found.refused:
            pass
        elif problem:
            found.refused[index] = [problem]
        elif key and emails:
            cells = [*row.cells]
            cells[email_at] = emails[0]
            # Whoever lives on from a merge keeps the id of its own.
            cells[at] = merged.get(key) or cells[at]
            row = Given(row.row_no, row.line, cells)
        elif given:
            emails.append(given)  # A later row of the same id means the same contact.
        rows.append(row)
    found.rows = rows


def _emails(row: dict[str, Any]) -> list[str]:
    if row["live"]:
        return [*row["live"]]
    return [row["merged"][0]] if row["merged"] else [row["trashed"]] if row["trashed"] else []


def _read(parse: Callable[[Any], Any], value: Any) -> Any:
    """None for what cannot be read: the parser says so."""
    try:
        return parse(value)
    except Invalid:
        return None


def _problem(key: str | None, emails: list[str], given: str | None) -> Problem | None:
    if key is None:
        return invalid("external_id is required: contacts are matched by it.", "external_id")
    if len(emails) > 1:
        return Problem(
            "conflict",
            "Several contacts have this external_id, so it does not say which is meant. Match by "
            "email, or give each an id of its own.", "external_id",
        )  # fmt: skip
    if emails and given and given != emails[0]:
        return Problem(
            "conflict",
            f"The contact with this external_id has the email {emails[0]}. Send that or none; the "
            "email of a contact is changed by PATCH.", "email",
        )  # fmt: skip
    return None
