"""Proposes for every column of a file the field that it fills, by its header and its values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nimbus.fields import Field, Invalid, count_unreadable, guess_day_first
from nimbus.imports.proposal.column_names import EXACT, find, fingerprint, names_of, words_of
from nimbus.imports.proposal.content import Look, look_of
from nimbus.imports.result_columns import RESULT_COLUMNS

__all__ = ["ColumnProposal", "Proposal", "fingerprint", "propose"]

Confidence = Literal["header", "content", "none"]
_SAMPLED = 100
# No value that a proposal could tell anything by is longer; longer ones would only take time.
_LONGEST = 1_000
_SHOWN = 200
# Which field a column is meant for when only its values say so. Dates are not among them: the one
# date an import may set is that of a consent, and that is never guessed.
_BY_LOOK: dict[Look, str] = {
    "email": "email",
    "linkedin": "linkedin_url",
    "linkedin_company": "company.linkedin_url",
    "phone": "phone",
    "domain": "company.domain",
    "country": "country",
}
# How strong a claim is: a header claims with 2 to 4. An own field's name is what somebody has
# chosen, so it stands above every guess; a column with no values for the email stands below.
_OWN, _CONTENT, _FURTHER, _BLANK = 2.0, 1.0, 0.7, 0.1
# So few of so many values that its field can read: the header must mean something else.
_HARDLY, _TELLING = 0.1, 5
# A column with one of these in its header is the second of its kind.
_FURTHERS = frozenset("2 3 4 5 second secondary other alternate alternative".split())
# A column with one of these in its header is about somebody or something else.
_OTHERS = frozenset(
    word
    for words in (
        "old previous former personal",
        "assistant manager supervisor owner referrer referred cc bcc created modified updated by",
        "fax image photo logo avatar facebook instagram github blog invoice order billing",
    )
    for word in words.split()
)


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """What one column is probably for.

    `samples`    its first three values, each cut where it is very long
    `field_key`  the proposed field, None to leave the column out or make a field of it (S1-25)
    `look`       what its values look like, to choose the type of a new field
    `day_first`  how 1/2/2026 is meant in a column of dates, None when the samples do not tell
    `problems`   what of the samples the field could not take, before anything runs (F-08)
    """

    index: int
    header: str
    samples: tuple[str, ...]
    field_key: str | None
    confidence: Confidence
    problems: tuple[str, ...] = ()
    look: Look | None = None
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal for every column, in the file's order (S1-15, S1-16)."""

    columns: tuple[ColumnProposal, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A column asks for a field, the stronger the more surely."""

    column: int
    field: Field
    strength: float
    confidence: Confidence


def propose(
    header: Sequence[str], samples: Sequence[Sequence[str]], catalogue: Iterable[Field]
) -> Proposal:
    """The mapping to begin with: every field goes to at most one column, the one it fits best."""
    fields = [field for field in catalogue if field.importable]
    rows = samples[:_SAMPLED]
    values = [
        [row[i].strip()[:_LONGEST] for row in rows if i < len(row) and row[i].strip()]
        for i in range(len(header))
    ]
    looks = [look_of(column) for column in values]
    claims = _header_claims(header, values, looks, fields)
    claims += _content_claims(header, looks, fields)
    claims = [one for one in claims if header[one.column] not in RESULT_COLUMNS]
    given = _given(claims)
    columns = tuple(
        _column(i, name, values[i], looks[i], given.get(i), len(rows))
        for i, name in enumerate(header)
    )
    if any(column.field_key == "email" for column in columns):
        return Proposal(columns, ())
    return Proposal(columns, ("No column looks like email addresses. Choose the one that is.",))


def _header_claims(
    header: Sequence[str], values: list[list[str]], looks: list[Look | None], fields: list[Field]
) -> list[_Claim]:
    names = names_of(fields)
    claims = []
    for i, name in enumerate(header):
        found = find(name, names)
        if found is None:
            continue
        field, strength = found
        own = field.thing == "custom" and strength >= EXACT
        # Whatever the header says, a column of addresses is no name and no status.
        if looks[i] == "email" and field.type.key != "email" and not own:
            continue
        fit = _fit(values[i], field)
        # As "Lead Status" of other products, whose values are not those of our status.
        if fit < _HARDLY and len(values[i]) >= _TELLING and field.key != "email" and not own:
            continue
        strength += fit - (3 if fit < 0.3 and values[i] else 0)
        if field.key == "email" and not values[i]:
            strength *= _BLANK
        claims.append(_Claim(i, field, max(strength, _OWN * own), "header"))
    return claims


def _content_claims(
    header: Sequence[str], looks: list[Look | None], fields: list[Field]
) -> list[_Claim]:
    by_key = {field.key: field for field in fields}
    claims = []
    for i, look in enumerate(looks):
        if look is None or look not in _BY_LOOK or _BY_LOOK[look] not in by_key:
            continue
        field, words = by_key[_BY_LOOK[look]], words_of(header[i])
        if not _OTHERS.isdisjoint(words):
            continue
        if _FURTHERS.isdisjoint(words):
            claims.append(_Claim(i, field, _CONTENT, "content"))
        elif look == "email":
            # The only addresses of a file are its emails, also under "E-Mail 2".
            claims.append(_Claim(i, field, _FURTHER, "content"))
    return claims


def _given(claims: list[_Claim]) -> dict[int, _Claim]:
    """The strongest claims, one per column and one per field; the leftmost of equals."""
    given: dict[int, _Claim] = {}
    taken: set[str] = set()
    for claim in sorted(claims, key=lambda claim: (-claim.strength, claim.column)):
        if claim.column not in given and claim.field.key not in taken:
            given[claim.column] = claim
            taken.add(claim.field.key)
    return given


def _fit(values: list[str], field: Field) -> float:
    """The share of the values that the field's type can read; 0 when there is none to tell, so
    that of two columns for one field the one with values gets it."""
    if not values:
        return 0.0
    if field.type.kind == "date":
        return 1 - count_unreadable(values, guess_day_first(values)) / len(values)
    return sum(_refusal(value, field.type) is None for value in values) / len(values)


def _refusal(value: str, type: Any) -> str | None:
    try:
        type.parse(value)
    except Invalid as refusal:
        return str(refusal)
    return None


def _column(
    index: int, name: str, values: list[str], look: Look | None, claim: _Claim | None, rows: int
) -> ColumnProposal:
    samples = tuple(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…" for value in values[:3])
    if claim is None:
        return ColumnProposal(index, name, samples, None, "none", (), look)
    field, day_first = claim.field, None
    problems: tuple[str, ...]
    if field.type.kind == "date":
        day_first = guess_day_first(values)
        problems = _date_problems(values, day_first)
    else:
        problems = _problems(values, field, rows)
    return ColumnProposal(
        index, name, samples, field.key, claim.confidence, problems, look, day_first
    )


def _problems(values: list[str], field: Field, rows: int) -> tuple[str, ...]:
    refusals = [refusal for value in values if (refusal := _refusal(value, field.type))]
    found = []
    if refusals:
        found.append(
            f"{len(refusals)} of {len(values)} sampled values do not fit {field.label}: "
            f"{refusals[0]}"
        )
    if field.key == "email" and len(values) < rows:
        found.append(f"{rows - len(values)} of {rows} sampled rows have no email.")
    return tuple(found)


def _date_problems(values: list[str], day_first: bool | None) -> tuple[str, ...]:
    bad = count_unreadable(values, day_first)
    if not bad:
        return ()
    if day_first is None and count_unreadable(values, True) < bad:
        return (
            f"{bad} of {len(values)} sampled dates can be read in two ways: "
            "say whether the day or the month comes first.",
        )
    order = {True: "day/month", False: "month/day", None: "dates"}[day_first]
    return (f"{bad} of {len(values)} sampled dates do not parse as {order}.",)
