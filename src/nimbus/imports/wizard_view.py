"""The import wizard as it is shown: one page, four steps that stay visible (S2-18, S1-15, F-08)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from nimbus import files
from nimbus.accounts.client import clients, workspace
from nimbus.consent import warning_for
from nimbus.enrichment.read import providers
from nimbus.fields.read import catalogue
from nimbus.imports import mapping, views, wizard
from nimbus.imports.column_lines import lines, missing, targets
from nimbus.imports.create import SAMPLE_ROWS
from nimbus.imports.import_job import ImportJob
from nimbus.imports.proposal.propose import propose
from nimbus.imports.reader.read import first_rows
from nimbus.imports.resume import dialect_of, is_as_last_time, options_of
from nimbus.imports.shapes import ShownPreview
from nimbus.imports.wizard import Filled
from nimbus.problems import Problem
from nimbus.web import parts, render
from nimbus.web.route import Ask

WRITING = {
    "utf-8": "", "utf-16": "", "cp1252": "Western", "cp1250": "Central European",
    "cp1251": "Cyrillic", "mac_roman": "Western", "cp932": "Japanese", "gb18030": "Chinese",
    "euc_kr": "Korean",
}  # fmt: skip
ENCODINGS = {
    code: f"{views.encoding_name(code)}{f' ({writing})' if writing else ''}"
    for code, writing in WRITING.items()
}
DELIMITERS = {"comma": "Comma ,", "semicolon": "Semicolon ;", "tab": "Tab", "pipe": "Pipe |"}
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
MOST_DEFAULTS = 30


def sample_of(ask: Ask, found: ImportJob) -> list[list[str]]:
    """The cells of the first rows, which columns are proposed and looked at by."""
    path = files.path_of(ask.instance.files, ask.tx.workspace_id, found.file_id)
    return [row.cells for row in first_rows(path, dialect_of(found), SAMPLE_ROWS)]


@dataclass(frozen=True, slots=True)
class _Default:
    """A row of the defaults: a field, its value, and the choices where it has some."""

    key: str
    value: str
    choices: list[parts.Option]


def page(
    ask: Ask, found: ImportJob, filled: Filled | None = None, tried: ShownPreview | None = None,
    problem: Problem | None = None,
) -> Response:  # fmt: skip
    fields = catalogue(ask.tx)
    dialect = dialect_of(found)
    sample = sample_of(ask, found)
    proposed = propose(list(dialect.header), sample, fields)
    known = filled is None and is_as_last_time(ask.tx, found)
    if filled is None:
        choices = (
            wizard.stored(mapping.load(found.mapping), fields)
            if found.mapping
            else wizard.proposed(proposed.columns)
        )
        options = options_of(found)
        filled = Filled(choices, options, list(options.defaults.items()))
    told = lines(dialect.header, sample, fields, proposed.columns, filled.columns, known=known)
    mapped = [line for line in told if line.choice.goes_to]
    return render(
        ask.request, "imports/map.html", 400 if problem else 200, found=found, views=views,
        file=files.find(ask.tx, found.file_id), dialect=dialect, lines=told, filled=filled,
        mapped=len(mapped), known=known, targets=targets(fields), problem=problem,
        missing=missing(filled.columns), tried=tried, client=_client_name(ask, found),
        has_email=any(line.choice.goes_to == "email" for line in told),
        warning=warning_for(filled.options.defaults, {line.choice.goes_to for line in told}),
        defaults=_defaults(fields, filled),
        encodings=_named(ENCODINGS, views.encoding_name(dialect.encoding)),
        delimiters=_named(DELIMITERS, NAMES.get(dialect.delimiter, dialect.delimiter)),
        delimiter_key=NAMES.get(filled.options.delimiter or "", ""),
        behaviors=_behaviors(),
        trash=_options(views.TRASH_WORDS),
        has_provider=bool(providers(ask.tx)), may_make_fields=ask.who.may("settings:write"),
    )  # fmt: skip


def _defaults(fields: Any, filled: Filled) -> list[_Default]:
    """What was filled in, and one empty row more."""
    shown = []
    for key, value in [*filled.defaults, ("", "")][:MOST_DEFAULTS]:
        field = fields.find(key)
        labels = getattr(field.type, "labels", None) if field else None
        choices = _options(labels) if labels else [parts.Option(o, o) for o in _own(field)]
        shown.append(_Default(key, value, choices))
    return shown


def _own(field: Any) -> tuple[str, ...]:
    return field.options if field and field.type.kind == "choice" else ()


def _options(labels: Any) -> list[parts.Option]:
    return [parts.Option(key, label) for key, label in labels.items()]


def _behaviors() -> list[parts.Option]:
    """Without `create_only`, which does to a file what `skip` does."""
    return [
        parts.Option(key, views.BEHAVIOR_WORDS[key], help)
        for key, help in views.BEHAVIOR_HELP.items()
    ]


def _named(labels: dict[str, str], now: str) -> list[parts.Option]:
    """`now` is a key of the labels, or words already."""
    return [parts.Option("", f"Found by itself ({labels.get(now, now)})"), *_options(labels)]


def _client_name(ask: Ask, found: ImportJob) -> str | None:
    if not workspace(ask.tx).agency:
        return None
    return next((one.name for one in clients(ask.tx) if one.id == found.client_id), None)
