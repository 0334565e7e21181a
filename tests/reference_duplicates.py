"""The finder held against files in which it is known who is whom: how many pairs it finds, and how
many of those that it finds are right."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nimbus.duplicates.find import find
from nimbus.duplicates.person import Person, person

SETS = {"febrl1": "dataset1.csv", "febrl2": "dataset2.csv", "fake_1000": "fake_1000.csv"}
# At least; without dates of birth and social security numbers where a file has addresses.
LIMITS = {"febrl1": 0.99, "febrl2": 0.97, "fake_1000": 0.91}


@dataclass(frozen=True)
class Measured:
    """Pairs: those that are there, those found and how many of them are right; how many are so
    certain that they may be merged unseen, and how many of these are wrong."""

    there: int
    found: int
    right: int
    certain: int
    certain_wrong: int

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.there)

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.found), self.right / self.there
        return (
            f"F1 {self.f1:.4f} (precision {precision:.4f}, recall {recall:.4f}), "
            f"{self.certain:,} certain, {self.certain_wrong} of them wrong"
        )


def measured(folder: Path, name: str) -> Measured:
    """How the finder does on one of the sets."""
    with open(folder / "person_duplicates" / SETS[name], encoding="utf-8") as file:
        rows = [
            {head.strip(): cell.strip() for head, cell in row.items()}
            for row in csv.DictReader(file)
        ]
    read = _fake if name == "fake_1000" else _febrl
    people = [read(number, row) for number, row in enumerate(rows)]
    return judged(people, [row.get("cluster") or row["rec_id"].split("-")[1] for row in rows])


def judged(people: Iterable[Person], truth: list[str]) -> Measured:
    """`truth` says of each person, by their number, who they are; only this looks at it."""
    pairs = find(people)
    right = [truth[pair.one.id] == truth[pair.other.id] for pair in pairs]
    certain = [pair.likeness.verdict == "certain" for pair in pairs]
    wrong = sum(sure and not true for sure, true in zip(certain, right, strict=True))
    there = sum(count * (count - 1) // 2 for count in Counter(truth).values())
    return Measured(there, len(pairs), sum(right), sum(certain), wrong)


def _febrl(number: int, row: dict[str, Any]) -> Person:
    return person(
        number, given=row["given_name"], family=row["surname"], house=row["street_number"],
        lines=(row["address_1"], row["address_2"]), city=row["suburb"], postcode=row["postcode"],
        state=row["state"],
    )  # fmt: skip


def _fake(number: int, row: dict[str, Any]) -> Person:
    return person(
        number,
        given=row["first_name"],
        family=row["surname"],
        email=row["email"],
        city=row["city"],
        born=row["dob"],
    )
