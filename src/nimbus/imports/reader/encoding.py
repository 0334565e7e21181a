"""In which encoding a file's text is written, or what the file is if it is not text (S1-08)."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from nimbus.imports.reader.alphabets import LATIN, closest
from nimbus.imports.reader.not_text import SAMPLE, refuse_by_opening, refuse_other_formats

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What spreadsheets write in legacy files; rarer encodings are a person's choice.
_LEGACY = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r"),
    *("iso8859_2", "iso8859_5", "mac_roman", "cp437", "cp850", "cp932", "euc_jp", "gb18030"),
    *("big5", "euc_kr", "cp949"),
]


def detect(path: Path) -> tuple[str, tuple[str, ...]]:
    """The encoding, and what was guessed. Reads further than the sample only through ASCII."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
        refuse_by_opening(sample)
        if marked := mark_of(sample):
            _refuse_decoded(sample, marked)
            return marked, ()
        if wide := utf16_by_zeros(sample):
            _refuse_decoded(sample, wide)
            return wide, (f"Read as {wide.upper()}, by its zero bytes.",)
        refuse_other_formats(sample)
        while sample.isascii():
            chunk = file.read(SAMPLE)
            if not chunk:
                return "utf-8", ()
            sample = chunk
    return _of_high_bytes(sample)


def mark_of(sample: bytes) -> str | None:
    """The encoding whose byte order mark the file begins with."""
    return next((name for mark, name in _MARKS if sample.startswith(mark)), None)


def _refuse_decoded(sample: bytes, encoding: str) -> None:
    """A web page or JSON stays one behind a byte order mark."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    refuse_other_formats(text.removeprefix("\ufeff").encode(errors="replace"))


def utf16_by_zeros(sample: bytes) -> str | None:
    """UTF-16 without a mark: nearly every other byte of Western text is zero."""
    head = sample[:4096]
    half = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if half and odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if half and even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _of_high_bytes(sample: bytes) -> tuple[str, tuple[str, ...]]:
    decoder = codecs.getincrementaldecoder("utf-8")
    try:
        # Not final: the sample may end within a character.
        decoder("strict").decode(sample)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", ()
    text = decoder("surrogateescape").decode(sample)
    bad = sum("\udc80" <= c <= "\udcff" for c in text)
    good = sum(c > "\x7f" for c in text) - bad
    # Valid sequences hardly ever come about by chance: this is UTF-8 with a few broken cells.
    if good > 5 * bad:
        return "utf-8", (f"Read as UTF-8; {bad:,} bytes near the start are not valid in it.",)
    guess = _legacy(sample)
    return guess, (f"Not UTF-8; read as {_name(guess)}. Check names with accents.",)


def _legacy(sample: bytes) -> str:
    cells = [cell for cell in re.split(rb"[,;\t|\r\n]", sample) if not cell.isascii()]
    high = b"\n".join(cells)[: 1 << 16]
    best = from_bytes(high, cp_isolation=_LEGACY).best()
    guess = best.encoding if best else "cp1252"
    return closest(high) if guess in LATIN else guess


def _name(encoding: str) -> str:
    return re.sub(r"^cp125(\d)$", r"Windows-125\1", encoding)
