"""Searching people: every word is found in name, email, title, phone or company (S3-20, S3-60).

A word is found where a word of the contact begins with it; of a phone number also its end, and in
scripts without spaces any part. Of companies any part of the name or domain. When that finds less
than a page, it is also found within a word, and with one typing error (G-32). Whoever is called
what was typed comes first, then whoever's words begin so, then everybody else.
"""

from __future__ import annotations

import re
from typing import Any

import idna
from psycopg import sql

from nimbus.contacts.vocabulary import Near, near
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.filters.text import literal
from nimbus.problems import invalid

_SQL = beside(__file__, "search.sql")

MOST_WORDS = 8
# Whoever finds fewer by the beginnings of words is helped (S3-20).
PAGE = 50
# A trigram index knows nothing of shorter words but how they begin.
INDEXED_LENGTH = 3
# So many companies are handed to the statement as a list, which an index serves; when there are
# more, so many contacts match that walking them in order soon fills a page.
LISTED_COMPANIES = 5_000

_PHONE = re.compile(r"[\d\s()+./-]+")


def matches(tx: Tx, text: str, values: dict[str, Any]) -> list[sql.Composable]:
    """A condition per word on the contacts `m`; what they bind is added to `values`."""
    found = words(text.replace("\0", " "))
    forms = [[word, *_on_the_wire(word)] for word in found]
    pieces = iter(_pieces(tx, [form for word in forms for form in word]))
    asked = [[next(pieces) for _ in word] for word in forms]
    asked = [folded for folded in asked if any(parts for _, parts in folded)]
    if found and not asked:  # Nothing but punctuation is no reason to find everybody.
        return [sql.SQL("false")]
    conditions = [_matches(tx, folded, f"word{at}", values) for at, folded in enumerate(asked)]
    if conditions and not _fill_a_page(tx, conditions, values):
        for at, folded in enumerate(asked):
            wider = _wider(tx, folded, f"near{at}", values)
            conditions[at] = sql.SQL("({})").format(sql.SQL(" or ").join([conditions[at], *wider]))
    return conditions


def ranks(tx: Tx, text: str, values: dict[str, Any]) -> list[sql.Composable]:
    """Conditions that divide the contacts `m` by how well they fit: those that have every word
    whole, those whose words begin so, and the others, found by their company or in spite of an
    error. Nothing where no words were typed."""
    parts = [part for _, parts in _pieces(tx, words(text.replace("\0", " "))) for part in parts]
    if not parts:
        return []
    values["whole"] = " & ".join(_quoted(part) for part in parts)
    values["begun"] = _query(parts)
    whole, begun = (
        sql.SQL("m.words @@ %(whole)s::tsquery"),
        sql.SQL("m.words @@ %(begun)s::tsquery"),
    )
    return [
        whole,
        sql.SQL("{} and ({}) is not true").format(begun, whole),
        sql.SQL("({}) is not true").format(begun),
    ]


def _fill_a_page(tx: Tx, conditions: list[sql.Composable], values: dict[str, Any]) -> bool:
    statement = sql.SQL(_SQL["some"]).format(matching=sql.SQL(" and ").join(conditions))
    bound = {**values, "workspace": tx.workspace_id, "most": PAGE}
    return bool(tx.value(statement, bound) == PAGE)


def _wider(
    tx: Tx, forms: list[tuple[str, list[str]]], name: str, values: dict[str, Any]
) -> list[sql.Composable]:
    """Whoever has a word that holds what was typed, or is one typing error away from it, or works
    for a company that has such a word."""
    tests: list[sql.Composable] = []
    queries: list[str] = []
    mistyped: set[str] = set()
    for _, parts in forms:
        found = [_near(tx, part) for part in parts]
        if parts and all(found):
            queries.append(" & ".join(_any_of(near) for near in found))
        if len(parts) == 1:
            mistyped |= {one.word for one in found[0] if not one.has_part}
    if queries:
        values[name] = " | ".join(f"({query})" for query in queries)
        tests.append(sql.SQL("m.words @@ {}::tsquery").format(sql.Placeholder(name)))
    if mistyped:
        tests += _called(tx, sorted(mistyped), name, values)
    return tests


def _near(tx: Tx, part: str) -> list[Near]:
    """The part itself as a beginning, and the words near it."""
    itself = Near(part, True)
    if len(part) < INDEXED_LENGTH or part.isdecimal():
        return [itself]
    return [itself, *near(tx, part)]


