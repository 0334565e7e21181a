"""People as they come: repeats, spellings, blanks and values that no field can read."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

Row = dict[str, str]

TITLES = ["VP Marketing", " head of  sales ", "Chief Revenue Officer", "N/A", "", "Analyst\u200b"]
PLACES = [
    ("Berlin", "", "Germany"),
    ("", "NY", "USA"),
    ("São Paulo", "", "br"),
    ("", "", "Nowhere"),
]
PHONES = ["+1 415 555 2671", "030 901820", "call me", "", "tel:+44 20 7946 0321", "1.5E+11"]
NAMES = [("Anna", "Bell", ""), ("", "", "Dr. Bo van Dyke Jr."), ("José", "", ""), ("-", "Null", "")]
COMPANIES = [
    ("Acme GmbH", "", "http://www.acme.com/about", "Software", "51-200", "25M"),
    ("ACME", "acme.com", "", "", "10k", "much"),
    ("Kestrel", "", "", "Retail", "", ""),
    ("", "www.kestrel-example.com", "", "", "-3", ""),
    ("", "", "", "", "", ""),
]
CONSENTS = [("", "", ""), ("opted out", "explicit", "2026-03-04"), ("Opted In", "", "3.4.2026"),
            ("maybe", "", "31/31/2026"), ("unknown", "implied", "2026-03-05")]  # fmt: skip


def rows(count: int, seed: int = 3) -> list[Row]:
    """`count` rows by the paths of the API, all values as text."""
    dice = random.Random(seed)
    found: list[Row] = []
    for number in range(count):
        again = dice.choice(found) if found and dice.random() < 0.15 else None
        who = int(again["external_id"]) if again else number
        email = f"Person{who}@{'gmail.com' if who % 5 == 0 else f'firm{who % 7}-example.com'}"
        name, domain, site, industry, size, band = dice.choice(COMPANIES)
        # One name for one company, so that it does not matter which came first.
        name = f"{name} {'home' if who % 5 == 0 else who % 7}" if name == "Kestrel" else name
        if again:
            # What a repeat says of a company counts in a file where its first row stands.
            name, domain, site, industry, size, band = COMPANIES[-1]
        first, last, full = dice.choice(NAMES)
        if again:
            first, last, full = again["first_name"], again["last_name"], again["full_name"]
        city, state, country = dice.choice(PLACES)
        consent, kind, day = dice.choice(CONSENTS)
        found.append({
            "email": dice.choice([email, email.lower(), f" {email} ", f"<{email.upper()}>"]),
            "external_id": str(who), "first_name": first, "last_name": last, "full_name": full,
            "title": dice.choice(TITLES), "phone": dice.choice(PHONES),
            "mobile": dice.choice(PHONES), "city": city, "state": state, "country": country,
            "linkedin_url": dice.choice(["", f"linkedin.com/in/p{who}", "nonsense"]),
            "tags": dice.choice(["", "VIP; hot lead", "vip,demo", "hot_lead"]),
            "role": dice.choice(["", "Decider", "king"]), "status": dice.choice(["", "bounced"]),
            "lead_source": "trade show", "consent_status": consent, "consent_type": kind,
            "consent_date": day, "consent_source": "Fair" if consent else "",
            "company.name": name, "company.domain": domain,
            "company.website": site, "company.industry": industry, "company.employee_count": size,
            "company.revenue_band": band, "company.tech_stack": "Go; Rust" if size else "",
            "custom_fields.seats": dice.choice(["", "12", "1.234,5", "many"]),
            "custom_fields.plan": dice.choice(["", "pro", "Free", "gold"]),
            "custom_fields.since": dice.choice(["", "2026-01-02", "soon"]),
        })  # fmt: skip
    for broken in ("", "not an email", "two@@example.com"):
        found.insert(dice.randrange(len(found)), {**found[0], "email": broken, "external_id": "x"})
    return found


def as_file(rows: list[Row]) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return out.getvalue().encode()


def as_objects(rows: list[Row]) -> list[dict[str, Any]]:
    """As programs send them: blanks left out, null or empty, values typed where JSON has a type."""
    return [_object(row, number) for number, row in enumerate(rows)]


def _object(row: Row, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, cell in row.items():
        value: Any = cell
        if not cell:
            if number % 3 == 0:
                continue
            value = None if number % 3 == 1 else ""
        elif cell.isdigit() and path != "external_id":
            value = int(cell)
        elif path == "tags":
            value = cell.split(";")
        head, _, rest = path.partition(".")
        if rest:
            found.setdefault(head, {})[rest] = value
        else:
            found[head] = value
    if number % 2 and "domain" in found.get("company", {}):
        found["company_domain"] = found["company"].pop("domain")
    return found
