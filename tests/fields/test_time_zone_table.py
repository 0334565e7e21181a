"""The table of places names only zones that exist, and covers every state it should."""

from zoneinfo import available_timezones

from nimbus.fields.derive.place_zones import CITY_ZONES, MAIN_ZONES, STATE_ZONES
from nimbus.fields.derive.places import _states


def test_every_zone_exists() -> None:
    tables = [*STATE_ZONES.values(), *CITY_ZONES.values()]
    zones = {zone for table in tables for zone in table} | set(MAIN_ZONES.values())
    assert zones <= available_timezones()


def test_every_state_of_the_united_states_and_of_brazil() -> None:
    codes = {name for name in _states()["US"] if len(name) == 2}
    assert len(codes) == 51
    assert len({name for name in _states()["BR"] if len(name) == 2}) == 27
