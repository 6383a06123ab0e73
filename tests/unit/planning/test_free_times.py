"""Free times to offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termintreu.config import MeConfig
from termintreu.config.holidays import holidays_for
from termintreu.config.schema import WorkingHours
from termintreu.config.working_hours import WorkClock
from termintreu.model import Occurrence
from termintreu.model.timeline import Timeline
from termintreu.planning.free_times import FreeTime, free_times

BERLIN = ZoneInfo("Europe/Berlin")
CLOCK = WorkClock(
    me=MeConfig(
        working_hours=WorkingHours.model_validate(
            {day: ["09:00-12:30", "13:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}
        )
    ),
    zone=BERLIN,
    holiday=holidays_for("DE", "de"),
)
HALF_HOUR = timedelta(minutes=30)
TEN_MINUTES = timedelta(minutes=10)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def event(start: str, end: str, *, all_day: bool = False) -> Occurrence:
    return Occurrence(
        source="work",
        collection="/c/",
        href="/c/e.ics",
        uid=start,
        recurrence_id=None,
        start=at(start),
        end=at(end),
        all_day=all_day,
    )


def starts(slots: tuple[FreeTime, ...], zone: ZoneInfo = BERLIN) -> list[str]:
    return [start.astimezone(zone).strftime("%a %H:%M") for start, _ in slots]


def offer(now: str, **given: object) -> tuple[FreeTime, ...]:
    arguments: dict[str, object] = {"clock": CLOCK, "duration": HALF_HOUR, **given}
    for name in ("busy", "absences"):
        arguments[name] = Timeline(given.get(name, ()))  # type: ignore[arg-type]  # occurrences, where a test gives any
    return free_times(now=at(now), **arguments)  # type: ignore[arg-type]  # each test gives its own


def test_an_empty_week_gives_different_days_and_halves_of_the_day() -> None:
    assert ["Mon 11:00", "Tue 13:30", "Wed 09:00"] == starts(offer("2026-11-23T09:00"))


def test_the_first_slot_leaves_two_hours_of_work() -> None:
    assert "Mon 10:30" == starts(offer("2026-11-27T17:00"))[0]


def test_no_slot_begins_before_the_moment_asked_for() -> None:
    assert "Thu 10:15" == starts(offer("2026-11-23T09:00", not_before=at("2026-11-26T10:01")))[0]


def test_a_slot_keeps_its_distance_to_what_is_busy() -> None:
    busy = (event("2026-11-23T10:00", "2026-11-23T11:00"), event("2026-11-23T12:00", "2026-11-23T14:00"))

    assert ["Mon 11:15"] == starts(offer("2026-11-23T09:00", busy=busy, count=1))
    assert ["Mon 14:15"] == starts(offer("2026-11-23T09:00", busy=busy, count=1, duration=timedelta(minutes=45)))


def test_a_slot_may_touch_its_buffer_exactly() -> None:
    busy = (event("2026-11-23T10:00", "2026-11-23T10:50"),)

    assert ["Mon 11:00"] == starts(offer("2026-11-23T09:00", busy=busy, count=1))


def test_nothing_is_offered_on_days_of_absence() -> None:
    away = (event("2026-11-23T00:00", "2026-11-25T00:00", all_day=True),)

    assert ["Wed 09:00", "Thu 13:30", "Fri 09:00"] == starts(offer("2026-11-23T09:00", absences=away))


def test_nothing_is_offered_on_holidays_here_or_there() -> None:
    assert date(2026, 12, 28) == CLOCK.day_of(offer("2026-12-24T17:00")[0][0])
    there = offer("2026-12-07T16:00", contact_holiday=holidays_for("AT", "de"), count=1)
    assert date(2026, 12, 9) == CLOCK.day_of(there[0][0])


def test_a_slot_lies_within_the_contacts_day() -> None:
    new_york = ZoneInfo("America/New_York")

    slots = offer("2026-11-23T09:00", contact_zone=new_york)

    assert ["Mon 15:00", "Tue 15:00", "Wed 15:00"] == starts(slots)
    assert ["Mon 09:00", "Tue 09:00", "Wed 09:00"] == starts(slots, new_york)


def test_where_no_hour_suits_both_nothing_is_offered() -> None:
    assert () == offer("2026-11-23T09:00", contact_zone=ZoneInfo("Pacific/Auckland"))


def test_in_a_full_fortnight_the_rest_of_one_morning_is_still_offered() -> None:
    full = (event(f"2026-11-{day}T09:00", f"2026-11-{day}T17:30") for day in (23, 25, 26, 27, 30))
    busy = (*full, event("2026-11-24T11:00", "2026-11-24T17:30"))

    assert ["Tue 09:00", "Tue 09:45"] == starts(offer("2026-11-23T09:00", busy=busy, search_days=7))


def test_choice_is_not_bought_with_a_long_delay() -> None:
    afternoons = tuple(event(f"2026-11-{day}T13:00", f"2026-11-{day}T18:00") for day in (23, 24, 25, 26, 27))

    assert ["Mon 11:00", "Tue 09:00", "Wed 09:00"] == starts(offer("2026-11-23T09:00", busy=afternoons))


def test_a_call_longer_than_any_span_finds_no_slot() -> None:
    assert () == offer("2026-11-23T09:00", duration=timedelta(hours=5))


def test_nobody_offers_slots_without_working_hours() -> None:
    never = WorkClock(me=MeConfig(working_hours=WorkingHours()), zone=BERLIN, holiday=holidays_for("DE", "de"))

    assert () == offer("2026-11-23T09:00", clock=never)


def test_a_call_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than nothing"):
        offer("2026-11-23T09:00", duration=timedelta(0))


INSTANTS = st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 10)).map(lambda moment: moment.replace(tzinfo=UTC))
DURATIONS = st.sampled_from([timedelta(minutes=minutes) for minutes in (10, 15, 30, 45, 90)])
ZONES = st.sampled_from([None, *map(ZoneInfo, ("Europe/London", "America/New_York", "Asia/Kathmandu"))])


@st.composite
def diaries(draw: st.DrawFn) -> tuple[datetime, tuple[Occurrence, ...], tuple[Occurrence, ...]]:
    now = draw(INSTANTS)
    lengths = st.tuples(st.integers(0, 14 * 24 * 60), st.integers(0, 600))
    busy = tuple(
        Occurrence(
            source="s",
            collection="c",
            href=str(index),
            uid=str(index),
            recurrence_id=None,
            start=now + timedelta(minutes=offset),
            end=now + timedelta(minutes=offset + length),
        )
        for index, (offset, length) in enumerate(draw(st.lists(lengths, max_size=40)))
    )
    days = draw(st.lists(st.integers(0, 14), max_size=3))
    first = CLOCK.day_of(now)
    absences = tuple(
        Occurrence(
            source="s",
            collection="c",
            href=f"a{day}",
            uid=f"a{day}",
            recurrence_id=None,
            start=CLOCK.at(first + timedelta(days=day), time.min),
            end=CLOCK.at(first + timedelta(days=day + 1), time.min),
            all_day=True,
        )
        for day in days
    )
    return now, busy, absences


@settings(max_examples=120, deadline=None)
@given(diaries(), DURATIONS, ZONES)
def test_whatever_the_diary_a_proposal_holds(
    diary: tuple[datetime, tuple[Occurrence, ...], tuple[Occurrence, ...]],
    duration: timedelta,
    contact_zone: ZoneInfo | None,
) -> None:
    now, busy, absences = diary

    slots = free_times(
        now=now,
        busy=Timeline(busy),
        absences=Timeline(absences),
        clock=CLOCK,
        duration=duration,
        contact_zone=contact_zone,
    )

    assert list(slots) == sorted(slots)
    assert len(slots) <= 3
    for start, end in slots:
        assert duration == end - start
        assert any(opening <= start and end <= closing for opening, closing in CLOCK.spans(CLOCK.day_of(start)))
        assert start >= CLOCK.add(now, timedelta(hours=2))
        assert start.astimezone(BERLIN).minute % 15 == 0
        assert not [one for one in busy if one.start < end + TEN_MINUTES and start - TEN_MINUTES < one.end]
        assert CLOCK.day_of(start) not in {CLOCK.day_of(one.start) for one in absences}
        if contact_zone is not None:
            theirs, until = start.astimezone(contact_zone), end.astimezone(contact_zone)
            assert time(9) <= theirs.time()
            assert until.time() <= time(17)
    for (_, end), (start, _) in pairwise(slots):
        assert end + TEN_MINUTES <= start


@settings(max_examples=50, deadline=None)
@given(diaries(), DURATIONS, st.randoms(use_true_random=False))
def test_the_offer_does_not_depend_on_the_order_of_the_diary(
    diary: tuple[datetime, tuple[Occurrence, ...], tuple[Occurrence, ...]], duration: timedelta, shuffler: object
) -> None:
    now, busy, absences = diary
    shuffled = list(busy)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random

    one, other = (
        free_times(now=now, busy=Timeline(diary), absences=Timeline(absences), clock=CLOCK, duration=duration)
        for diary in (busy, tuple(shuffled))
    )

    assert one == other


@pytest.mark.parametrize(("travel", "expected"), [(0, "Mon 11:15"), (45, "Mon 13:30"), (30, "Mon 11:30")])
def test_a_slot_keeps_clear_of_the_way_to_and_from_an_appointment(travel: int, expected: str) -> None:
    way = timedelta(minutes=travel)
    before, after = event("2026-11-23T10:00", "2026-11-23T11:00"), event("2026-11-23T12:30", "2026-11-23T12:45")
    busy = (replace(before, travel=way), replace(after, travel=way))

    assert [expected] == starts(offer("2026-11-23T09:00", busy=busy, count=1))


def test_the_way_to_an_appointment_after_work_takes_time_of_the_day() -> None:
    busy = (replace(event("2026-11-23T18:00", "2026-11-23T19:00"), travel=timedelta(hours=3)),)

    for minutes, expected in ((60, "Mon 14:00"), (75, "Tue 09:00")):
        length = timedelta(minutes=minutes)
        found = offer("2026-11-23T12:00", busy=busy, count=1, duration=length, lead=timedelta(hours=1))
        assert [expected] == starts(found)
