"""What follows from the cells of a batch: name parts, places, ranks and the keys of companies.

Each takes the values by field key, one list per field, and adds to them.
"""

from __future__ import annotations

from typing import Any

from nimbus.fields import derive


def names(values: dict[str, list[Any]]) -> None:
    """A full name gives the parts that the file does not have of its own (S1-22, S1-23). One that
    says no more than the row's own first and last name is not taken apart."""
    if "full_name" not in values:
        return
    blank = [None] * len(values["full_name"])
    own_names = zip(
        values.get("first_name") or blank, values.get("last_name") or blank, strict=True
    )
    parts = [
        derive.split_name(full) if full and full != derive.join_name(first, last) else None
        for full, (first, last) in zip(values["full_name"], own_names, strict=True)
    ]
    for key, part in (
        ("first_name", "first"), ("last_name", "last"),
        ("name_prefix", "prefix"), ("name_suffix", "suffix"),
    ):  # fmt: skip
        worked_out = [getattr(name, part) if name else None for name in parts]
        own = values.get(key)
        values[key] = (
            [mine or theirs for mine, theirs in zip(own, worked_out, strict=True)]
            if own
            else worked_out
        )


def places(values: dict[str, list[Any]], country_last: str | None) -> None:
    """A location line gives city, state and country; these give the time zone (S1-24), with the
    country that comes last where there is none."""
    if "location" in values:
        lines = values.pop("location")
        places = [derive.split_location(line) if line else (None, None, None) for line in lines]
        for at, key in enumerate(("city", "state", "country")):
            own = values.get(key) or [None] * len(lines)
            values[key] = [mine or place[at] for mine, place in zip(own, places, strict=True)]
    if "time_zone" not in values and (values.keys() & {"city", "state", "country"}):
        blank = [None] * len(next(iter(values.values())))
        countries, states, cities = (values.get(k) or blank for k in ("country", "state", "city"))
        countries = [country or country_last for country in countries]
        values["time_zone"] = list(map(derive.time_zone, countries, states, cities))


def ranks(values: dict[str, list[Any]], count: int) -> None:
    """Seniority and department follow from the title when the file has none (S3-06)."""
    missing = [key for key in ("seniority", "department") if key not in values]
    if "title" in values and missing:
        ranks = [derive.title_rank(title) if title else (None, None) for title in values["title"]]
        for key in missing:
            at = 0 if key == "seniority" else 1
            values[key] = [rank[at] for rank in ranks]


def company(values: dict[str, list[Any]], email_domains: list[str]) -> dict[str, list[Any]]:
    """The company's keys: its domain, worked out from the email where the row has none (S1-19),
    and its name as it is compared."""
    count = len(email_domains)
    own = values.pop("company.domain", None) or [None] * count
    sites = values.get("company.website") or [None] * count
    domains: list[str | None] = []
    derived: list[bool] = []
    for mine, site, email_domain in zip(own, sites, email_domains, strict=True):
        told = mine or (_site_domain(site) if site else None)
        domains.append(told or derive.company_domain(email_domain))
        derived.append(told is None)
    names = values.get("company.name")
    return {
        "company_domain": domains,
        "domain_derived": derived,
        "company_name_key": [
            derive.company_name_key(name) or None if name else None
            for name in names or [None] * count
        ],
    }


def _site_domain(site: str) -> str | None:
    host = site.split("://", 1)[-1].split("/", 1)[0].split("@")[-1].split(":", 1)[0]
    return derive.company_domain(host.lower())
