"""A score's letter: A to D from thresholds a workspace may set, F below them all (S1-50, D-08)."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from psycopg import sql

from nimbus.problems import invalid

LETTERS = ("A", "B", "C", "D", "F")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least score of each letter."""

    a: int = 70
    b: int = 55
    c: int = 40
    d: int = 25

    def __post_init__(self) -> None:
        least = astuple(self)
        if any(type(score) is not int or not 0 <= score <= 100 for score in least):
            raise invalid("Thresholds are whole numbers from 0 to 100.", "thresholds")
        if not self.a > self.b > self.c > self.d:
            raise invalid("Each threshold must be lower than the one before it.", "thresholds")


def grade(score: int, thresholds: Thresholds) -> str:
    return LETTERS[sum(score < least for least in astuple(thresholds))]


def grade_sql(score: sql.Composable, thresholds: Thresholds) -> sql.Composable:
    """The same of a score in SQL, which stands in the expression only once."""
    return sql.SQL("(array[{}])[1 + width_bucket({}, array[{}])]").format(
        sql.SQL(", ").join(sql.Literal(letter) for letter in reversed(LETTERS)),
        score,
        sql.SQL(", ").join(sql.Literal(least) for least in reversed(astuple(thresholds))),
    )
