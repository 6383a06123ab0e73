"""The window of a vague appointment: which of the vague times in its text holds for it, and on which days.

Reads titles and the first lines of descriptions; what it finds lies on the occurrence's day in the user's zone.
It never moves an appointment: a window says only when a call may come.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from termintreu.model import Occurrence, Window
from termintreu.recognition.detection.sentences import CONDITION
from termintreu.recognition.detection.text import Line, read
from termintreu.recognition.detection.vague_times import VagueTime, says_start, vague_times

_FIRST_LINES = 4
_NO_WINDOW = re.compile(
    r"(?<!\w)(?:einlass|einwahl|offnet|geoffnet|besetzt|staffed|(?:telefon)?sprechstunden|lobby|hotline|"
    r"\w+zeiten|(?:opening|working|service|support|core|shop|desk|trading) hours|"
    r"mo(?:\.|ntag)? ?(?:-|bis) ?(?:fr|do|sa)|mon ?(?:-|to) ?fri|office hours|business hours|"
    r"dauer|duration|pause|break|lunch break|agenda|tagesordnung|feedback bis|unterlagen)(?!\w)"
)
"""A line of a description that tells of other hours: when an office is open, how a programme goes."""
_REACHABLE = re.compile(r"(?<!\w)(?:erreichbar|reachable|(?:is|am|are) available)(?!\w)")
"""A line about when somebody can be reached takes nothing back from a time that is agreed."""


def find_window(occurrence: Occurrence, zone: ZoneInfo, *, longest: timedelta) -> Window | None:
    """The window of a vague appointment, in UTC; None where the time is exact (docs/rules.md, `vague_time`).

    Args:
        occurrence: as read.
        zone: the user's: days and clock times of the text are read in it.
        longest: an appointment longer than this says no minute.
    """
    window = _in_text(occurrence, zone, longest)
    if window is not None:
        return window
    if occurrence.all_day or occurrence.end - occurrence.start > longest:
        return Window(start=occurrence.start, end=occurrence.end)
    return None


def _in_text(occurrence: Occurrence, zone: ZoneInfo, longest: timedelta) -> Window | None:
    texts = read(occurrence)
    lines = [texts.summary, *(line for line in texts.body[:_FIRST_LINES] if not line.text.startswith(">"))]
    local = occurrence.start.astimezone(zone)
    day = local.date()
    begin = None if occurrence.all_day else local.hour * 60 + local.minute
    for line in lines:
        title = line is texts.summary
        if not title and (CONDITION.search(line.folded) or _NO_WINDOW.search(line.folded)):
            continue
        if not title and begin is not None and _REACHABLE.search(line.folded):
            continue
        for found in vague_times(line.folded, begin, _length(occurrence)):
            window = _placed(found, line, day, zone)
            if found.in_words and not occurrence.all_day and occurrence.end - occurrence.start >= longest:
                # It was given hours of its own: "in the morning" says no more than 9:00 to 12:00 does.
                window = replace(window, start=occurrence.start, end=occurrence.end)
            if begin is not None and found.week is None and says_start(line.folded, found.span, begin):
                continue
            hours = begin is not None and found.week is None and not found.in_words
            if hours and window.end <= occurrence.start:
                continue  # "works until 6 pm" is no window of a call at 7 pm
            repeated = (window.start, window.end) == (occurrence.start, occurrence.end)
            if window.end <= window.start or (repeated and found.plain):
                continue
            if not title and not occurrence.all_day and not _wider(window, occurrence):
                continue
            return window
    return None


def _length(occurrence: Occurrence) -> int:
    return int((occurrence.end - occurrence.start).total_seconds() // 60)


def _wider(window: Window, occurrence: Occurrence) -> bool:
    """Whether a window of the description holds the appointment and more: an agenda's parts lie inside it."""
    inside = window.start <= occurrence.start < window.end
    return inside and window.end - window.start > occurrence.end - occurrence.start


def _placed(found: VagueTime, line: Line, day: date, zone: ZoneInfo) -> Window:
    words = " ".join(line.text[found.span[0] : found.span[1]].split())[:80]
    if found.week is not None:
        monday = _week_near(found.week, day) if found.week else day - timedelta(days=day.weekday())
        return Window(
            start=_instant(monday, found.start, zone),
            end=_instant(monday + timedelta(days=4), found.end, zone),
            text=words,
        )
    return Window(start=_instant(day, found.start, zone), end=_instant(day, found.end, zone), text=words)


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a wall time; in the gap of a clock change the one after it (PEP 495)."""
    day += timedelta(days=minutes // 1440)
    return datetime.combine(day, time(minutes % 1440 // 60, minutes % 60), zone).astimezone(UTC)


def _week_near(week: int, day: date) -> date:
    """Monday of the ISO week of that number which lies nearest to `day`."""
    mondays = []
    for year in (day.year - 1, day.year, day.year + 1):
        try:
            mondays.append(date.fromisocalendar(year, week, 1))
        except ValueError:
            continue
    return min(mondays, key=lambda monday: abs(monday - day))
