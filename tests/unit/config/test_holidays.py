"""Public holidays by region, and countries behind zones and numbers."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from termintreu.config.holidays import country_of_number, country_of_zone, holidays_for, zones_of_number

EPIPHANY = date(2026, 1, 6)
UNITY = date(2026, 10, 3)


def test_a_state_has_its_own_holidays_beside_the_countrys() -> None:
    bavaria, germany = holidays_for("DE-BY", "de"), holidays_for("DE", "de")

    assert "Heilige Drei Könige" == bavaria(EPIPHANY)
    assert germany(EPIPHANY) is None
    assert bavaria(UNITY) == germany(UNITY) == "Tag der Deutschen Einheit"


def test_names_come_in_the_users_language() -> None:
    assert "Day of German Unity" == str(holidays_for("DE", "en")(UNITY)).replace(
        "German Unity Day", "Day of German Unity"
    )
    assert "Nationalfeiertag" == holidays_for("AT", "de")(date(2026, 10, 26))


def test_every_year_has_its_own_easter() -> None:
    germany = holidays_for("DE", "de")

    assert [None, "Ostermontag"] == [germany(date(2026, 3, 29)), germany(date(2027, 3, 29))]


def test_an_unknown_state_has_the_countrys_holidays() -> None:
    assert holidays_for("DE-XX", "de")(UNITY) is not None


def test_an_unknown_country_has_no_holidays() -> None:
    assert holidays_for("ZZ", "de")(date(2026, 12, 25)) is None


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Vienna", "AT"),
        ("Europe/Berlin", "DE"),
        ("Asia/Calcutta", "IN"),
        ("Asia/Kolkata", "IN"),
        ("Europe/Kyiv", "UA"),
        ("America/New_York", "US"),
        ("UTC", None),
        ("Etc/GMT+3", None),
        ("Antarctica/Troll", None),
        ("Nowhere/Atall", None),
    ],
)
def test_a_zone_has_the_country_it_is_named_after(zone: str, country: str | None) -> None:
    assert country == country_of_zone(zone)


@pytest.mark.parametrize(
    ("number", "country"),
    [("+4930901820", "DE"), ("+43123456789", "AT"), ("+80012345678", None), ("nothing", None), ("", None)],
)
def test_a_number_has_a_country(number: str, country: str | None) -> None:
    assert country == country_of_number(number)


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+4930901820", ("Europe/Berlin",)),
        ("+12125550123", ("America/New_York",)),
        ("+34922123456", ("Atlantic/Canary",)),
        ("+18005550123", ()),
        ("+80012345678", ()),
        ("123", ()),
    ],
)
def test_a_number_tells_the_zones_where_it_can_be(number: str, zones: tuple[str, ...]) -> None:
    assert zones == zones_of_number(number)


def test_a_mobile_of_a_large_country_can_be_in_many_zones() -> None:
    assert {"Europe/Moscow", "Asia/Vladivostok"} < set(zones_of_number("+79161234567"))


def test_only_the_countries_that_are_asked_for_are_imported_and_all_can_be() -> None:
    probe = """
import sys
from termintreu.config.holiday_tables import days_of, is_known, states
print(len(days_of("DE", "BY", year=2026, language="de")))
print(sorted(name for name in sys.modules if name.startswith("holidays.countries.")))
from holidays.registry import EntityLoader
print([code for code in EntityLoader.get_country_codes() if not is_known(code) or states(code) is None])
"""
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ["12", "['holidays.countries.germany']", "[]"] == done.stdout.splitlines()
