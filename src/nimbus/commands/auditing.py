"""`nimbus audit`: whether the log is what was written to it."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from nimbus.commands.command import AsJson, Data, app, opened
from nimbus.problems import invalid

audit = typer.Typer(no_args_is_help=True, help="Whether the audit log is what was written to it.")
app.add_typer(audit, name="audit")


@audit.callback()
def _audit() -> None:
    """One command so far, which is named all the same."""


@audit.command()
def verify(
    workspace: Annotated[
        str | None, typer.Option(help="Its id, ws_…; all of them without it.")
    ] = None,
    head: Annotated[
        str | None,
        typer.Option(help="The last seal as an earlier run told it, NUMBER:DIGEST."),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make every seal of the log again and compare. Exit code 1 when it was tampered with."""
    from nimbus.db import ids
    from nimbus.operations.seal import Head
    from nimbus.operations.terminal import say, shown, verify_all

    expected = None
    if head is not None:
        if workspace is None:
            raise invalid("Say with --workspace whose head it is.", "workspace")
        try:
            expected = Head.read(head)
        except ValueError:
            raise invalid("Write it as NUMBER:DIGEST, as it was told.", "head") from None
    only = ids.read("ws", workspace, "workspace") if workspace else None
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    with opened(data) as instance:
        verdicts = verify_all(instance, only, expected)
    if as_json:
        print(json.dumps(shown(verdicts), default=str))
    else:
        say(console, verdicts)
    raise typer.Exit(0 if all(one.is_sound for one in verdicts) else 1)
