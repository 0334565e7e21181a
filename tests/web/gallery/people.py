"""Made-up people and events, the same at every start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from nimbus import clock

_FIRST = [
    "Alice",
    "Maren",
    "Tobias",
    "Priya",
    "Jonas",
    "Léa",
    "Kenji",
    "Sofía",
    "Ravi",
    "Hannah",
    "Oluwaseun",
    "Marta",
    "Emil",
    "Chloé",
    "Daniel",
    "Yasmin",
    "Piotr",
    "Ingrid",
    "Mateo",
    "Aiko",
    "Graham",
    "Beatriz",
    "Noor",
    "Anton",
    "Wilhelmina",
]
_LAST = [
    "Smith",
    "Lindqvist",
    "Brandt",
    "Raghavan",
    "Keller",
    "Moreau",
    "Tanaka",
    "Ortega",
    "Iyer",
    "Goldberg",
    "Adeyemi",
    "Kowalska",
    "Sørensen",
    "Dubois",
    "O'Connor",
    "Haddad",
    "Nowak",
    "Bergström",
    "Silva",
    "Mori",
    "Whitfield",
    "Almeida",
    "Rahman",
    "Petrov",
    "Vandenberghe-Oosterhuis",
]
_TITLES = [
    "Director RevOps",
    "VP Sales",
    "Head of Growth",
    "Chief Revenue Officer",
    "Sales Operations Manager",
    "Account Executive",
    "Marketing Lead",
    "Founder & CEO",
    "SDR Manager",
    "Head of Partnerships",
]
_COMPANIES = [
    "Acme",
    "Northwind Traders",
    "Brightwater Health",
    "Lumen Robotics",
    "Kestrel Analytics",
    "Fjord Logistics",
    "Sagebrush Energy",
    "Parcelwise",
]
_TAGS = ("webinar-q2", "champion", "emea", "trial", "do-not-rush", "saastr-2026")


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    email: str
    title: str
    company: str
    tier: str | None
    grade: str | None
    score: int
    tags: tuple[str, ...]
    touched: datetime | None
    bounced: bool


def people(count: int = 25) -> list[Person]:
    return [_person(at) for at in range(count)]


def _person(at: int) -> Person:
    first, last = _FIRST[at % 25], _LAST[at % 25]
    company = _COMPANIES[at * 3 % len(_COMPANIES)]
    domain = company.split()[0].lower() + ".example"
    score = (97 - at * 37 % 71) if at != 7 else 8
    return Person(
        id=f"cont_{at:04d}",
        name=f"{first} {last}",
        email=f"{first}.{last.split('-')[0]}@{domain}".lower().replace("'", ""),
        title=_TITLES[at * 7 % len(_TITLES)],
        company=company,
        tier=None if at == 11 else "ABCD"[min(3, (97 - score) // 20)],
        grade=None if at == 11 else "ABCDF"[min(4, (97 - score) // 16)],
        score=score,
        tags=_TAGS[at % 6 : at % 6 + at % 5],
        touched=None if at % 9 == 4 else clock.now() - timedelta(hours=at * at * 3, minutes=at),
        bounced=at == 13,
    )
