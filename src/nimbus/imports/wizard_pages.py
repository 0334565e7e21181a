"""What the wizard does: keeps the draft, reads the file anew, tries it, starts it (S1-71, F-08)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Form
from psycopg import Rollback
from starlette.responses import RedirectResponse, Response

from nimbus import files
from nimbus.accounts.client import client_for
from nimbus.db import ids
from nimbus.fields.read import catalogue, forget
from nimbus.imports import mapping, views, wizard, wizard_view
from nimbus.imports.column_lines import dated
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob, ImportOptions
from nimbus.imports.preview import preview
from nimbus.imports.reasons import around
from nimbus.imports.resume import answer, dialect_of, draft, reread
from nimbus.imports.shapes import ShownPreview
from nimbus.imports.shown import shown_preview
from nimbus.imports.upload import delimiter_of
from nimbus.imports.wizard import Filled
from nimbus.problems import Problem
from nimbus.web.route import Ask, PageRouter

router = PageRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form()]
# A file has up to 1,000 columns, each with up to three fields of the form.
MOST_FIELDS = 3_500


@router.at("GET", "/imports/{id}/map", scope="imports:write")
def map_page(ask: Ask, id: str) -> Response:
    found = find(ask.tx, ids.read("imp", id))
    if found.status != "awaiting_mapping":
        return RedirectResponse(views.href(found), 303)
    return wizard_view.page(ask, found)


@router.at(
    "POST", "/imports/{id}/map", scope="imports:write", form_limits={"max_fields": MOST_FIELDS}
)
def map_form(
    ask: Ask, id: str, do: Text = "look", goes_to: Texts = None, only_if_blank: Texts = None,
    order: Texts = None, default_field: Texts = None, default_value: Texts = None,
    dedup_behavior: Text = "update", in_trash: Text = "skip", encoding: Text = "",
    delimiter: Text = "", enrich: Text = "", force_refresh: Text = "",
) -> Response:  # fmt: skip
    """`do`: `look` keeps the draft and shows what it means, `reread` reads the file in another way,
    `preview` tries 100 rows and writes nothing, `start` starts the import."""
    found = find(ask.tx, ids.read("imp", id))
    if found.status != "awaiting_mapping":
        return RedirectResponse(views.href(found), 303)
    filled = None
    try:
        with ask.tx.connection.transaction():
            defaults = _pairs(default_field or [], default_value or [])
            options = ImportOptions(
                dedup_behavior, in_trash, dict(defaults), encoding or None,
                delimiter_of(delimiter), enrich == "1", force_refresh == "1", confirm=True,
            )  # fmt: skip
            if do == "reread":
                reread(ask.tx, ask.instance, found, options)
                return RedirectResponse(f"{views.href(found)}/map", 303)
            header = dialect_of(found).header
            choices = wizard.sent(len(header), goes_to or [], only_if_blank or [], order or [])
            choices = dated(choices, wizard_view.sample_of(ask, found), catalogue(ask.tx))
            filled = Filled(choices, options, defaults)
            return _DOES.get(do, _look)(ask, found, filled)
    except Problem as problem:
        if problem.status >= 500 or problem.code == "forbidden":
            raise
        return wizard_view.page(ask, found, filled, problem=problem)


def _look(ask: Ask, found: ImportJob, filled: Filled) -> Response:
    settled = wizard.draft(dialect_of(found).header, filled.columns, catalogue(ask.tx))
    draft(ask.tx, found, settled, filled.options)
    return wizard_view.page(ask, found, filled)


def _preview(ask: Ask, found: ImportJob, filled: Filled) -> Response:
    client = client_for(ask.tx, ask.who, found.client_id)
    path = files.path_of(ask.instance.files, ask.tx.workspace_id, found.file_id)
    dialect = dialect_of(found)
    told: ShownPreview | None = None
    # New fields are made for the try alone, and are taken back with all the rest.
    with ask.tx.connection.transaction():
        settled = wizard.settle(ask.tx, ask.who, dialect.header, filled.columns)
        report = preview(
            ask.tx, ask.instance, ask.who, client, path, dialect, settled, filled.options
        )
        rows = around(ask.tx, report.rows)
        told = shown_preview(report, mapping.dump(settled), catalogue(ask.tx), rows)
        raise Rollback
    forget(ask.tx)
    return wizard_view.page(ask, found, filled, told)


def _start(ask: Ask, found: ImportJob, filled: Filled) -> Response:
    settled = wizard.settle(ask.tx, ask.who, dialect_of(found).header, filled.columns)
    draft(ask.tx, found, settled, replace(filled.options, confirm=False))
    answer(ask.tx, ask.who, "web", found, settled)
    return RedirectResponse(views.href(found), 303)


_DOES = {"look": _look, "preview": _preview, "start": _start}


def _pairs(keys: list[str], values: list[str]) -> list[tuple[str, str]]:
    return [(key, value.strip()) for key, value in zip(keys, values, strict=False) if key]
