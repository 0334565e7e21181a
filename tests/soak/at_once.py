"""Writes that all come at the same time: each is done or told why not, and none fails."""

from __future__ import annotations

import random
from collections import Counter
from functools import partial
from typing import Any

from nimbus.settings import Settings
from tests.soak.api import credentials, served
from tests.soak.cases import Soak

ROUNDS, CREATES = 200, 64
# Four times as many writes come at once as a web process has connections.
WRITES, MIXED_ROUNDS = 4 * Settings.model_fields["pool_size"].default, 30
FEW = 8
# Live contacts of the case, and how many emails they have.
THERE = (
    "select array[count(*), count(distinct email)] from contact "
    "where deleted_at is null and email like '%@once.example.com'"
)
Write = tuple[str, str, Any]


def created_at_the_same_time(
    soak: Soak, dice: random.Random, case: str, rounds: int = ROUNDS, creates: int = CREATES
) -> None:
    """One email, in each round another, of which there is one contact at the end."""
    site = soak.site
    with site.held():
        site.reset()
        [caller, _] = credentials(site)
    with served(site, creates) as here:
        for nth in range(rounds):
            body = {"email": f"one-{nth}@once.example.com", "last_name": "One"}
            create = partial(here.call, caller, "POST", "contacts/", json=body)
            answers = here.at_once([create] * creates)
            codes = Counter(answer.status_code for answer in answers)
            assert codes == {201: 1, 200: creates - 1}, f"{case}, {nth}: {codes}"
            made = {answer.json()["id"] for answer in answers}
            assert len(made) == 1, f"{case}, {nth}: {made} are one person"
            soak.figures.done["creates of one email at once"] += creates
        found = site.see(THERE)
        assert found == [rounds, rounds], f"{case}: {found} contacts and emails"


def written_beyond_the_pool(
    soak: Soak, dice: random.Random, case: str, rounds: int = MIXED_ROUNDS
) -> None:
    """Writes of many kinds to a few contacts, each in the way of the others."""
    site = soak.site
    with site.held():
        site.reset()
        [caller, _] = credentials(site)
    people = [{"email": f"few-{n}@once.example.com", "last_name": "Few"} for n in range(FEW)]
    with served(site, WRITES) as here:
        made = here.call(caller, "POST", "contacts/bulk/", json={"contacts": people}).json()
        few = [row["id"] for row in made["data"]]
        for _ in range(rounds):
            writes = [_write(dice, people, few) for _ in range(WRITES)]
            answers = here.at_once(
                [partial(here.call, caller, how, path, json=body) for how, path, body in writes]
            )
            for (how, path, _), answer in zip(writes, answers, strict=True):
                assert answer.status_code in (200, 201, 404, 409), (
                    f"{case}: {how} {path}: {answer.status_code} {answer.text}"
                )
                soak.figures.done[f"at four times the pool: {answer.status_code}"] += 1
        count, emails = site.see(THERE)
        assert count == emails <= FEW, f"{case}: {count} contacts of {emails} emails"


def _write(dice: random.Random, people: list[dict[str, str]], few: list[str]) -> Write:
    """One that is allowed, whether or not others come before it."""
    number, some = dice.randrange(100), dice.sample(people, FEW)
    one = f"contacts/{dice.choice(few)}/"
    writes: list[Write] = [
        ("POST", "contacts/", {**some[0], "title": f"Title {number}", "tags": [f"t{number % 9}"]}),
        ("POST", "contacts/upsert/", {**some[1], "company_domain": f"c{number % 3}.example.com"}),
        ("POST", "contacts/bulk/", {"contacts": [{**one, "city": f"C{number}"} for one in some]}),
        (
            "PATCH",
            one,
            {"title": f"Other {number}", "company_domain": f"c{number % 3}.example.eu"},
        ),
        ("POST", f"{one}tags/", {"add": [f"t{number % 9}"], "remove": [f"t{number % 7}"]}),
        ("POST", f"{one}notes/", {"body": f"Note {number}"}),
        ("DELETE", one, None),
        ("POST", f"{one}restore/", None),
        ("POST", "suppressions/", {"emails": [f"n{number}@else.example.com"], "reason": "manual"}),
        ("POST", "companies/", {"domain": f"c{number % 3}.example.com", "city": f"C{number}"}),
    ]
    return dice.choice(writes)
