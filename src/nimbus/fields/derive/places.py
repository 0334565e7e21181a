"""Where a person is: a line taken apart, and the time zone of a place (S1-24, S3-05)."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache

from babel.core import get_global

from nimbus.fields.derive.place_zones import CITY_ZONES, MAIN_ZONES, STATE_ZONES
from nimbus.fields.types.cell import clean, fold, is_blank
from nimbus.fields.types.country import find_country

Place = tuple[str | None, str | None, str | None]


@lru_cache(maxsize=2**16)
def time_zone(country: str | None, state: str | None = None, city: str | None = None) -> str | None:
    """The IANA zone of a place by its country (ISO-2), else by its state, else by its city."""
    if not country:
        return None
    if zone := _lone_zones().get(country):
        return zone
    by_state = _states().get(country, {}).get(fold(state)) if state else None
    by_city = _cities().get(country, {}).get(fold(city)) if city else None
    return by_state or by_city or MAIN_ZONES.get(country)


@lru_cache(maxsize=2**16)
def split_location(line: str) -> Place:
    """City, state and country (ISO-2) of a line such as "Austin, Texas, United States"."""
    parts = [part for piece in line.split(",") if not is_blank(part := clean(piece))]
    if not parts:
        return None, None, None
    country = _country_at_end(parts)
    if country:
        parts = parts[:-1]
    elif home := _home_of_state(parts):
        country = home
    city, state = _city_and_state(parts, country)
    return city, state, country


def _country_at_end(parts: list[str]) -> str | None:
    """The country that the line ends in, unless the last piece is rather a state: Austin, TX."""
    code = find_country(parts[-1])
    if not code or len(parts) != 2 or not _home_of_state(parts):
        return code
    city = fold(parts[0])
    named_after_city = city in _zone_cities().get(code, ())
    in_the_state = any(city in cities for cities in (_cities()["US"], _cities()["CA"]))
    if named_after_city and not in_the_state:
        return code
    # "Springfield, CA" is in California, but Georgia in full is a country unless the city is known.
    return None if len(parts[-1]) == 2 or in_the_state else code


def _home_of_state(parts: list[str]) -> str | None:
    """The country whose state the line ends in; a single word is taken for a city."""
    if len(parts) < 2:
        return None
    state = fold(_without_postcode(parts[-1]))
    return next((code for code in ("US", "CA", "AU") if state in _states()[code]), None)


def _city_and_state(parts: list[str], country: str | None) -> tuple[str | None, str | None]:
    if not parts:
        return None, None
    if len(parts) > 1:
        return parts[0], _without_postcode(parts[-1])
    states, cities = (table.get(country or "", {}) for table in (_states(), _cities()))
    is_state = fold(parts[0]) in states and fold(parts[0]) not in cities
    return (None, parts[0]) if is_state else (parts[0], None)


def _without_postcode(text: str) -> str:
    return re.sub(r"\s+\d[\d-]*\Z", "", text)


@cache
def _lone_zones() -> dict[str, str]:
    """Countries with a single zone, by CLDR."""
    zones = defaultdict(list)
    for zone, country in get_global("zone_territories").items():
        zones[country].append(zone)
    return {c: z[0] for c, z in zones.items() if len(z) == 1 and c not in MAIN_ZONES}


@cache
def _zone_cities() -> dict[str, set[str]]:
    """The cities that time zones are named after: Berlin, Bogota, Buenos Aires."""
    cities: dict[str, set[str]] = defaultdict(set)
    for zone, country in get_global("zone_territories").items():
        cities[country].add(fold(zone.rpartition("/")[2]))
    return cities


@cache
def _states() -> dict[str, dict[str, str]]:
    return {
        country: {
            fold(name): zone
            for zone, states in zones.items()
            for state in states.split(",")
            for name in state.split("=")
        }
        for country, zones in STATE_ZONES.items()
    }


@cache
def _cities() -> dict[str, dict[str, str]]:
    return {
        country: {fold(c): zone for zone, cities in zones.items() for c in cities.split(",")}
        for country, zones in CITY_ZONES.items()
    }
