"""What the commands share: `app`, which they are added to, their options, and the instance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from nimbus.db.instance import Instance
from nimbus.problems import invalid
from nimbus.settings import Settings

app = typer.Typer(
    name="nimbus", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Nimbus Contacts: the contact system for outbound sales teams and agencies.",
)  # fmt: skip

Data = Annotated[
    Path | None,
    typer.Option(help="Folder of the instance; else NIMBUS_DATA, else ./data.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]


def settings_of(data: Path | None) -> Settings:
    """The settings of this process, with --data before NIMBUS_DATA."""
    try:
        return Settings(data=data) if data else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"NIMBUS_{first['loc'][0]}".upper()
        raise invalid(f"{first['msg']}.", name) from None


@contextmanager
def opened(data: Path | None) -> Iterator[Instance]:
    """The instance of these settings, as long as the command runs."""
    from nimbus.db.instance import instance
    from nimbus.serve import begun, log_to_stderr

    settings = settings_of(data)
    log_to_stderr(settings.log_level)
    with begun(instance(settings)) as found:
        yield found
