"""What people paste into the form of a list: lines, or addresses in a row from a mail."""

from __future__ import annotations

import re

from nimbus.fields.field import Invalid
from nimbus.suppression.lists import DOMAINS, Listing

# From the strongest to the weakest: `Brandt, Bo <bo@acme.com>; al@b.org` are two addresses.
_CUTS = (";", ",", r"\s")


def entries(listing: Listing, text: str) -> list[str]:
    """The emails or domains of a text: parted by line breaks, commas, semicolons or white space."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if listing is DOMAINS:
        # A domain has none of these in it, and of an address (`acme.com/a`) only the host is read:
        # to read a line as a whole would lose whatever comes after the first domain.
        return [piece for line in lines for piece in re.split(r"[,;\s]+", line) if piece]
    return [piece for line in lines for piece in _parts(listing, line, _CUTS)]


def _parts(listing: Listing, text: str, cuts: tuple[str, ...]) -> list[str]:
    """A line that is one address with its name stays whole, and so does one without any."""
    if "@" not in text or not re.search(r"[,;\s]", text) or _is_one(listing, text):
        return [text]
    for at, cut in enumerate(cuts):
        pieces = [piece.strip() for piece in re.split(cut, text) if piece.strip()]
        if pieces != [text]:
            return [part for piece in pieces for part in _parts(listing, piece, cuts[at + 1 :])]
    return [text]


def _is_one(listing: Listing, text: str) -> bool:
    if text.count("@") != 1:
        return False
    try:
        return bool(listing.parse(text))
    except Invalid:
        return False
