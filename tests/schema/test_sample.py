"""A little of `python -m tests.schema`: a few requests to every operation (design 9)."""

from __future__ import annotations

from tests.schema.rules import RULES
from tests.schema.run import run
from tests.serving import Site


def test_every_answer_is_as_documented(site: Site) -> None:
    seed = 7  # The same requests each time; `make soak` tries others.
    sample = site.another("Sampled")
    ran = run(sample.url, sample.key, 2, seed, "--phases", "fuzzing")
    assert ran.code == 0, ran.words[:20_000]
    assert "Tested:" in ran.words
    assert len(ran.taken) > 80, "most operations are asked for what is there, and do it"


def test_each_rule_says_why() -> None:
    assert all(len(rule.why) > 20 for rule in RULES)
    assert not any(rule.allows("list_contacts", "cursor", "Nobody knows.") for rule in RULES)
