"""Invented but realistic people, the same for the same seed: for the demo and the benchmarks."""

from __future__ import annotations

import random
from collections.abc import Iterator

from nimbus.demo import words

HEADER = (
    "First Name", "Last Name", "Email", "Title", "Phone", "Company", "Company Domain", "Industry",
    "Employees", "City", "State", "Country", "LinkedIn URL", "Tags",
)  # fmt: skip


def people(count: int, seed: int = 7) -> Iterator[tuple[str, ...]]:
    """`count` rows under `HEADER`, each with an email of its own; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    titles, weights = zip(*words.TITLES, strict=True)
    companies = [_company(dice, number) for number in range(max(20, count // 9))]
    taken: dict[str, int] = {}
    for _ in range(count):
        first, last = dice.choice(words.FIRST), dice.choice(words.LAST)
        name, domain, industry, size = dice.choice(companies)
        city, state, country = dice.choice(words.PLACES)
        box = f"{first}.{last}".lower()
        seen = taken[f"{box}@{domain}"] = taken.get(f"{box}@{domain}", 0) + 1
        box = box if seen == 1 else f"{box}{seen}"
        tags = dice.sample(words.TAGS, dice.choice((0, 0, 1, 1, 2, 3)))
        yield (
            first, last, f"{box}@{domain}", dice.choices(titles, weights)[0],
            f"+1415{dice.randrange(2_000_000, 9_999_999)}" if dice.random() < 0.6 else "",
            name, domain, industry, str(size), city, state, country,
            f"https://www.linkedin.com/in/{box.replace('.', '-')}-{dice.randrange(10**6):06d}",
            "; ".join(tags),
        )  # fmt: skip


def _company(dice: random.Random, number: int) -> tuple[str, str, str, int]:
    one, form = dice.choice(words.WORDS), dice.choice(words.FORMS)
    two = words.WORDS[number % len(words.WORDS)]
    plain = f"{one}{two}{number}" if number >= len(words.WORDS) else f"{one}{two}"
    domain = f"{plain}-{form.lower()}.com"
    return (
        f"{one.title()} {two.title()} {form}",
        domain,
        dice.choice(words.INDUSTRIES),
        dice.choice(words.SIZES),
    )
