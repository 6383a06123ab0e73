"""Vague times as people write them: "zwischen 9 und 15 Uhr", "vormittags", "around 3pm", "KW 48". A small grammar of
clock times, with its tables. It gives minutes of a day, or the number of a week; which day that is, it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_DAY = (8 * 60, 18 * 60)
"""Minutes after midnight between which a call "in the course of the day" comes."""
_NOON = 12 * 60
_LATE = 22 * 60
"""Minutes after midnight from which on "from" means until midnight."""
_ABOUT = 30
"""Minutes that "about" means, either way."""

_H = r"(?:[01]?\d|2[0-4])"
_M = r"(?:[:.h](?P<m{0}>[0-5]\d))?"
_AP = r"(?P<p{0}>[ap]\.?m\.?)"


_NO_DATE = r"(?![0-3]?\d\.(?:0?[1-9]|1[0-2])\.)"
""" "ab 1.11." """


def _clock(name: str) -> str:
    """A clock time; its parts are named by `name`."""
    return rf"{_NO_DATE}(?P<h{name}>{_H}){_M.format(name)}(?: ?{_AP.format(name)}(?!\w))?"


_UNIT = r"(?P<u> ?(?:uhr|h|o'clock|hrs|hours)(?!\w))"
_NEXT = (
    r"(?![\w%€$]|[.:/-]\d| ?(?:min|std|stunden|tage|wochen|prozent|%|€|eur|people|personen|leute|"
    r"projects?|punkte|seiten|jahre|days|weeks|x )\b)"
)
_BEFORE = r"(?<![\w.:/+-])"

_BETWEEN = ("zwischen", "zw", "zw.", "between", "entre")
"""Before two hours: they are a window, with or without a word for clock time."""
_RANGE = re.compile(
    rf"{_BEFORE}(?P<w>(?:irgendwann )?(?:zwischen|zw\.?) |(?:some ?time )?between |from |von |"
    rf"entre )?{_clock('1')}(?: ?(?:uhr|h)(?!\w))?"
    rf" ?(?P<dash>-|bis|und|and|to|until|till|et|y|e)(?<=[-a-z]) ?(?:ca\.? )?"
    rf"(?:{_clock('2')}{_UNIT}?|(?:zum )?(?P<noon>mittag|noon|midday)){_NEXT}"
)
_SINGLE = re.compile(
    rf"{_BEFORE}(?P<w>ab|nach|fruhestens|fruehestens|from|after|not before|bis|vor|spatestens|"
    rf"spaetestens|by|before|until|till|no later than|"
    rf"gegen|ca\.?|circa|zirka|etwa|ungefahr|ungefaehr|so um|um die|around|about|approx\.?|approximately|"
    rf"roughly|vers|alrededor de las|~)"
    rf" ?(?:etwa |ca\.? |um |at |gegen )?(?:{_clock('1')}{_UNIT}?|(?<=\s)(?P<noon>mittag|noon|midday|"
    rf"lunchtime|lunch)){_NEXT}"
)
_ISH = re.compile(rf"{_BEFORE}{_clock('1')} ?-?ish(?!\w)")
_EXACT = re.compile(rf"{_BEFORE}(?P<w>um |at |@ ?)?{_clock('1')}{_UNIT}?{_NEXT}")

_WEEKDAY = r"(?:mon|diens|mitt|donners|frei|sams|sonn)(?:tag|woch)|montag|mittwoch"
_DAY_EN = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|today|this"
_PARTS: tuple[tuple[re.Pattern[str], tuple[int, int]], ...] = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), (int(start * 60), int(end * 60)))
    for pattern, start, end in (
        (
            (
                rf"(?:am |im laufe des )?(?:{_WEEKDAY})?-?vormittags?|in the (?:late )?morning|(?:{_DAY_EN}) morning|"
                rf"(?<=[(,] )morning|dans la matinee|le matin|before noon|before lunch"
            ),
            8,
            12,
        ),
        (
            (
                rf"(?:am |im laufe des )?(?:{_WEEKDAY})?-?nachmittags?|in the (?:early |late )?afternoon|"
                rf"(?:{_DAY_EN}) afternoon|dans l'apres-midi|por la tarde|after lunch|nach dem mittag\w*|"
                rf"nel pomeriggio"
            ),
            12,
            18,
        ),
        (
            (
                rf"morgens|am (?:fruhen )?morgen|fruhmorgens|in der fruh|early (?:in the )?morning|"
                rf"first thing(?: in the morning)?|(?:{_WEEKDAY})morgen"
            ),
            7,
            10,
        ),
        (
            (
                rf"mittags|uber mittag|in der mittagspause|at lunch ?time|over lunch|around lunch(?:time)?|"
                rf"(?:{_WEEKDAY})mittag"
            ),
            11.5,
            14,
        ),
        (
            (
                rf"abends|am (?:fruhen |spaten )?abend|heute abend|in the evening|this evening|(?:{_DAY_EN}) evening|"
                rf"(?:{_WEEKDAY})abend|dans la soiree"
            ),
            17,
            21,
        ),
        (
            (
                r"im laufe des tages|tagsuber|uber den tag|den ganzen tag(?: uber)?|irgendwann|jederzeit|"
                r"during the day|(?:at )?some ?(?:time|point)(?: on (?:mon|tues|wednes|thurs|fri)day| today|"
                r" tomorrow| this week)?"
                r"|any ?time(?: today| tomorrow| on \w+day)?|in the course of the day|throughout the day|all day|"
                r"dans la journee|uhrzeit (?:noch )?(?:offen|unklar|folgt|tba|tbd)|time (?:tbd|tba|to be confirmed)"
            ),
            8,
            18,
        ),
    )
)
_END_OF_DAY = re.compile(
    r"(?<!\w)(?:eod|cob|end of (?:the )?(?:day|business)|close of business|by the end of the day|"
    r"bis (?:zum )?(?:feierabend|abend|tagesende)|bis ende des tages)(?!\w)"
)
_WEEK = re.compile(
    r"(?<!\w)(?:in der |in )?(?:kw|kalenderwoche|cw|calendar week|week|woche)\.? ?(?P<week>[0-5]?\d)(?![\w.:]|/?\d)"
)
_THIS_WEEK = re.compile(
    r"(?<!\w)(?:im laufe der woche|diese woche|in dieser woche|this week|during the week|some ?time this week|"
    r"(?:anfang|mitte|ende) (?:der|dieser) woche|(?:early|later?) this week|(?:middle|end) of (?:the|this) week|"
    r"mid-?week)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class VagueTime:
    """From when until when, as the words say it."""

    start: int
    """Minutes after midnight; with `week` those of its first day."""
    end: int
    """Minutes after midnight; with `week` those of its last day."""
    span: tuple[int, int]
    """Where the words stand in the line."""
    week: int | None = None
    """Number of a calendar week (ISO 8601) whose working days are meant; 0: the appointment's own."""
    plain: bool = False
    """A bare range ("14-16 Uhr"): where it only repeats the appointment's own times, it promises nothing less."""


