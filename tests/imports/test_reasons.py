"""What became of a row, in words."""

from __future__ import annotations

import pytest

from nimbus.imports.reasons import _conflicts


@pytest.mark.parametrize("count", [2, 4])
def test_as_many_domains_are_told_as_there_are(count: int) -> None:
    names = ["a.com", "b.com", "c.com", "d.com"][:count]
    told = _conflicts({"conflicts": [{"field": "company.domain", "in_file": names}]})
    assert told == [f"The file names {count} company domains: {', '.join(names)}."]
