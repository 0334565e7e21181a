"""Searching people: every word is found in name, email, title, phone or company (S3-20, S3-60).

A word is found where a word of the contact begins with it; of a phone number also its end, and in
scripts without spaces any part. Of companies any part of the name or domain.
"""

from __future__ import annotations

import re
from typing import Any

import idna
from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.filters.text import literal
from nimbus.problems import invalid

_COMPANIES = beside(__file__, "search.sql")["companies"]

MOST_WORDS = 8
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
    conditions = []
    for at, word in enumerate(forms):
        folded = [next(pieces) for _ in word]
        if any(parts for _, parts in folded):
            conditions.append(_matches(tx, folded, f"word{at}", values))
    if found and not conditions:  # Nothing but punctuation is no reason to find everybody.
        return [sql.SQL("false")]
    return conditions


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
    values[f"{name}_like"] = [pattern for folded, _ in forms for pattern in _patterns(folded)]
    companies = sql.SQL(_COMPANIES).format(patterns=sql.Placeholder(f"{name}_like"))
    given = {"workspace": tx.workspace_id, f"{name}_like": values[f"{name}_like"]}
    few = tx.column(sql.SQL("{} limit {}").format(companies, LISTED_COMPANIES + 1), given)
    tests: list[sql.Composable] = [sql.SQL("m.words @@ {}::tsquery").format(sql.Placeholder(name))]
    if len(few) > LISTED_COMPANIES:
        tests.append(sql.SQL("m.company_id in ({})").format(companies))
    elif few:
        values[f"{name}_at"] = few
        tests.append(sql.SQL("m.company_id = any ({})").format(sql.Placeholder(f"{name}_at")))
    return sql.SQL("({})").format(sql.SQL(" or ").join(tests))


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
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*"


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