def vague_times(said: str, begin: int | None, length: int) -> Iterator[VagueTime]:
    """Vague times in a line, the most telling kind first.

    Args:
        said: the line, folded.
        begin: of the appointment, in minutes after midnight; None where it lasts all day.
        length: of the appointment, in minutes.
    """
    for reader in _READERS:
        yield from reader(said, begin, length)


def _ranges(said: str, begin: int | None, length: int) -> Iterator[VagueTime]:
    for match in _RANGE.finditer(said):
        word = (match.group("w") or "").strip()
        clear = any(map(match.group, ("noon", "u", "p1", "p2"))) or (match.group("m1") and match.group("m2"))
        if match.group("dash") in ("und", "and", "et", "y", "e") and not word:
            continue
        if not clear and not word.endswith(_BETWEEN):
            continue
        start, end = _pair(match, begin)
        plain = not word.endswith(_BETWEEN)
        if plain and begin is not None and start == begin and end - start == length:
            continue
        yield VagueTime(start, end, match.span(), plain=plain)


def _singles(said: str, begin: int | None, length: int) -> Iterator[VagueTime]:
    ranges = [match.span() for match in _RANGE.finditer(said)]
    for match in _SINGLE.finditer(said):
        word = match.group("w").rstrip(".")
        clear = match.group("noon") or match.group("u") or match.group("m1") or match.group("p1")
        if (
            not clear
            and word not in ("gegen", "so um", "um die")
            and not (word in ("ab", "around") and not said[match.end() :].strip(" .,)"))
        ):
            continue
        if any(start <= match.start() < end and word not in ("gegen", "ca", "around") for start, end in ranges):
            continue
        if re.search(r"(?:-|bis|to) ?$", said[: match.start()]):
            continue
        at = _NOON if match.group("noon") else _minutes(match, "1", begin)
        yield from _single(word, at, match, begin, length)
    for match in _ISH.finditer(said):
        at = _minutes(match, "1", begin)
        yield VagueTime(at - _ABOUT, at + _ABOUT, match.span())


