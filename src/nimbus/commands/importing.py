"""`nimbus import`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from nimbus.commands.command import AsJson, Data, app, opened
from nimbus.problems import invalid


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    workspace: Annotated[str, typer.Option(help="Its id, ws_….")],
    client: Annotated[str | None, typer.Option(help="In agency mode: for whom, client_….")] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="JSON of headers and field keys.", exists=True)
    ] = None,
    dedup_behavior: Annotated[
        str, typer.Option(help="update, skip, error, create_only or update_only.")
    ] = "update",
    in_trash: Annotated[str, typer.Option(help="skip, restore or new.")] = "skip",
    default: Annotated[
        list[str] | None, typer.Option(help="FIELD=VALUE where no column gives one; repeatable.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="When the guess is wrong.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="When the guess is wrong.")] = None,
    enrich: Annotated[bool, typer.Option(help="Also ask the enrichment providers.")] = False,
    preview: Annotated[bool, typer.Option(help="The first 100 rows; writes nothing.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Import a CSV file or workbook. Exit code 0 complete, 1 failed, 2 waiting or paused."""
    from nimbus import rooms
    from nimbus.db import ids
    from nimbus.imports.import_job import ImportOptions
    from nimbus.imports.terminal import Order, import_file, preview_file, say

    options = ImportOptions(
        dedup_behavior, in_trash, _pairs(default or []), encoding, delimiter, enrich
    )
    order = Order(
        file,
        ids.read("ws", workspace, "workspace"),
        ids.read("client", client, "client") if client else None,
        _json(mapping) if mapping else None,
        options,
    )
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    with opened(data) as instance:
        rooms.install(instance.door)
        answer = preview_file(instance, order) if preview else import_file(instance, order, console)
    if as_json:
        print(json.dumps(answer.data, default=str))
    else:
        say(console, answer)
    raise typer.Exit(answer.code)


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise invalid(f"Write it as FIELD=VALUE, not {one!r}.", "default")
        pairs[name.strip()] = value.strip()
    return pairs


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise invalid(f"{path} is not JSON: {error}.", "mapping") from error
