"""The encoding that a person names in place of the one that would be found (S1-08)."""

from __future__ import annotations

import codecs
from pathlib import Path

from nimbus.imports.reader.encoding import mark_of, utf16_by_zeros
from nimbus.imports.reader.not_text import (
    SAMPLE,
    empty,
    refuse_by_opening,
    refuse_other_formats,
)
from nimbus.problems import Problem, invalid

USUAL = (
    *("utf-8", "utf-16", "windows-1252", "windows-1250", "windows-1251", "iso-8859-1"),
    *("iso-8859-15", "mac-roman", "koi8-r", "shift_jis", "gb18030", "big5", "euc-kr"),
)
# Encodings of text by the names of their codecs. Python knows more that are none (idna, punycode,
# unicode_escape) or that no spreadsheet writes (utf-7, EBCDIC).
_WIDE = frozenset(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"))
_TEXT = _WIDE | frozenset(
    name
    for names in (
        "utf-8 utf-8-sig ascii koi8-r koi8-u koi8-t kz1048 ptcp154 tis-620",
        "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp1125",
        "cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863",
        "cp864 cp865 cp866 cp869 cp874 cp1006",
        "iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8",
        "iso8859-9 iso8859-10 iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16",
        "mac-roman mac-latin2 mac-cyrillic mac-greek mac-turkish mac-iceland mac-croatian",
        "mac-romanian shift_jis shift_jis_2004 shift_jisx0213 cp932 euc_jp euc_jis_2004",
        "euc_jisx0213 gb18030 gbk gb2312 big5 big5hkscs cp950 euc_kr cp949 johab",
    )
    for name in names.split()
)


def said(path: Path, name: str) -> tuple[str, tuple[str, ...]]:
    """The encoding to read the file with, and what is to be said about it.

    Raises Problem for what is no encoding of text, and for one in which the file is not written.
    """
    encoding = known(name)
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
        if not sample:
            raise empty()
        refuse_by_opening(sample)
        if encoding in _WIDE:
            return _wide(sample, encoding, name)
        mark = mark_of(sample)
        if mark and not (mark == "utf-8-sig" and encoding.startswith("utf-8")):
            family = mark.removesuffix("-sig").upper()
            raise _unreadable(name, f"it begins with the byte order mark of {family}")
        if wide := utf16_by_zeros(sample):
            raise _unreadable(name, f"by its zero bytes it is {wide.upper()}")
        refuse_other_formats(sample)
        line = 1
        while sample.isascii() and (chunk := file.read(SAMPLE)):
            line += sample.count(b"\n")
            sample = chunk
        return _checked(sample, encoding, name, line)


def known(name: str) -> str:
    """The codec of an encoding that somebody named, as Python spells its modules."""
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        codec = ""
    if codec not in _TEXT:
        shown = "".join(sign if sign.isprintable() else "?" for sign in name[:40])
        raise invalid(
            f"There is no encoding of text “{shown}”. The usual ones are: {', '.join(USUAL)}.",
            "encoding",
        )
    return codec if codec.startswith("utf") else codec.replace("-", "_")


def _wide(sample: bytes, encoding: str, name: str) -> tuple[str, tuple[str, ...]]:
    """Two or four bytes a character: in which order, a mark says or else where the zeros are."""
    kind, order = encoding[:6], encoding[7:]
    found = mark_of(sample)
    if found is None:
        found = _by_zeros(sample, kind)
    elif found.startswith(kind):
        big = sample.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
        if order and order != ("be" if big else "le"):
            raise _unreadable(name, f"its byte order mark says {kind.upper()}-{_order(big)}")
    if found is None or not found.startswith(kind):
        raise _unreadable(name, "it has neither a byte order mark nor the zero bytes of that")
    if order and found[7:] and found != encoding:
        raise _unreadable(name, f"by its zero bytes it is {found.upper()}")
    decoded, bad = _decoded(sample, found)
    refuse_other_formats(decoded.removeprefix("\ufeff").encode(errors="replace"))
    if bad * 50 > len(decoded):
        raise _unreadable(name, f"{bad:,} of its first {len(decoded):,} characters are invalid")
    return found, ()


def _order(big: bool) -> str:
    return "BE" if big else "LE"


def _by_zeros(sample: bytes, kind: str) -> str | None:
    """Of every Western letter, line end and delimiter all bytes but one are zero."""
    unit = 2 if kind == "utf-16" else 4
    head = sample[: 1 << 16]
    first, last = head[::unit].count(0), head[unit - 1 :: unit].count(0)
    enough = len(head) // unit // 100
    if last > max(enough, 10 * first):
        return f"{kind}-le"
    if first > max(enough, 10 * last):
        return f"{kind}-be"
    return None


def _checked(sample: bytes, encoding: str, name: str, line: int) -> tuple[str, tuple[str, ...]]:
    """A few broken bytes in what is otherwise well written cost their cells only."""
    decoded, bad = _decoded(sample, encoding)
    good = sum(sign > "\x7f" for sign in decoded) - bad
    if not bad:
        return encoding, ()
    if good > 5 * bad:
        return encoding, (f"Read as {name}; {bad:,} characters near the start are no {name}.",)
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError as wrong:
        line += sample.count(b"\n", 0, wrong.start)
        what = wrong.object[wrong.start : wrong.start + 1].hex().upper()
        raise _unreadable(name, f"byte {what} on line {line:,} means nothing in it") from None
    raise _unreadable(name, "some of its characters are broken")


def _decoded(sample: bytes, encoding: str) -> tuple[str, int]:
    """The text, and how many of its characters were lost. The sample may end within one."""
    decoded = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    return decoded, decoded.count("\ufffd")


def _unreadable(name: str, why: str) -> Problem:
    return invalid(
        f"The file cannot be read as {name}: {why}. Leave the encoding out to have it found, or "
        f"give the right one, such as {', '.join(USUAL)}.", "encoding",
    )  # fmt: skip
