"""A score from 0 to 100, computed and never typed in (S0-50)."""

from __future__ import annotations

from nimbus.fields.types.integer import Integer

SCORE = Integer("score", least=0, most=100, sql="smallint")
