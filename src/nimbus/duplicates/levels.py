"""How two people agree, field by field: a level for each field that both have."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from nimbus.duplicates.mailbox import letters
from nimbus.duplicates.person import Person
from nimbus.duplicates.spelling import alike, begins_alike, formal_names, sound

Levels = dict[str, str]


def names(one: Person, other: Person) -> Levels:
    found: Levels = {}
    if one.given and other.given:
        found["given"] = _given(one.given, other.given)
    if one.family and other.family:
        found["family"] = _family(one, other)
    if one.generation and other.generation:
        found["generation"] = "same" if one.generation == other.generation else "other"
    return found


def names_swapped(one: Person, other: Person) -> Levels:
    """The given name of one against the family name of the other."""
    found: Levels = {"swapped": "yes"}
    if one.given and other.family:
        found["given"] = _given(one.given, other.family)
    if one.family and other.given:
        found["family"] = _surname(one.family, other.given)
    return found


def rest(one: Person, other: Person) -> Levels:
    """Everything but the names."""
    found: Levels = {}
    if one.email and other.email:
        found["email"] = _email(one, other)
    if company := _company(one, other):
        found["company"] = company
    if one.phones and other.phones:
        found["phone"] = "other" if one.phones.isdisjoint(other.phones) else "same"
    if one.handles and other.handles and (profile := _profile(one, other)):
        found["profile"] = profile
    if one.city and other.city:
        found["city"] = alike(one.city, other.city)
    if one.state and other.state:
        found["state"] = "same" if one.state == other.state else "other"
    if one.postcode and other.postcode:
        found["postcode"] = _code(one.postcode, other.postcode)
    if one.house and other.house:
        found["house"] = _code(one.house, other.house)
    if one.lines and other.lines:
        found |= _address(one.lines, other.lines)
    if len(one.born) == len(other.born) == 8:
        found["born"] = _born(one.born, other.born)
    return found


def _given(one: str, other: str) -> str:
    level = alike(one, other)
    if level == "same":
        return "same"
    if not formal_names(one).isdisjoint(formal_names(other)):
        return "nickname"
    if level == "near":
        return "near"
    if one.startswith(other) or other.startswith(one):
        return "initial" if min(len(one), len(other)) == 1 else "nickname"
    return "alike" if level == "alike" or begins_alike(one, other) else "other"


def _family(one: Person, other: Person) -> str:
    level = _surname(one.family, other.family)
    if level in ("other", "alike") and (one.names or other.names):
        parts, others = one.names or {one.family}, other.names or {other.family}
        return "part" if not parts.isdisjoint(others) else level
    return level


def _surname(one: str, other: str) -> str:
    level = alike(one, other)
    if level == "other" and min(len(one), len(other)) == 1 and one[0] == other[0]:
        return "initial"
    if level == "other" and (sound(one) == sound(other) or begins_alike(one, other)):
        return "alike"
    return level


def _email(one: Person, other: Person) -> str:
    if one.email == other.email:
        return "same"
    mine, theirs = one.box, other.box
    if mine == theirs:
        return "mailbox"
    if mine.host == theirs.host:
        return "typo" if _mistyped(mine.local, theirs.local) else "other"
    if _called(mine.host, theirs.host) == "near" and (
        mine.local == theirs.local or _mistyped(mine.local, theirs.local)
    ):
        return "host_typo"
    if mine.local == theirs.local and len(mine.local) >= 5 and not (spelt(one) or spelt(other)):
        return "local"
    return "other"


def _mistyped(one: str, other: str) -> bool:
    """Whether one is the other with a slip. Numbers and first letters tell people of one name
    apart: jsmith, psmith, smith2."""
    if letters(one) == letters(other) and one.isascii() and other.isascii():
        return one.replace(".", "") == other.replace(".", "")
    return one[:1] == other[:1] and alike(one, other) == "near"


def spelt(one: Person) -> bool:
    """Whether an address says no more than the name: john.smith, jsmith, smith."""
    if any(letter.isdigit() for letter in one.box.local):
        return False
    given, family, said = one.given, one.family, letters(one.box.local)
    return said in {
        given, family, given + family, family + given, given[:1] + family, family + given[:1],
        given + family[:1],
    }  # fmt: skip


def _company(one: Person, other: Person) -> str | None:
    shared = one.firms & other.firms
    called = None
    if one.firm_name and other.firm_name:
        called = _called(one.firm_name, other.firm_name)
    if shared:
        # One domain says as much as one company, but whoever reads sees two names.
        is_one = called == "same" or any("." not in firm for firm in shared)
        return "same" if is_one else "domain"
    if called:
        return called
    if not one.firms or not other.firms:
        return None
    near = any(
        _called(mine, theirs) == "near"
        for mine in one.firms for theirs in other.firms if "." in mine and "." in theirs
    )  # fmt: skip
    return "near" if near else "other"


def _called(one: str, other: str) -> str:
    """Names of companies and hosts: numbers tell them apart."""
    level = alike(one, other)
    if level == "near":
        return level if _numbers(one) == _numbers(other) else "other"
    return "same" if level == "same" else "other"


@lru_cache(maxsize=2**14)
def _numbers(name: str) -> str:
    return "".join(letter for letter in name if letter.isdigit())


def _profile(one: Person, other: Person) -> str | None:
    """Different only where both have one on the same network."""
    if not one.handles.isdisjoint(other.handles):
        return "same"
    mine = {handle.partition(":")[0] for handle in one.handles}
    return "other" if any(handle.partition(":")[0] in mine for handle in other.handles) else None


def _code(one: str, other: str) -> str:
    """Postcodes and house numbers: a slip, or digits in another order, are near."""
    if one == other:
        return "same"
    near = OSA.distance(one, other, score_cutoff=1) == 1 or sorted(one) == sorted(other)
    return "near" if near else "other"


def _address(one: tuple[str, ...], other: tuple[str, ...]) -> Levels:
    """The best of the lines, in whatever order they stand, and the best of those that remain."""
    order = ("same", "near", "alike", "other")
    ranked = sorted(
        (order.index(alike(mine, theirs)), i, j)
        for i, mine in enumerate(one)
        for j, theirs in enumerate(other)
    )
    best, i, j = ranked[0]
    left = [rank for rank, a, b in ranked if a != i and b != j]
    return {"street": order[best]} | ({"line": order[left[0]]} if left else {})


def _born(one: str, other: str) -> str:
    slips = OSA.distance(one, other)
    if slips < 2:
        return ("same", "near")[slips]
    agreeing = sum(one[a:b] == other[a:b] for a, b in ((0, 4), (4, 6), (6, 8)))
    if agreeing == 2 or slips == 2:
        return "alike"
    return "partly" if agreeing or slips == 3 else "other"
