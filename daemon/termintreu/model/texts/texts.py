"""Writes sentences, dates and numbers as the reader of the calendar expects them. Pure: no clock, no decisions."""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from termintreu.model.message import Message, msg
from termintreu.model.texts.catalogue import Catalogue, Language, catalogue
from termintreu.model.texts.errors import translated
from termintreu.model.texts.foreign import TEXT_LIMIT, clean

_DAY = {"de": "EEE, d.M.", "en": "EEE d MMM"}
_DATE = {"de": "EEE, d.M.y", "en": "EEE d MMM y"}
_LONG_DAY = {"de": "EEEE, d. MMMM", "en": "EEEE d MMMM"}
_WEEKDAY = {"de": "EEEEEE", "en": "EEE"}
_DAY_OF_MONTH = {"de": "d.M.", "en": "d MMM"}
_Wall = time
"""A time of day on somebody's wall; within the class `time` is a method."""
_LOCALES = {"de": "de_DE", "en": "en_GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Renders messages in one language, with times in one zone."""

    language: Language
    zone: ZoneInfo
    """The reader's zone: every instant is shown in it."""
    region: str = ""
    """The reader's country, or a state of it ("CH-ZH"): German for Switzerland and Liechtenstein has no ß."""
    _catalogue: Catalogue = field(init=False, repr=False, compare=False)
    _locale: Locale = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_catalogue", catalogue(self.language, eszett=_has_eszett(self.region)))
        object.__setattr__(self, "_locale", Locale.parse(_LOCALES[self.language]))

    def render(self, message: Message) -> str:
        """The sentence in the reader's language.

        Raises KeyError or TypeError where a value is missing or of a type that has no form: both are mistakes in
        the program, never in a calendar.
        """
        parts: list[str] = []
        for literal, name, spec in _parts(self._catalogue.get(message.msgid)):
            parts.append(literal)
            if name is not None:
                parts.append(self._value(message.values[name], spec))
        return "".join(parts)

    def error(self, text: str) -> str:
        """An error of ours, English where it arose, in the reader's language; see `texts.errors`."""
        return translated(text, self.language)

    def moment(self, instant: datetime, *, year: bool = False) -> str:
        """Day and time: "Mi., 25.11., 14:30", "Wed 25 Nov, 14:30"."""
        return f"{self.day(instant, year=year)}, {self.time(instant)}"

    def at(self, instant: datetime) -> str:
        """Day and time as a sentence has them: "Mi., 25.11., 14:30 Uhr", "Wed 25 Nov, 14:30"."""
        return f"{self.day(instant)}, {self.clock(instant)}"

    def spoken(self, instant: datetime) -> str:
        """Day and time as people say them: "Mittwoch, 25. November, um 14:30 Uhr", "Wednesday 25 November at 14:30"."""
        return self.render(msg("{day} at {start:clock}", day=self.long_day(self._local(instant)), start=instant))

    def stamp(self, instant: datetime, *, date_too: bool) -> str:
        """Day and time for a title: "Mi 14:30", "Wed 14:30"; with the date "Mi 25.11. 14:30", "Wed 25 Nov 14:30"."""
        return f"{self.short_day(instant, date_too=date_too)} {self.time(instant)}"

    def short_day(self, instant: datetime, *, date_too: bool) -> str:
        """The day for a title: "Mi", "Wed"; with the date "Mi 25.11.", "Wed 25 Nov"."""
        day = self._local(instant)
        date = f" {_formatted(day, _DAY_OF_MONTH[self.language], self._locale)}" if date_too else ""
        return f"{self.weekday(day)}{date}"

    def day(self, day: date, *, year: bool = False) -> str:
        """A day, or the day an instant falls on for the reader: "Mi., 25.11.", "Wed 25 Nov"."""
        local = self._local(day) if isinstance(day, datetime) else day
        return _formatted(local, (_DATE if year else _DAY)[self.language], self._locale)

    def long_day(self, day: date) -> str:
        """A day as a heading: "Mittwoch, 25. November", "Wednesday 25 November"."""
        return _formatted(day, _LONG_DAY[self.language], self._locale)

    def weekday(self, day: date) -> str:
        """ "Mi", "Wed"."""
        return _formatted(day, _WEEKDAY[self.language], self._locale).rstrip(".")

    def month(self, day: date, *, year: bool = False) -> str:
        """ "Nov"; with the year "November 2026"."""
        return _formatted(day, "LLLL y" if year else "LLL", self._locale)

    def time(self, instant: datetime) -> str:
        """The time of day: "14:30"."""
        return f"{instant.astimezone(self.zone):%H:%M}"

    def clock(self, instant: datetime) -> str:
        """The time of day as a sentence has it: "14 Uhr", "14:30 Uhr"; English "14:00", "14:30"."""
        return self._of_the_clock([instant])

    def hours(self, *times: datetime | _Wall) -> str:
        """From one time of day until another: "9–15 Uhr", "14:30–15:00 Uhr", "14:30–15:00"; one alone is the clock."""
        walls = [self._wall(one) for one in times]
        if len(walls) == 1:
            return self._of_the_clock(walls)
        if self.language == "en":
            return "–".join(f"{wall:%H:%M}" for wall in walls)
        exact = any(wall.minute for wall in walls)
        return "–".join(f"{wall.hour}:{wall:%M}" if exact else str(wall.hour) for wall in walls) + " Uhr"

    def period(self, start: datetime, end: datetime) -> str:
        """As `span`, as a sentence has it: "Mi., 25.11., 14:30–15:00 Uhr"."""
        span = self.span(start, end)
        last = self._local(end)
        if self.language == "en" or not span[-1:].isdigit():
            return span
        if last != self._local(start):
            return f"{span} Uhr"
        return f"{self.day(start)}, {self.hours(start, end)}"

    def span(self, start: datetime, end: datetime) -> str:
        """From `start` until `end` (exclusive): "Mi., 25.11., 14:30–15:00"; whole days are shown as days."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        ends_at_midnight = last.time() == time.min and first < last
        last_day = last.date() - timedelta(days=1) if ends_at_midnight else last.date()
        if first.time() == time.min and ends_at_midnight:
            return self.day(start) if last_day == first.date() else f"{self.day(first.date())} – {self.day(last_day)}"
        until = "24:00" if ends_at_midnight else self.time(end)
        if last_day == first.date():
            return f"{self.moment(start)}–{until}"
        return f"{self.moment(start)} – {self.day(last_day)}, {until}"

    def duration(self, amount: timedelta) -> str:
        """A length of time in its two largest units: "10 min", "1 h 30 min", "2 days 3 h"; its sign is dropped."""
        seconds = round(abs(amount).total_seconds())
        days, rest = divmod(seconds, 86400)
        hours, minutes = rest // 3600, rest % 3600 // 60
        if days:
            parts = [self.render(msg("{n:day|days}", n=days)), f"{hours} h" if hours else ""]
        elif hours:
            parts = [f"{hours} h", f"{minutes} min" if minutes else ""]
        else:
            parts = [f"{minutes} min" if minutes or not seconds else f"{seconds} s"]
        return " ".join(part for part in parts if part)

    def minutes(self, count: int) -> str:
        """ "1 minute", "10 minutes"."""
        return self.render(msg("{n:minute|minutes}", n=count))

    def percent(self, share: float) -> str:
        """A share between 0 and 1: "64 %", "64%"."""
        return format_percent(share, locale=self._locale)

    def figure(self, value: float) -> str:
        """A number with two decimals at the most: "2,41", "2.41"."""
        return format_decimal(value, "#,##0.##", locale=self._locale)

    def _local(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def _wall(self, one: datetime | _Wall) -> _Wall:
        return one.astimezone(self.zone).time() if isinstance(one, datetime) else one

    def _of_the_clock(self, times: Iterable[datetime | _Wall]) -> str:
        """Times of day: "9:55 und 10 Uhr", "09:55 and 10:00"; without a day they are on somebody else's wall."""
        walls = [self._wall(one) for one in times]
        if self.language == "en":
            return format_list([f"{wall:%H:%M}" for wall in walls], locale=self._locale)
        bare = [f"{wall.hour}:{wall:%M}" if wall.minute else str(wall.hour) for wall in walls]
        return f"{format_list(bare, locale=self._locale)} Uhr"

    def elsewhere(self, zone: ZoneInfo) -> Texts:
        """The same for somebody in another zone."""
        return replace(self, zone=zone)

    def number(self, e164: str) -> str:
        """A number as people read it: "+49 30 901820"; as it is, cleaned, where it is none."""
        import phonenumbers  # noqa: PLC0415 - `status` shows no number

        try:
            parsed = phonenumbers.parse(e164)
        except phonenumbers.NumberParseException:
            return clean(e164)
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))

    def declined(self, name: str) -> str:
        """A name after "mit" or before "anrufen": German declines one form of address, "Herr" to "Herrn"."""
        return f"Herrn{name.removeprefix('Herr')}" if self.language == "de" and name.startswith("Herr ") else name

    def free_time_lines(
        self, free_times: Iterable[tuple[datetime, datetime]], contact_zone: ZoneInfo | None = None
    ) -> list[str]:
        """Free times to offer, a line each, with the contact's own time beside it where the clocks differ."""
        return [self._free_time_line(start, contact_zone) for start, _ in free_times]

    def _free_time_line(self, start: datetime, contact_zone: ZoneInfo | None) -> str:
        mine = start.astimezone(self.zone)
        theirs = start.astimezone(contact_zone or self.zone)
        if mine.utcoffset() == theirs.utcoffset():
            return self.at(start)
        there = self.elsewhere(contact_zone or self.zone)
        local = there.clock(start) if theirs.date() == mine.date() else there.at(start)
        return self.render(msg("{start:at} ({local} there)", start=start, local=local))

    def _value(self, value: object, spec: str) -> str:
        match value:
            case Message():
                return self.render(value)
            case str():
                if spec == "error":
                    return clean(self.error(value), TEXT_LIMIT)
                if spec == "object":
                    return self.declined(clean(value))
                return self.number(value) if spec == "number" else clean(value, *_limit(spec))
            case datetime() | date():
                return self._date(value, spec)
            case timedelta():
                return self.minutes(round(value.total_seconds() / 60)) if spec == "minutes" else self.duration(value)
            case int() | float():
                return self._figure(value, spec)
            case _Wall():
                return self._of_the_clock([value])
            case tuple() if spec == "hours":
                return self.hours(*value)
            case tuple() | list() if spec == "clock":
                return self._of_the_clock(value)
            case tuple() | list() if spec == "commas":
                return ", ".join(self._value(part, "") for part in value)
            case tuple() | list():
                return format_list([self._value(part, spec) for part in value], locale=self._locale)
        raise TypeError(f"a value of type {type(value).__name__} has no form in texts")

    def _date(self, value: date, spec: str) -> str:
        if spec in {"day", "date"} or not isinstance(value, datetime):
            return self.day(value, year=spec == "date")
        if spec in {"time", "clock"}:
            return self.time(value) if spec == "time" else self.clock(value)
        match spec:
            case "at":
                return self.at(value)
            case "spoken":
                return self.spoken(value)
            case "long_day":
                return self.long_day(self._local(value))
        return self.moment(value, year=spec == "moment_year")

    def _figure(self, value: float, spec: str) -> str:
        if spec == "percent":
            return self.percent(value)
        if spec == "minutes":
            return self.minutes(round(value))
        figure = self.figure(value)
        if "|" not in spec:
            return figure
        words = spec.split("|")
        form = self._catalogue.plural_index(value) if isinstance(value, int) else len(words) - 1
        return f"{figure} {words[min(form, len(words) - 1)]}"


def _has_eszett(region: str) -> bool:
    return region.partition("-")[0].upper() not in {"CH", "LI"}


# A cycle says the same again: the same sentences, of the same days.


@lru_cache(maxsize=1024)
def _parts(sentence: str) -> tuple[tuple[str, str | None, str], ...]:
    """What stands before each value, its name, and how it is to be shown."""
    return tuple((literal, name, spec or "") for literal, name, spec, _ in string.Formatter().parse(sentence))


@lru_cache(maxsize=1024)
def _formatted(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale=locale)


def _limit(spec: str) -> tuple[int, ...]:
    return (TEXT_LIMIT,) if spec == "text" else ()
