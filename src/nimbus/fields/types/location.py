"""A free "City, State, Country" line: a target of mappings without a column of its own."""

from __future__ import annotations

from nimbus.fields.types.text import Text

LOCATION = Text("location", limit=300, sql="")
