"""Imports in the command palette: among the latest, by the name of the file."""

from __future__ import annotations

from nimbus.imports import views
from nimbus.imports.find import recent
from nimbus.web.palette import MOST, Found, Source, says
from nimbus.web.route import Ask

LATEST = 200


def find(ask: Ask, words: str) -> list[Found]:
    """Where nothing is typed the latest."""
    found = recent(ask.tx, LATEST if words else MOST // 2)
    return [
        Found(one.name, views.href(one), "file-up", views.STATUSES[one.status][0])
        for one in found if says(words, one.name)
    ]  # fmt: skip


IMPORTS = Source("Imports", "imports:read", find)
