"""Times that may not be meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest

from termintreu.config import MeConfig
from termintreu.model import Contact, Reach
from tests.factories import all_day, at, call, context, found, occurrence, window

NOW = "2026-11-16 09:00"


def reason(one: Any, now: str = NOW) -> str | None:
    finding = found("odd_time", one, context(now, [one]))
    return finding.message.msgid if finding else None


def lives_in(zone: str | None, *phones: str) -> Contact:
    return Contact(key="k", name="Erika", timezone=zone, phones=phones, known=True)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-26 09:00", None),
        ("2026-11-26 08:59", "Outside your working hours."),
        ("2026-11-26 12:29", None),
        ("2026-11-26 12:30", "Outside your working hours."),
        ("2026-11-26 17:30", "Outside your working hours."),
        ("2026-11-28 10:00", "Not a working day."),
        ("2026-12-25 10:00", "Public holiday: {name}."),
    ],
)
def test_my_working_hours_count(start: str, expected: str | None) -> None:
    assert expected == reason(call(start))


def test_holidays_of_my_own_state_count_too() -> None:
    one = call("2027-01-06 10:00")  # Epiphany: Bavaria, not Berlin
    for region, fires in (("DE-BY", True), ("DE-BE", False)):
        me = MeConfig(region=region)
        assert fires == (found("odd_time", one, context("2027-01-02 09:00", [one], me=me)) is not None)


@pytest.mark.parametrize(
    ("start", "zone", "expected"),
    [
        ("2026-11-25 16:00", "America/Los_Angeles", None),  # 07:00
        ("2026-11-25 13:30", "America/New_York", None),  # 07:30
        ("2026-11-25 12:29", "America/New_York", "It is night where {who} is ({local:hours})."),  # 06:29
        ("2026-11-27 13:30", "Asia/Tokyo", None),  # 21:30
        ("2026-11-27 14:00", "Asia/Tokyo", "It is night where {who} is ({local:hours})."),  # 22:00
        ("2026-11-26 14:00", "America/New_York", "Public holiday where {who} is: {name}."),  # Thanksgiving
        ("2026-12-08 10:00", "Europe/Vienna", "Public holiday where {who} is: {name}."),
        ("2026-12-08 10:00", "Europe/Berlin", None),
        ("2026-12-08 10:00", None, None),
    ],
)
def test_night_and_holidays_of_the_other_side_count(start: str, zone: str | None, expected: str | None) -> None:
    assert expected == reason(call(start, contact=lives_in(zone)))


def test_the_number_tells_the_country_where_no_zone_is_known() -> None:
    austrian = "+43 1 5811260".replace(" ", "")
    holiday = "Public holiday where {who} is: {name}."
    assert holiday == reason(call("2026-12-08 10:00", contact=lives_in(None, austrian)))
    assert holiday == reason(call("2026-12-08 10:00", contact=lives_in(None), reach=Reach(phone=austrian)))
    dial_in = call("2026-12-08 10:00", contact=lives_in(None), reach=Reach(phone=austrian), caller="dial_in")
    assert reason(dial_in) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"zone": None, "zone_state": "unknown", "tzid": "Nowhere"},
            "No reminder, because its time zone is unknown: another hour may be meant.",
        ),
        ({"zone": None, "zone_state": "floating"}, "It has no time zone: another hour may be meant."),
        ({"zone": "Firma", "zone_state": "custom"}, None),
    ],
)
def test_a_time_without_a_sure_zone_is_asked_about(fields: dict[str, Any], expected: str | None) -> None:
    assert expected == reason(call("2026-11-26 10:00", **fields))


SHIFT = "The clocks change: for {who} it is {now} then, and was {before} the last time."


def weekly(previous: datetime, start: datetime, zone: str, contact_zone: str | None) -> Any:
    return call(
        occurrence(start, zone=zone, series=True, previous_start=previous, recurrence_id=start, uid="series"),
        contact=lives_in(contact_zone),
    )


BERLIN, NEW_YORK, PHOENIX, UTC = "Europe/Berlin", "America/New_York", "America/Phoenix", "UTC"


@pytest.mark.parametrize(
    ("previous", "start", "kept_in", "contact_zone", "expected"),
    [
        # Europe's clocks go back a week before New York's: 15:00 in Berlin is 10:00 there for a week, else 9:00.
        ("2026-10-19 15:00", "2026-10-26 15:00", BERLIN, NEW_YORK, SHIFT),
        ("2026-10-26 15:00", "2026-11-02 15:00", BERLIN, NEW_YORK, SHIFT),
        ("2026-11-02 15:00", "2026-11-09 15:00", BERLIN, NEW_YORK, None),
        # A fortnight over both changes: nobody is shifted.
        ("2026-10-19 15:00", "2026-11-02 15:00", BERLIN, NEW_YORK, None),
        ("2026-10-19 16:00", "2026-10-26 16:00", BERLIN, PHOENIX, SHIFT),
        # Kept in New York's zone, or in UTC while no clock changes there: it is only our own clock that shifts.
        ("2026-10-19 15:00", "2026-10-26 14:00", NEW_YORK, NEW_YORK, None),
        ("2026-10-19 15:00", "2026-10-26 14:00", UTC, NEW_YORK, None),
        ("2026-10-19 15:00", "2026-10-26 15:00", BERLIN, "Europe/Paris", None),
        # Kept in UTC both are shifted alike.
        ("2026-10-19 15:00", "2026-10-26 14:00", UTC, "Europe/Paris", SHIFT),
        ("2026-10-12 15:00", "2026-10-19 15:00", UTC, "Europe/Vienna", None),
        # A single occurrence that was put an hour later moves for both; no clock did it.
        ("2026-11-09 15:00", "2026-11-16 16:00", BERLIN, "Europe/Vienna", None),
        ("2026-10-19 15:00", "2026-10-26 15:00", BERLIN, None, None),
    ],
)
def test_a_series_that_a_clock_change_shifts_for_the_other_side_is_asked_about(
    previous: str, start: str, kept_in: str, contact_zone: str | None, expected: str | None
) -> None:
    one = weekly(at(previous), at(start), kept_in, contact_zone)
    assert expected == reason(one, "2026-10-12 09:00")


def test_the_sentence_says_both_local_times() -> None:
    one = weekly(at("2026-10-19 15:00"), at("2026-10-26 15:00"), BERLIN, NEW_YORK)
    finding = found("odd_time", one, context("2026-10-20 09:00", [one]))
    assert finding is not None
    assert {"who": "Erika", "now": time(10), "before": time(9)} == finding.message.values


@pytest.mark.parametrize(
    ("now", "start", "settle_by"),
    [
        (NOW, "2026-11-26 18:00", "2026-11-24 18:00"),
        (NOW, "2026-11-23 18:00", "2026-11-19 18:00"),  # Monday: Thursday before
        (NOW, "2026-11-29 10:00", "2026-11-26 10:00"),  # Sunday: Thursday before
        ("2026-10-19 09:00", "2026-10-26 18:00", "2026-10-22 18:00"),  # the same wall time over the clock change
        ("2026-11-25 09:00", "2026-11-26 18:00", "2026-11-25 09:00"),
    ],
)
def test_it_is_checked_two_workdays_before(now: str, start: str, settle_by: str) -> None:
    one = call(start)
    finding = found("odd_time", one, context(now, [one]))
    assert finding is not None
    assert at(settle_by) == finding.settle_by


def test_a_call_without_an_exact_time_is_odd_only_when_its_window_holds_no_work() -> None:
    def whole(day: str, after: str) -> Any:
        contact = lives_in("America/New_York")
        return call(all_day(day), window=window(f"{day} 00:00", f"{after} 00:00"), contact=contact)

    assert reason(whole("2026-11-25", "2026-11-26")) is None
    assert "Not a working day." == reason(whole("2026-11-28", "2026-11-29"))


@pytest.mark.parametrize(
    ("night_from", "night_until", "fires"),
    [(9, 10, True), (8, 10, True), (10, 12, False), (8, 9, False), (9, 9, False)],
)
def test_the_night_may_be_set_within_one_day(night_from: int, night_until: int, fires: bool) -> None:
    one = call("2026-11-25 10:00", contact=lives_in("Europe/London"))  # 9:00 there
    finding = found("odd_time", one, context(NOW, [one]), night_from=night_from, night_until=night_until)
    assert fires == (finding is not None)


def test_the_holiday_is_that_of_the_day_it_is_there() -> None:
    one = call("2026-12-31 22:00", contact=lives_in("Pacific/Auckland"))  # 10:00 on New Year's Day
    assert "Public holiday where {who} is: {name}." == reason(one)


def test_a_zone_of_the_calendars_own_is_read_as_ours() -> None:
    one = call(
        occurrence(at("2026-10-26 15:00"), zone="Firma", zone_state="custom", previous_start=at("2026-10-19 15:00")),
        contact=lives_in("Europe/Paris"),
    )
    assert reason(one, "2026-10-12 09:00") is None


def test_a_long_meeting_that_begins_before_work_is_odd() -> None:
    span = window("2026-11-26 08:00", "2026-11-26 11:00")
    assert reason(call("2026-11-26 08:00", 180, window=span)) is None
    meeting = call("2026-11-26 08:00", 180, window=span, kind="video", caller="dial_in")
    assert "Outside your working hours." == reason(meeting)


def test_a_private_calendar_knows_neither_working_hours_nor_holidays() -> None:
    evening, holiday = call("2026-11-26 20:00"), call("2026-12-25 10:00", contact=lives_in("Europe/Vienna"))
    abroad = call("2026-12-08 10:00", contact=lives_in("Europe/Vienna"))
    for one in (evening, holiday, abroad):
        where = context(NOW, [one])
        assert found("odd_time", one, where) is not None
        assert found("odd_time", one, replace(where, private=frozenset({"home"}))) is not None
        assert found("odd_time", one, replace(where, private=frozenset({"work"}))) is None


def test_at_night_or_without_a_zone_a_private_call_is_odd_as_well() -> None:
    night = call("2026-11-26 14:00", contact=lives_in("America/Los_Angeles"))
    floating = call("2026-11-26 14:00", zone=None, zone_state="floating")
    for one in (night, floating):
        assert found("odd_time", one, replace(context(NOW, [one]), private=frozenset({"work"}))) is not None


NIGHT = "It is night where {who} is ({local:hours})."


@pytest.mark.parametrize(
    ("start", "phone", "expected"),
    [
        ("2026-11-25 12:29", "+12125550123", NIGHT),  # New York, 06:29
        ("2026-11-25 13:30", "+12125550123", None),
        ("2026-11-25 15:30", "+13105550123", NIGHT),  # Los Angeles, 06:30
        ("2026-11-25 09:30", "+79161234567", None),  # a mobile of a country of eleven zones: day in most
        ("2026-11-25 17:00", "+61412345678", NIGHT),  # a mobile of a country of several zones: night in each
        ("2026-11-25 23:30", "+34612345678", NIGHT),  # in Madrid, at the user's hour, and on the Canaries
        ("2026-11-25 12:29", "+18005550123", None),  # toll-free: anywhere
        ("2026-11-25 22:30", "+4930901820", "Outside your working hours."),
        ("2026-11-25 22:30", "+33142685300", "Outside your working hours."),  # the user's own time, abroad
    ],
)
def test_the_number_tells_the_hour_where_no_zone_is_known(start: str, phone: str, expected: str | None) -> None:
    assert expected == reason(call(start, contact=lives_in(None), reach=Reach(phone=phone)))
    assert expected == reason(call(start, contact=lives_in(None, phone), reach=Reach()))


def test_a_dial_in_tells_of_nobodys_night() -> None:
    dial_in = Reach(phone="+12125550123", pin="123")
    assert reason(call("2026-11-25 12:00", contact=lives_in(None), reach=dial_in, caller="dial_in")) is None


def test_a_zone_of_the_contact_goes_before_that_of_the_number() -> None:
    at_home = call("2026-11-25 12:00", contact=lives_in("Europe/Berlin"), reach=Reach(phone="+12125550123"))
    assert reason(at_home) is None


def test_several_zones_of_a_number_are_all_told() -> None:
    one = call("2026-11-25 17:00", contact=lives_in(None), reach=Reach(phone="+61412345678"))
    finding = found("odd_time", one, context(NOW, [one]))
    assert finding is not None
    assert finding.message.values == {"who": "Erika", "local": (time(22, 30), time(3))}
