"""To which entry of the navigation a page belongs."""

from __future__ import annotations

import pytest

from nimbus import navigation
from nimbus.web import parts


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/", "Home"), ("/contacts", "Contacts"), ("/contacts/new", "Contacts"),
        ("/contacts/import", "Imports"), ("/imports/imp_1/map", "Imports"),
        ("/settings/scoring", "Settings"), ("/contactsy", None),
    ],
)  # fmt: skip
def test_a_page_belongs_to_the_entry_that_says_most_of_it(path: str, label: str | None) -> None:
    found = parts.current(navigation.navigation(), path)
    assert (found and found.label) == label


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/settings", "Profile"), ("/settings/second-factor", "Profile"),
        ("/settings/second-factor/confirmation", "Profile"), ("/settings/people", "People"),
        ("/settings/people/user_1", "People"),
    ],
)  # fmt: skip
def test_a_page_of_the_settings_belongs_to_one_entry(path: str, label: str) -> None:
    held = [one.label for one in navigation.settings_navigation() if one.holds(path)]
    assert held == [label]
