"""Names the files that people upload in place of a CSV, and says what to do instead."""

from __future__ import annotations

import re

from nimbus.problems import Problem, invalid

_SAVE = "Save it as CSV UTF-8 and upload that."
# With the extra a workbook is CSV before anything looks at it here (`workbook`).
_BOOK = f"{_SAVE} Workbooks are read once the operator has installed nimbus-contacts[xlsx]."
SAMPLE = 1 << 20
# What a ZIP archive is, by the names of files in it: long enough not to come about in packed data.
_ZIPPED = (
    (rb"xl/(?:workbook|worksheets|theme|styles|sharedStrings|_rels)",
     f"This is an Excel workbook. {_BOOK}"),
    (rb"opendocument\.spreadsheet", f"This is an OpenDocument spreadsheet. {_BOOK}"),
    (rb"Index/Document\.iwa", "This is a Numbers document. Export it as CSV and upload that."),
    (rb"word/(?:document|styles|theme|_rels)",
     "This is a Word document. Put its table in a spreadsheet and save that as CSV."),
)  # fmt: skip
_OPENINGS = (
    (b"\xd0\xcf\x11\xe0", f"This is an old Excel or Office file. {_BOOK}"),
    (b"%PDF", "This is a PDF. Export the table it shows as CSV and upload that."),
    (b"\x1f\x8b", "This is a gzip archive. Unpack it and upload the CSV inside."),
    (b"BZh", "This is a bzip2 archive. Unpack it and upload the CSV inside."),
    (b"\xfd7zXZ", "This is an XZ archive. Unpack it and upload the CSV inside."),
    (b"\x28\xb5\x2f\xfd", "This is a Zstandard archive. Unpack it and upload the CSV inside."),
    (b"PK\x05\x06", "This is an empty ZIP archive. Upload a CSV file."),
    (b"7z\xbc\xaf", "This is a 7-Zip archive. Unpack it and upload the CSV inside."),
    (b"Rar!", "This is a RAR archive. Unpack it and upload the CSV inside."),
    (b"\x89PNG", "This is a picture. Upload a CSV file."),
    (b"\xff\xd8\xff", "This is a picture. Upload a CSV file."),
    (b"GIF8", "This is a picture. Upload a CSV file."),
    (b"SQLite format 3", "This is an SQLite database. Export the table as CSV and upload that."),
    (b"PAR1", "This is a Parquet file. Export it as CSV and upload that."),
    (b"{\\rtf", "This is a rich text document. Put its table in a spreadsheet and save as CSV."),
    (b"BEGIN:VCARD", "These are vCards. Export the contacts as CSV and upload that."),
    (b"BEGIN:VCALENDAR", "This is a calendar. Export the contacts as CSV and upload that."),
    (b"MIME-Version:", "This is an email. Upload the CSV file that is attached to it."),
    (b"Received: ", "This is an email. Upload the CSV file that is attached to it."),
    (b"Return-Path: ", "This is an email. Upload the CSV file that is attached to it."),
)
_MARKUP = re.compile(
    rb"\s*(?:<!--|<(?:!doctype|html|head|body|meta|style|script|table|tr|td|th|div|p|span)\b"
    rb"|(<\?xml))",
    re.IGNORECASE,
)
_JSON = re.compile(rb'\s*(?:\{\s*(?:"[^"\r\n]*"\s*:|\}\s*\Z)|\[\s*(?:[\[{"]|\]\s*\Z))')
_CONTROLS = bytes(set(range(1, 32)) - {9, 10, 11, 12, 13, 26, 27})


def is_workbook(sample: bytes) -> bool:
    """Whether the first bytes of a file are those of a workbook, as far as they tell."""
    return _BOOK in (_opened(sample) or "")


def refuse_other_formats(sample: bytes) -> None:
    """Raises when the first bytes of a file are not those of delimited text."""
    if not sample.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise empty()
    if words := _what(sample):
        raise invalid(words, "file")


def refuse_by_opening(sample: bytes) -> None:
    """Raises for the formats that begin with a mark of their own. Asked first: the zero bytes of a
    PDF or a workbook may look like those of UTF-16."""
    if words := _opened(sample):
        raise invalid(words, "file")


def empty() -> Problem:
    return invalid("The file is empty. Export it again and check that it has rows.", "file")


def too_large() -> Problem:
    return invalid(
        "This workbook is too large to be read as one, or has cells far below or beside its table. "
        "Delete those, or save the sheet as CSV UTF-8 and upload that.", "file",
    )  # fmt: skip


def _opened(sample: bytes) -> str | None:
    if sample.startswith(b"PK\x03\x04"):
        zipped = "This is a ZIP archive. Unpack it and upload the CSV inside."
        return next((words for inside, words in _ZIPPED if re.search(inside, sample)), zipped)
    if sample[257:262] == b"ustar":
        return "This is a tar archive. Unpack it and upload the CSV inside."
    return next((words for opening, words in _OPENINGS if sample.startswith(opening)), None)


def _what(sample: bytes) -> str | None:
    if words := _opened(sample):
        return words
    if found := _MARKUP.match(sample):
        what = "an XML file" if found[1] else "a web page"
        return f"This is {what}. Open it in a spreadsheet, save it as CSV UTF-8 and upload that."
    if _JSON.match(sample):
        return "This is a JSON file. Convert it to CSV, or send it through the API."
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    # A stray NUL or form feed is dropped in reading; this many of them are no text.
    if controls > max(2, len(sample) // 200) or sample.count(0) > len(sample) // 10:
        return "This is not a text file. Upload a CSV file, best saved as CSV UTF-8."
    return None
