"""Public holidays by region, the country behind a zone or a number, a number's zones. Pure: tables of libraries only.

A region, zone or number that no table knows has no holidays and no country; configuration checks report it elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
import phonenumbers.timezone
from babel.core import get_global

from termintreu.config.holiday_tables import days_of, is_known
from termintreu.config.working_hours import HolidayName

_ANYWHERE = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.VOIP,
        phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
        phonenumbers.PhoneNumberType.UAN,
    }
)
"""Types of numbers behind which people can be anywhere."""
_WORLD = "001"
"""How tables call what belongs to no single country."""


def holidays_for(region: str, language: str) -> HolidayName:
    """The public holidays of a region ("DE", "DE-BY", "AT"): a function from a day to its name, or None.

    Names come in `language` ("de", "en") where the table has it, else as people there say. A country's own holidays
    stand in for a state that the table does not know.
    """
    country, _, state = region.partition("-")
    names = "en_US" if language == "en" else language

    def name_of(day: date) -> str | None:
        return _year(country, state, names, day.year).get(day)

    return name_of


def country_of_zone(zone: str) -> str | None:
    """The country whose clocks an IANA zone names ("Europe/Vienna" is "AT"); None for UTC and the like.

    Where a zone serves several countries, the one it is named after (CLDR's table, from the tz database's zone.tab).
    """
    territories: Mapping[str, str] = get_global("zone_territories")
    aliases: Mapping[str, str] = get_global("zone_aliases")
    return _country(territories.get(zone) or territories.get(aliases.get(zone, zone)))


def country_of_number(e164: str) -> str | None:
    """The country of a number in E.164; None for toll-free, satellite and unreadable ones."""
    try:
        return _country(phonenumbers.region_code_for_number(phonenumbers.parse(e164)))
    except phonenumbers.NumberParseException:
        return None


@lru_cache(maxsize=1024)
def zones_of_number(e164: str) -> tuple[str, ...]:
    """The IANA zones where a number in E.164 can be; none for toll-free, satellite and unreadable ones.

    A landline has the zone of its area, a mobile those of its country.
    """
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ()
    if _country(phonenumbers.region_code_for_number(number)) is None:
        return ()
    if phonenumbers.number_type(number) in _ANYWHERE:
        return ()
    zones = phonenumbers.timezone.time_zones_for_number(number)
    return tuple(zone for zone in zones if zone != phonenumbers.timezone.UNKNOWN_TIMEZONE and _is_zone(zone))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _country(code: str | None) -> str | None:
    return None if code in {None, _WORLD, "ZZ"} else code


@lru_cache(maxsize=256)
def _year(country: str, state: str, language: str, year: int) -> Mapping[date, str]:
    if not is_known(country):
        return {}
    return days_of(country, state if state and is_known(country, state) else None, year=year, language=language)
