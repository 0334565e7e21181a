"""Letters from scores (D-08)."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from nimbus.scoring.grade import Thresholds, grade, grade_sql


@pytest.mark.parametrize(
    ("score", "letter"),
    [(100, "A"), (70, "A"), (69, "B"), (55, "B"), (40, "C"), (39, "D"), (25, "D"), (24, "F")],
)
def test_default_thresholds(score: int, letter: str) -> None:
    assert grade(score, Thresholds()) == letter


def test_sql_is_the_python_meaning(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        for thresholds in (Thresholds(), Thresholds(100, 99, 1, 0)):
            query = sql.SQL("select {} from generate_series(0, 100) as s").format(
                grade_sql(sql.Identifier("s"), thresholds)
            )
            letters = [letter for (letter,) in connection.execute(query)]
            assert letters == [grade(score, thresholds) for score in range(101)]
