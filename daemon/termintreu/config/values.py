"""The kinds of values that options have: durations, times of the day, spans, time zones. Each is parsed from what the
file says, and written as the file has it. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from termintreu.config.listening import LISTEN_PATTERN, parse_listen

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

_LONGEST = 3650 * 86400
""""Now" and any sum of durations must stay within the calendar."""


def parse_duration(value: object) -> timedelta:
    """ "90s", "5m", "1h30m", "14d" to a timedelta. Raises ValueError with the form that is right."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and re.fullmatch(r"(\d{1,6}[smhdw])+", value.strip()):
        parts = re.findall(r"(\d+)([smhdw])", value)
        seconds = sum(int(number) * _UNITS[unit] for number, unit in parts)
        if seconds <= _LONGEST:
            return timedelta(seconds=seconds)
        raise ValueError("a duration of at most ten years is wanted")
    raise ValueError('a duration such as "90s", "5m", "1h30m" or "14d" is wanted')


def format_duration(value: timedelta) -> str:
    """A timedelta as the configuration has it: "90s", "5m", "14d"."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def parse_lead(value: object) -> timedelta:
    """A duration from a minute to a day: how long before a call something stands. Raises ValueError."""
    lead = parse_duration(value)
    if timedelta(minutes=1) <= lead <= timedelta(days=1):
        return lead
    raise ValueError('a duration from "1m" to "24h" is wanted')


DURATION_PATTERN = r"^(\d{1,6}[smhdw])+$"

Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN}),
]


Lead = Annotated[
    timedelta,
    BeforeValidator(parse_lead),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN}),
]


def parse_day_time(value: object) -> time:
    """ "12:30" to a time of the day. Raises ValueError."""
    if isinstance(value, time):
        return value
    match = re.fullmatch(r"\s*(\d{1,2}):(\d\d)\s*", value) if isinstance(value, str) else None
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return time(int(match[1]), int(match[2]))
    raise ValueError('a time of the day such as "12:30" is wanted')


DAY_TIME_PATTERN = r"^\d{1,2}:\d\d$"

DayTime = Annotated[
    time,
    BeforeValidator(parse_day_time),
    PlainSerializer(lambda value: f"{value:%H:%M}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": DAY_TIME_PATTERN}),
]


def parse_clock(value: object) -> str:
    """A time of the day such as "16:00", or "" for none. Raises ValueError."""
    if value == "":
        return ""
    try:
        return f"{parse_day_time(value):%H:%M}"
    except ValueError:
        raise ValueError('a time of the day such as "16:00", or "" for none, is wanted') from None


CLOCK_PATTERN = r"^(\d{1,2}:\d\d)?$"

ClockOrNone = Annotated[str, BeforeValidator(parse_clock), WithJsonSchema({"type": "string", "pattern": CLOCK_PATTERN})]


def parse_span(value: object) -> tuple[time, time]:
    """ "09:00-12:30" to a pair of times; "24:00" is the end of the day. Raises ValueError."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)\s*", value)
        if match:
            h1, m1, h2, m2 = (int(part) for part in match.groups())
            if h1 < 24 and m1 < 60 and ((h2 < 24 and m2 < 60) or (h2, m2) == (24, 0)) and (h1, m1) < (h2, m2):
                return time(h1, m1), time.max if h2 == 24 else time(h2, m2)
    raise ValueError('a span of the day such as "09:00-12:30" is wanted, its end after its beginning')


SPAN_PATTERN = r"^\d{1,2}:\d\d ?[-–] ?\d{1,2}:\d\d$"

Span = Annotated[
    tuple[time, time], BeforeValidator(parse_span), WithJsonSchema({"type": "string", "pattern": SPAN_PATTERN})
]


def parse_zone(value: object) -> str:
    """An IANA time zone name. Raises ValueError."""
    if isinstance(value, str):
        try:
            ZoneInfo(value)
        except (OSError, ValueError, KeyError):
            pass
        else:
            return value
    raise ValueError('an IANA time zone such as "Europe/Berlin" is wanted')


ZoneName = Annotated[str, BeforeValidator(parse_zone)]


def parse_collection(value: str) -> str:
    """A name that a collection can bear, as servers give it back: in one line, without blanks around it and without
    characters that nobody sees. Raises ValueError."""
    seen = "".join(" " if c.isspace() else c for c in value if c.isspace() or unicodedata.category(c)[0] != "C")
    if not seen.strip():
        raise ValueError('a name such as "Termintreu" is wanted')
    return " ".join(seen.split())


CollectionName = Annotated[str, AfterValidator(parse_collection), WithJsonSchema({"type": "string", "pattern": r"\S"})]


Listen = Annotated[str, BeforeValidator(parse_listen), WithJsonSchema({"type": "string", "pattern": LISTEN_PATTERN})]
