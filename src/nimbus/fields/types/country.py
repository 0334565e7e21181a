"""A country as its ISO 3166 code, read from codes and from names in many languages (S3-05)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global

from nimbus.fields.field import Invalid
from nimbus.fields.types.cell import Cell, clean, fold, is_blank, short

_LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl")
# Codes that CLDR names but that are no country.
_REGIONS = "AA AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ"
_NOT_COUNTRIES = frozenset(_REGIONS.split())
_ALIASES = {
    "US": "usa, u s a, u s, united states of america, the united states, estados unidos de america,"
    " vereinigte staaten von amerika, etats unis d amerique, eeuu, ee uu, eua, america, amerika",
    "GB": "uk, u k, great britain, britain, england, scotland, wales, northern ireland,"
    " united kingdom of great britain and northern ireland, grossbritannien, grande bretagne,"
    " gran bretana, gra bretanha, gran bretagna, groot brittannie, angleterre, inglaterra,"
    " inghilterra, engeland, schottland",
    "DE": "brd, federal republic of germany, bundesrepublik deutschland",
    "NL": "holland, the netherlands, nederland, holanda, hollande, olanda",
    "CZ": "czech republic, tschechische republik, republica checa, republique tcheque, tschechei",
    "KR": "korea, republic of korea, south korea, korea south",
    "KP": "north korea, democratic people s republic of korea",
    "RU": "russian federation, russische foderation",
    "TR": "turkey, turkiye, turkei",
    "AE": "uae, u a e, vae, emirates",
    "MK": "macedonia, fyrom",
    "CI": "ivory coast, cote d ivoire",
    "CD": "dr congo, drc, democratic republic of the congo, congo kinshasa",
    "CG": "republic of the congo, congo, congo brazzaville",
    "SZ": "swaziland",
    "MM": "burma",
    "CV": "cape verde",
    "TL": "east timor",
    "VN": "viet nam",
    "IR": "islamic republic of iran",
    "SY": "syrian arab republic",
    "VE": "bolivarian republic of venezuela",
    "BO": "plurinational state of bolivia",
    "TZ": "united republic of tanzania",
    "MD": "republic of moldova, moldova",
    "LA": "lao people s democratic republic",
    "BN": "brunei darussalam",
    "TW": "taiwan province of china, republic of china",
    "CN": "people s republic of china, prc, mainland china",
    "HK": "hong kong, hong kong sar, hongkong",
    "MO": "macau, macao",
    "PS": "palestine, state of palestine",
    "VA": "vatican, holy see",
    "IE": "eire, republic of ireland",
    "CH": "schweiz, suisse, svizzera, switzerland, confederation of switzerland",
    "AT": "osterreich, oesterreich",
    "SK": "slovak republic",
    "BA": "bosnia, bosnia and herzegovina",
    "XK": "xkx",
}


@dataclass(frozen=True, slots=True)
class Country(Cell):
    key: str = "country"
    sql: str = "text"
    kind: str = "choice"

    def parse(self, raw: str) -> str | None:
        # Two capitals are by far the most frequent form, and need no folding.
        return raw if raw in country_codes() else _read(raw)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "pattern": "^[A-Z]{2}$"}


@lru_cache(maxsize=2**14)
def _read(raw: str) -> str | None:
    text = clean(raw)
    if is_blank(text):
        return None
    if code := find_country(text):
        return code
    raise Invalid(f"{short(text)} is not a country; write its name or its code, such as DE.")


def find_country(text: str) -> str | None:
    """The code of a country's name or code, None when it is neither."""
    return _names().get(fold(text).removeprefix("the "))


@cache
def country_codes() -> frozenset[str]:
    """Every ISO 3166 code of two letters, and XK for Kosovo."""
    names = Locale.parse("en").territories
    return frozenset(c for c in map(str, names) if len(c) == 2 and c.isalpha()) - _NOT_COUNTRIES


@cache
def _names() -> dict[str, str]:
    codes = country_codes()
    names = {code.lower(): code for code in codes}
    for old, now in get_global("territory_aliases").items():
        if len(old) == 3 and old.isalpha() and len(now) == 1 and now[0] in codes:
            names.setdefault(old.lower(), now[0])
    for code, words in _ALIASES.items():
        names.update((word.strip(), code) for word in words.split(","))
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in codes:
                names.setdefault(fold(name).removeprefix("the "), code)
                names.setdefault(fold(name.partition("(")[0]), code)
    return names


COUNTRY = Country()
