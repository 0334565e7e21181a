"""The commands of `nimbus`, each a few lines that call the room that does it."""

from nimbus.commands import auditing, hosting, importing  # noqa: F401 - each adds its own
from nimbus.commands.command import app

__all__ = ["app"]
