"""Invented people among whom it is known who is whom, made to be mistaken for each other: families
in one house, namesakes at one company, phones and mailboxes of many, fathers and sons. Some are
there twice, written differently."""

from __future__ import annotations

import random
from typing import Any

from nimbus.demo import words
from nimbus.duplicates.person import Person, person

FREE = ("gmail.com", "outlook.com", "icloud.com", "proton.me")
SHORT = {"Robert": "Bob", "William": "Bill", "Elizabeth": "Liz", "Michael": "Mike",
         "Katherine": "Kate", "Thomas": "Tom", "James": "Jim", "Margaret": "Peggy"}  # fmt: skip
Row = dict[str, Any]


def invented(count: int, seed: int = 11) -> tuple[list[Person], list[str]]:
    """So many people, and of each who they are: about a tenth are there twice."""
    dice = random.Random(seed)
    rows: list[tuple[str, Row]] = []
    taken: set[str] = set()
    number = 0
    while len(rows) < count:
        number += 1
        for member, row in enumerate(_household(dice, number)):
            if row["email"] in taken:
                continue
            taken.add(row["email"])
            who = f"{number}.{member}"
            rows.append((who, row))
            if dice.random() < 0.1:
                again = _again(dice, row)
                if again["email"] not in taken:
                    taken.add(again["email"])
                    rows.append((who, again))
    dice.shuffle(rows)
    return [person(at, **row) for at, (_, row) in enumerate(rows)], [who for who, _ in rows]


def _household(dice: random.Random, number: int) -> list[Row]:
    """One person, or some who share a house, a company, or even a name."""
    kinds = {"alone": 70, "family": 12, "namesakes": 6, "generations": 4, "team": 8}
    (kind,) = dice.choices(list(kinds), list(kinds.values()))
    firm = f"firm{dice.randrange(1 + number // 8)}.example"
    if kind == "alone":
        return [_somebody(dice, firm)]
    if kind == "family":
        home, phone = _somebody(dice, firm), _phone(dice)
        host = dice.choice((f"{home['family'].lower()}-{number}.net", *FREE))
        return [
            _somebody(dice, firm) | {"family": home["family"], "city": home["city"],
                                     "phones": [phone], "email": _email(dice, first, home, host),
                                     "given": first, "company": None, "firm_domain": None}
            for first in dice.sample([*words.FIRST, *SHORT], dice.choice((2, 3, 4)))
        ]  # fmt: skip
    if kind == "namesakes":
        one = _somebody(dice, firm)
        return [one, {**_somebody(dice, firm), "given": one["given"], "family": one["family"],
                      "email": _numbered(one["email"], 2), "phones": one["phones"]}]  # fmt: skip
    if kind == "generations":
        one = _somebody(dice, firm)
        return [one | {"suffix": "Sr"}, one | {"suffix": "Jr", "email": _numbered(one["email"], 2)}]
    phone = _phone(dice)
    return [
        _somebody(dice, firm) | {"phones": [phone], "email": f"{box}@{firm}"}
        for box in dice.sample(("info", "sales", "office", "hello", "team"), 3)
    ]


def _somebody(dice: random.Random, firm: str) -> Row:
    given = dice.choice([*words.FIRST, *SHORT])
    family = dice.choice(words.LAST) + dice.choice(("", "", "", "son", "er", "ell", "ini", "-Berg"))
    row: Row = {
        "given": given, "family": family, "city": dice.choice(words.PLACES)[0],
        "phones": [_phone(dice)] if dice.random() < 0.5 else [],
        "company": firm.split(".")[0], "firm_domain": firm,
        "profiles": [f"https://linkedin.com/in/{given}{family}{dice.randrange(10**6)}".lower()]
        if dice.random() < 0.3 else [],
    }  # fmt: skip
    return row | {"email": _email(dice, given, row, dice.choice((firm, firm, *FREE)))}


def _email(dice: random.Random, given: str, row: Row, host: str) -> str:
    family = row["family"]
    box = dice.choice(
        (f"{given}.{family}", f"{given[0]}{family}", f"{given}{dice.randrange(10**4)}",
         f"{given}.{family}{dice.randrange(100)}")
    )  # fmt: skip
    return f"{box}@{host}".lower().replace("'", "").replace(" ", "")


def _numbered(email: str, number: int) -> str:
    box, _, host = email.partition("@")
    return f"{box}{number}@{host}"


def _phone(dice: random.Random) -> str:
    return f"+1415{dice.randrange(2_000_000, 9_999_999)}"


def _again(dice: random.Random, row: Row) -> Row:
    """The same person as somebody else wrote them down."""
    again = dict(row)
    box, _, host = row["email"].partition("@")
    kind = dice.choices(("tag", "dots", "moved", "slip", "short"), (3, 2, 3, 3, 2))[0]
    again["email"] = f"{box}+list@{host}"
    if kind == "dots" and host == "gmail.com":
        again["email"] = f"{box[0]}.{box[1:]}@googlemail.com"
    elif kind == "moved":
        again["email"] = f"{box}.{dice.randrange(1000)}@{dice.choice(FREE)}"
        again["phones"] = row["phones"] or [_phone(dice)]
        again["profiles"] = row["profiles"] or again["profiles"]
    elif kind == "slip":
        at = dice.randrange(1, len(row["family"]))
        again["family"] = row["family"][:at] + dice.choice("aeilnrst") + row["family"][at:]
        again["email"] = f"{row['given'][0]}.{row['family']}.{dice.randrange(1000)}@{host}".lower()
    elif kind == "short":
        again["given"] = SHORT.get(row["given"], row["given"][0])
    if dice.random() < 0.3:
        again["city"] = None
    return again
