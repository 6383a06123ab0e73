"""What rules yield: against dateutil where that is right, against themselves for windows, and the cost."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from termintreu.reading.ical.expansion import TOO_MUCH, Budget, occurrences
from termintreu.reading.ical.lines import Unreadable
from termintreu.reading.ical.rule import (
    NO_END,
    NO_FREQUENCY,
    NO_INTERVAL,
    NO_SUCH_DATE,
    OTHER_CALENDAR,
    TOO_OFTEN,
    UNKNOWN_PART,
    parse_rule,
)

PLENTY = 10**7
FAR = datetime(2040, 1, 1)


def expanded(text: str, start: datetime, low: datetime, high: datetime) -> list[datetime]:
    return list(occurrences(parse_rule(text), start, low, high, Budget(left=PLENTY)))


def numbers(low: int, high: int, *, signed: bool = False) -> st.SearchStrategy[str]:
    value = st.integers(low, high)
    if signed:
        value = value | value.map(lambda number: -number)
    return st.lists(value, min_size=1, max_size=3, unique=True).map(lambda found: ",".join(map(str, found)))


weekdays = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True)
parts = {
    "BYMONTH": numbers(1, 12),
    "BYMONTHDAY": numbers(1, 31, signed=True),
    "BYDAY": weekdays.map(",".join),
    "BYHOUR": numbers(0, 23),
    "BYMINUTE": numbers(0, 59),
    "BYSETPOS": numbers(1, 3, signed=True),
    "WKST": st.sampled_from(["MO", "SU", "WE"]),
    "COUNT": st.integers(1, 30).map(str),
}


@st.composite
def rules(draw: st.DrawFn, frequencies: tuple[str, ...] = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")) -> str:
    freq = draw(st.sampled_from(frequencies))
    chosen = draw(st.sets(st.sampled_from(sorted(parts)), max_size=4))
    text = f"FREQ={freq};INTERVAL={draw(st.integers(1, 4))}"
    values = {name: draw(parts[name]) for name in sorted(chosen)}
    if freq == "HOURLY":
        values.pop("BYHOUR", None)
    text = ";".join([text, *(f"{name}={value}" for name, value in values.items())])
    try:
        parse_rule(text)
    except Unreadable:  # dates that do not exist: refused on purpose
        reject()
    return text


beginnings = st.datetimes(datetime(2019, 1, 1), datetime(2027, 1, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@settings(max_examples=150, deadline=None)
@given(text=rules(), start=beginnings)
def test_rules_yield_what_dateutil_yields_where_dateutil_is_right(text: str, start: datetime) -> None:
    assume(not ("YEARLY" in text and "BYMONTHDAY" in text and "BYMONTH=" not in text))  # contested
    assume(not ("WEEKLY" in text and "BYSETPOS" in text))  # dateutil cuts the first week
    assume(not ("WEEKLY" in text and "BYMONTHDAY" in text))  # forbidden by the RFC
    assume(not ("BYSETPOS" in text and "BY" not in text.replace("BYSETPOS", "")))  # forbidden by the RFC
    uncounted = ";".join(part for part in text.split(";") if not part.startswith("COUNT"))
    high = start + timedelta(days={"YEARLY": 3000, "MONTHLY": 800, "HOURLY": 40}.get(text[5:].partition(";")[0], 300))
    ours = expanded(uncounted, start, start, high)
    assume(len(ours) > 1)  # where there is nothing, dateutil searches until the year 9999
    theirs = rrulestr(uncounted, dtstart=start).between(start, high, inc=True)
    first = [start] if not theirs or theirs[0] != start else []  # RFC 5545 3.8.5.3: the start always counts
    assert [*first, *theirs] == ours
    counted = rrulestr(text, dtstart=start).between(start, high, inc=True)
    assert [*first, *counted] == expanded(text, start, start, high)


@settings(max_examples=100, deadline=None)
@given(text=rules(), start=beginnings, ahead=st.integers(0, 700))
def test_beginning_near_the_window_leaves_nothing_out(text: str, start: datetime, ahead: int) -> None:
    low = start + timedelta(days=ahead)
    high = low + timedelta(days=40)
    whole = [moment for moment in expanded(text, start, start, high) if moment >= low]
    assert whole == [moment for moment in expanded(text, start, low, high) if moment >= low]


@settings(max_examples=100, deadline=None)
@given(text=rules(), start=beginnings)
def test_occurrences_come_in_order_and_once(text: str, start: datetime) -> None:
    found = expanded(text, start, start, start + timedelta(days=100))
    assert sorted(set(found)) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=MO,2TU;COUNT=6", ["11-02", "11-09", "11-10", "11-16", "11-23", "11-30"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=3", ["11-02", "11-04", "11-11"]),
        ("FREQ=YEARLY;BYWEEKNO=46,47;COUNT=3", ["11-02", "11-09", "11-16"]),
        ("FREQ=DAILY;COUNT=-1;BYDAY=SU", ["11-02", "11-08", "11-15", "11-22", "11-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=1", ["11-02", "12-31"]),
    ],
)
def test_what_other_libraries_get_wrong_is_right(text: str, expected: list[str]) -> None:
    start = datetime(2026, 11, 2, 9)
    found = islice(expanded(text, start, start, datetime(2027, 1, 1)), len(expected))
    assert expected == [moment.strftime("%m-%d") for moment in found]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FREQ=SECONDLY", TOO_OFTEN),
        ("FREQ=MINUTELY;INTERVAL=600", TOO_OFTEN),
        ("FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=" + ",".join(map(str, range(60))) + ";BYSECOND=0,30", TOO_OFTEN),
        ("FREQ=DAILY;INTERVAL=0", NO_INTERVAL),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", NO_SUCH_DATE),
        ("FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31,-31", NO_SUCH_DATE),
        ("BYDAY=MO", NO_FREQUENCY),
        ("FREQ=OFTEN", NO_FREQUENCY),
        ("", NO_FREQUENCY),
        ("FREQ=DAILY;INTERVAL=x", UNKNOWN_PART),
        ("FREQ=DAILY;BYDAY=XX", UNKNOWN_PART),
        ("FREQ=YEARLY;BYMONTH=13", UNKNOWN_PART),
        ("FREQ=DAILY;COUNT=1e9", UNKNOWN_PART),
        ("FREQ=DAILY;COUNT=0", UNKNOWN_PART),
        ("FREQ=YEARLY;BYEASTER=0", UNKNOWN_PART),
        ("FREQ=WEEKLY;BYDAY=MO\\,TU", UNKNOWN_PART),
        ("FREQ=WEEKLY\\;BYDAY=MO", NO_FREQUENCY),
        ("RSCALE=HEBREW;FREQ=YEARLY", OTHER_CALENDAR),
        ("FREQ=DAILY;UNTIL=20261126Z", NO_END),
        ("FREQ=DAILY;UNTIL=never", NO_END),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_rule(text)
    assert reason == str(caught.value)


@pytest.mark.parametrize(
    ("text", "ignored"),
    [
        ("FREQ=DAILY;UNTIL=", True),
        ("FREQ=WEEKLY;BYDAY=", True),
        ("FREQ=DAILY;X-NOTE=1", True),
        ("FREQ=DAILY;FREQ=WEEKLY", True),
        ("FREQ=DAILY;WKST=XX", True),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD", True),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT", False),
        ("FREQ=DAILY;COUNT=-1;", False),
    ],
)
def test_a_rule_knows_whether_a_part_of_it_is_ignored(text: str, ignored: bool) -> None:
    assert ignored is parse_rule(text).ignored


def test_a_start_outside_of_the_rule_is_shown_and_not_counted() -> None:
    thursday = datetime(2024, 5, 30, 20)
    found = expanded("FREQ=WEEKLY;COUNT=3;BYDAY=WE", thursday, thursday, FAR)
    assert ["05-30", "06-05", "06-12", "06-19"] == [moment.strftime("%m-%d") for moment in found]
    wednesday = datetime(2024, 5, 29, 20)
    found = expanded("FREQ=WEEKLY;COUNT=3;BYDAY=WE", wednesday, wednesday, FAR)
    assert ["05-29", "06-05", "06-12"] == [moment.strftime("%m-%d") for moment in found]


@pytest.mark.parametrize("year", [1, 1601, 1970])
@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=HOURLY",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=YEARLY;BYWEEKNO=3",
        "FREQ=DAILY;COUNT=999999999",
    ],
)
def test_series_from_the_depth_of_time_cost_nothing(text: str, year: int) -> None:
    start, low = datetime(year, 1, 1, 9), datetime(2026, 11, 1)
    budget = Budget(left=3000)
    found = [m for m in occurrences(parse_rule(text), start, low, low + timedelta(days=60), budget) if m >= low]
    assert found or "YEARLY" in text


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYDAY=MO;COUNT=999999999",
        "FREQ=HOURLY;BYSETPOS=1;COUNT=999999999",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1;COUNT=999999",
        "FREQ=WEEKLY;BYMONTH=2;BYDAY=MO,TU;COUNT=9999999",
    ],
)
def test_a_rule_that_would_have_to_be_counted_out_for_ages_is_given_up(text: str) -> None:
    began = time.process_time()
    with pytest.raises(Unreadable, match=TOO_MUCH):
        list(occurrences(parse_rule(text), datetime(1, 1, 1), FAR, FAR, Budget()))
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYYEARDAY=1",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=4",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=YEARLY;INTERVAL=999999999",
        "FREQ=HOURLY;INTERVAL=999999999",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=3",
    ],
)
def test_a_rule_that_never_comes_to_pass_yields_its_start_only(text: str) -> None:
    start = datetime(2020, 1, 5, 9)
    assert [start] == list(occurrences(parse_rule(text), start, start, FAR, Budget()))


@pytest.mark.parametrize("text", ["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=HOURLY;INTERVAL=9"])
@pytest.mark.parametrize("by", ["", ";BYWEEKNO=1,53;BYDAY=MO", ";BYDAY=1MO", ";BYYEARDAY=-1", ";BYMONTHDAY=31"])
def test_the_end_of_the_calendar_ends_every_rule(text: str, by: str) -> None:
    start = datetime(9999, 11, 30, 9)
    found = expanded(text + by, start, start, datetime(9999, 12, 31, 23, 59, 59))
    assert all(start <= moment for moment in found)