_SINCE = frozenset({"ab", "nach", "fruhestens", "fruehestens", "from", "after", "not before"})
_UNTIL = frozenset({"bis", "vor", "spatestens", "spaetestens", "by", "before", "until", "till", "no later than"})


def _single(word: str, at: int, match: re.Match[str], begin: int | None, length: int) -> Iterator[VagueTime]:
    if word in _SINCE:
        over = 0 if begin is None else begin + length
        yield VagueTime(at, max(_DAY[1], at + 120, over) if at < _LATE else 1440, match.span())
    elif word in _UNTIL:
        start = begin if begin is not None and begin < at else _DAY[0]
        if begin is not None and begin + length == at:
            return
        yield VagueTime(min(start, at - 60), at, match.span())
    else:
        yield VagueTime(max(0, at - _ABOUT), at + _ABOUT, match.span())


def _parts(said: str, begin: int | None, length: int) -> Iterator[VagueTime]:
    for pattern, (start, end) in _PARTS:
        match = pattern.search(said)
        if match:
            yield VagueTime(start, end, match.span())
    match = _END_OF_DAY.search(said)
    if match:
        yield VagueTime(begin if begin is not None and begin < _DAY[1] else _DAY[0], _DAY[1], match.span())


def _weeks(said: str, begin: int | None, length: int) -> Iterator[VagueTime]:
    match = _WEEK.search(said)
    if match and 1 <= int(match.group("week")) <= 53:
        yield VagueTime(*_DAY, match.span(), week=int(match.group("week")))
    match = _THIS_WEEK.search(said)
    if match:
        yield VagueTime(*_DAY, match.span(), week=0)


_READERS: tuple[Callable[[str, int | None, int], Iterator[VagueTime]], ...] = (_ranges, _singles, _parts, _weeks)


def _by_half(hour: int, half: str) -> int:
    """Of 24 hours; `half` is am or pm."""
    return hour % 12 + (12 if half.startswith("p") else 0)


def _minutes(match: re.Match[str], name: str, begin: int | None) -> int:
    """Minutes after midnight; twelve-hour times without am or pm are the ones nearer to the appointment."""
    hour, minute = int(match.group("h" + name)), int(match.group("m" + name) or 0)
    half = match.group("p" + name)
    if half:
        return _by_half(hour, half) * 60 + minute
    at = hour * 60 + minute
    if hour <= 11 and (abs(at + 720 - begin) < abs(at - begin) if begin is not None else hour < 7):
        at += 720
    return min(at, 1440)


def _pair(match: re.Match[str], begin: int | None) -> tuple[int, int]:
    """Both ends of a range; an am or pm at one end serves for the other."""
    first, second = match.group("p1"), match.group("p2")
    if match.group("noon"):
        return min(_minutes(match, "1", None), _NOON - 60), _NOON
    if second and not first:
        end = _minutes(match, "2", begin)
        start = int(match.group("h1")) * 60 + int(match.group("m1") or 0)
        if start < 720 and second.startswith("p") and start + 720 < end:
            start += 720
        return start, end
    if first or second:
        return _minutes(match, "1", begin), _minutes(match, "2", begin)
    start = int(match.group("h1")) * 60 + int(match.group("m1") or 0)
    end = int(match.group("h2")) * 60 + int(match.group("m2") or 0)
    if end <= start and end < 720:
        end += 720
    later = begin is not None and start + 720 <= begin < end + 720
    earlier = begin is not None and start <= begin < end
    if end <= 720 and (later or (not earlier and end <= 420)):
        return start + 720, end + 720
    return start, end


def says_start(said: str, span: tuple[int, int], begin: int) -> bool:
    """Whether the line, outside the words of the window, names the very minute at which the appointment begins."""
    rest = said[: span[0]] + " " * (span[1] - span[0]) + said[span[1] :]
    for match in _EXACT.finditer(rest):
        if not (match.group("w") or match.group("u") or match.group("m1") or match.group("p1")):
            continue
        hour, minute = int(match.group("h1")), int(match.group("m1") or 0)
        half = match.group("p1")
        if half:
            hour = _by_half(hour, half)
        if hour * 60 + minute == begin or (not half and hour < 12 and (hour + 12) * 60 + minute == begin):
            return True
    return False
