"""A person as the finder sees them: what is compared, in the form in which it is compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nimbus.duplicates.mailbox import NO_MAILBOX, Mailbox, mailbox
from nimbus.fields.derive.companies import company_name_key
from nimbus.fields.derive.domains import company_domain
from nimbus.fields.types.cell import fold

# Of all that stands behind a name only these tell two people of one family apart.
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr",
                "ii": "ii", "iii": "iii", "iv": "iv"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Everything folded: no case, no accents; names and places without spaces, which are put in
    the wrong place as often as letters. What is not known is empty.

    `firms` are the company and the company domains they are found under, `handles` a profile each,
    `network:handle`; `lines` are the lines of a street address without the house number.
    """

    id: Any
    given: str = ""
    family: str = ""
    names: frozenset[str] = frozenset()
    generation: str = ""
    email: str = ""
    box: Mailbox = NO_MAILBOX
    firms: frozenset[str] = frozenset()
    firm_name: str = ""
    phones: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    city: str = ""
    state: str = ""
    postcode: str = ""
    house: str = ""
    lines: tuple[str, ...] = ()
    born: str = ""


def person(
    id: Any, *, given: str | None = None, family: str | None = None, suffix: str | None = None,
    email: str | None = None, company: str | None = None, firm: str | None = None,
    firm_domain: str | None = None, phones: Iterable[str | None] = (),
    profiles: Iterable[str | None] = (), city: str | None = None, state: str | None = None,
    postcode: str | None = None, house: str | None = None, lines: Iterable[str | None] = (),
    born: str | None = None,
) -> Person:  # fmt: skip
    """`firm` is the id of the company and `company` its name; `phones` are E.164, `profiles`
    canonical addresses, `born` a date as year-month-day."""
    address = (email or "").strip().lower()
    box = mailbox(address)
    own = company_domain(box.host) if box.host else None
    return Person(
        id, given=_word(given), family=_word(family), names=_parts(family),
        generation=_GENERATIONS.get(_word(suffix), ""), email=address, box=box,
        firms=frozenset(filter(None, (firm, firm_domain, own))),
        firm_name=company_name_key(company).replace(" ", "") if company else "",
        phones=frozenset(filter(None, phones)),
        handles=frozenset(map(_handle, filter(None, profiles))),
        city=_word(city), state=_word(state), postcode=_word(postcode), house=_word(house),
        lines=tuple(filter(None, map(_word, lines))), born=re.sub(r"\D", "", born) if born else "",
    )  # fmt: skip


@lru_cache(maxsize=2**17)
def _word(text: str | None) -> str:
    return fold(text).replace(" ", "") if text else ""


@lru_cache(maxsize=2**16)
def _parts(family: str | None) -> frozenset[str]:
    """The words of a name of several, such as Smith-Jones."""
    words = fold(family).split() if family else []
    return frozenset(word for word in words if len(word) > 3) if len(words) > 1 else frozenset()


@lru_cache(maxsize=2**16)
def _handle(address: str) -> str:
    """`https://linkedin.com/in/anna` as `linkedin.com:in/anna`."""
    host, _, path = address.removeprefix("https://").partition("/")
    return f"{host}:{path}"