def _any_of(near: list[Near]) -> str:
    first, *others = near
    return f"({' | '.join([_beginning(first.word), *(_quoted(one.word) for one in others)])})"


def words(text: str) -> list[str]:
    """What is looked for: a phone number by its digits alone, anything else word by word."""
    found = [_digits(text)] if _is_phone(text) else text.split()
    if len(found) > MOST_WORDS:
        raise invalid(f"Search for {MOST_WORDS} words at most.", "search")
    return [_digits(word) if _is_phone(word) else word for word in found]


def _pieces(tx: Tx, forms: list[str]) -> list[tuple[str, list[str]]]:
    """Each form folded, and the words it is kept as: an address is several."""
    rows = tx.rows(
        "select fold(form) as folded, search_words(form) as parts "
        "from unnest(%s::text[]) with ordinality as f (form, at) order by at", [forms],
    )  # fmt: skip
    return [(row["folded"], row["parts"]) for row in rows]


def _matches(
    tx: Tx, forms: list[tuple[str, list[str]]], name: str, values: dict[str, Any]
) -> sql.Composable:
    values[name] = " | ".join(_query(parts) for _, parts in forms if parts)
    patterns = [pattern for folded, _ in forms for pattern in _patterns(folded)]
    tests: list[sql.Composable] = [sql.SQL("m.words @@ {}::tsquery").format(sql.Placeholder(name))]
    tests += _of_companies(tx, patterns, f"{name}_like", values)
    return sql.SQL("({})").format(sql.SQL(" or ").join(tests))


def _of_companies(
    tx: Tx, patterns: list[str], name: str, values: dict[str, Any]
) -> list[sql.Composable]:
    """Who works for a company like one of the patterns."""
    companies = sql.SQL(_SQL["companies"]).format(patterns=sql.Placeholder(name))
    return _who_works_for(tx, companies, name, {name: patterns}, values)


def _called(tx: Tx, whole: list[str], name: str, values: dict[str, Any]) -> list[sql.Composable]:
    """Who works for a company in whose name one of the words stands whole: what was never typed
    is not looked for within other words, where “ana” would find every “Analytics”."""
    like, words = f"{name}_like", f"{name}_words"
    companies = sql.SQL(_SQL["called"]).format(
        patterns=sql.Placeholder(like), words=sql.Placeholder(words)
    )
    bound = {like: [f"%{literal(word)}%" for word in whole], words: whole}
    return _who_works_for(tx, companies, like, bound, values)


def _who_works_for(
    tx: Tx, companies: sql.Composable, name: str, bound: dict[str, Any], values: dict[str, Any]
) -> list[sql.Composable]:
    """Who works for one of the companies; `bound` is what their statement binds."""
    given = {"workspace": tx.workspace_id, **bound}
    few = tx.column(sql.SQL("{} limit {}").format(companies, LISTED_COMPANIES + 1), given)
    if len(few) > LISTED_COMPANIES:
        values |= bound
        return [sql.SQL("m.company_id in ({})").format(companies)]
    if not few:
        return []
    values[f"{name}_at"] = few
    return [sql.SQL("m.company_id = any ({})").format(sql.Placeholder(f"{name}_at"))]


def _query(parts: list[str]) -> str:
    """All parts, each where a word begins; digits also where a number ends."""
    each = [
        f"({_beginning(part)} | {_beginning(part[::-1])})"
        if part.isdecimal() and len(part) > INDEXED_LENGTH
        else _beginning(part)
        for part in parts
    ]
    return f"({' & '.join(each)})"


def _beginning(word: str) -> str:
    return f"{_quoted(word)}:*"


def _quoted(word: str) -> str:
    """A word as a tsquery has it."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _patterns(word: str) -> list[str]:
    """Anywhere in the text, but a short word only where a word begins. Of scripts that are written
    without spaces a short word is a whole one, and is found anywhere."""
    if len(word) >= INDEXED_LENGTH or not word.isascii():
        return [f"%{literal(word)}%"]
    return [f"{literal(word)}%", f"% {literal(word)}%"]


def _on_the_wire(word: str) -> list[str]:
    """An email or domain in another script as it is stored (IDNA); nothing for any other word."""
    local, at, domain = word.rpartition("@")
    if domain.isascii() or "." not in domain:
        return []
    try:
        return [f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}".lower()]
    except idna.IDNAError:
        return []


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and len(_digits(text)) > INDEXED_LENGTH


def _digits(text: str) -> str:
    """Without the zeros in front, which the international form does not have."""
    return re.sub(r"\D", "", text).lstrip("0")
