"""Searching people: every word is found in name, email, title, phone or company (S3-20, S3-60)."""

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
    text = text.replace("\0", " ")
    folded: str = tx.value("select fold(%s)", [text])
    wires = {fold: wire for raw in text.split() if (wire := _on_the_wire(raw))
             for fold in [tx.value("select fold(%s)", [raw])]}  # fmt: skip
    return [
        _matches(tx, [word, *([wires[word]] if word in wires else [])], f"word{at}", values)
        for at, word in enumerate(words(folded))
    ]


def words(text: str) -> list[str]:
    """What is looked for: a phone number by its digits alone, anything else word by word."""
    found = [_digits(text)] if _is_phone(text) else text.split()
    if len(found) > MOST_WORDS:
        raise invalid(f"Search for {MOST_WORDS} words at most.", "search")
    return [_digits(word) if _is_phone(word) else word for word in found]


def _matches(tx: Tx, forms: list[str], name: str, values: dict[str, Any]) -> sql.Composable:
    values[name] = [pattern for form in forms for pattern in _patterns(form)]
    patterns = sql.Placeholder(name)
    companies = sql.SQL(_COMPANIES).format(patterns=patterns)
    given = {"workspace": tx.workspace_id, name: values[name]}
    few = tx.column(sql.SQL("{} limit {}").format(companies, LISTED_COMPANIES + 1), given)
    tests: list[sql.Composable] = [sql.SQL("m.search_text like any ({})").format(patterns)]
    if len(few) > LISTED_COMPANIES:
        tests.append(sql.SQL("m.company_id in ({})").format(companies))
    elif few:
        values[f"{name}_at"] = few
        tests.append(sql.SQL("m.company_id = any ({})").format(sql.Placeholder(f"{name}_at")))
    return sql.SQL("({})").format(sql.SQL(" or ").join(tests))


def _patterns(word: str) -> list[str]:
    """Anywhere in the text, but a short word only where a word begins. Of scripts that are written
    without spaces a short word is a whole one, and is found anywhere."""
    if len(word) >= INDEXED_LENGTH or not word.isascii():
        return [f"%{literal(word)}%"]
    return [f"{literal(word)}%", f"% {literal(word)}%"]


def _on_the_wire(word: str) -> str | None:
    """An email or domain in another script as it is stored (IDNA); None for any other word."""
    local, at, domain = word.rpartition("@")
    if domain.isascii() or "." not in domain:
        return None
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}".lower()
    except idna.IDNAError:
        return None


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and len(_digits(text)) > INDEXED_LENGTH


def _digits(text: str) -> str:
    """Without the zeros in front, which the international form does not have."""
    return re.sub(r"\D", "", text).lstrip("0")
