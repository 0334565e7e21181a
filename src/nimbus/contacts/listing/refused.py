"""What of a list's address cannot be read, each with the way to take it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from nimbus.contacts.listing.asked import HERE, asked_by
from nimbus.contacts.read import ContactList
from nimbus.fields import STANDARD, Catalogue
from nimbus.problems import Problem

LABELS = {field.key: field.label for field in STANDARD} | {
    "lead_score__gte": "Score at least",
    "lead_score__lte": "Score at most",
    "title__contains": "Title contains",
    "company.industry__contains": "Industry contains",
    "import": "Import",
    "q": "Search for",
    "sort": "Sorted by",
    "view": "Saved view",
    "filter": "Filter",
}
# What is refused is quoted so far.
SHORT = 60


@dataclass(frozen=True, slots=True)
class Refused:
    """One parameter in words, why it is refused, and the address of the list without it."""

    name: str
    text: str
    words: str
    why: str
    off: str


def sort_out(
    params: Sequence[tuple[str, str]], catalogue: Catalogue, problem: Problem
) -> tuple[ContactList, list[Refused]]:
    """The list that the good parameters of a refused address ask for, and those that are not good:
    by themselves, or else those that the problem names."""
    given = [param for param in params if param[1]]
    rest = [param for param in given if param[0] != "cursor"]
    wrong = {param: why for param in rest if (why := _problem(param, catalogue))}
    if not wrong:
        named = "q" if problem.field == "search" else problem.field
        wrong = {param: problem for param in given if param[0] == named}
    asked = ContactList(shown="live")
    try:
        asked = asked_by([param for param in rest if param not in wrong], catalogue)
    except Problem:
        # Each is good, but not all together.
        wrong = wrong or dict.fromkeys(rest, problem)
    return asked, [_refused(param, rest, why) for param, why in wrong.items()]


def _problem(param: tuple[str, str], catalogue: Catalogue) -> Problem | None:
    try:
        asked_by([param], catalogue)
    except Problem as wrong:
        return wrong
    return None


def _refused(param: tuple[str, str], given: Sequence[tuple[str, str]], why: Problem) -> Refused:
    name, text = param
    others = [other for other in given if other != param]
    off = f"{HERE}?{urlencode(others, safe=',', quote_via=quote)}" if others else HERE
    short = text if len(text) <= SHORT else f"{text[:SHORT]}…"
    return Refused(name, text, f"{LABELS.get(name, name)} “{short}”", why.message, off)
