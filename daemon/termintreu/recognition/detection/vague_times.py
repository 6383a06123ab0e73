"""Vague times as people write them: "zwischen 9 und 15 Uhr", "vormittags", "around 3pm", "KW 48". A small grammar of
clock times, with its tables. It gives minutes of a day, or the number of a week; which day that is, it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from termintreu.recognition.detection import vague_words as words
from termintreu.recognition.given_names import GIVEN_NAMES

_DAY = (8 * 60, 18 * 60)
"""Minutes after midnight between which a call "in the course of the day" comes."""
_NOON = 12 * 60
_LATE = 22 * 60
"""Minutes after midnight from which on "from" means until midnight."""
_ABOUT = 30
"""Minutes that "about" means, either way; "shortly after" means as many, one way."""


def _any_of(words: Iterable[str]) -> str:
    """One of some words; the longest comes first."""
    return "|".join(re.escape(word).replace(r"\ ", " ") for word in sorted(words, key=len, reverse=True))


_H = r"(?:[01]?\d|2[0-4])"
_M = r"(?:[:.h](?P<m{0}>[0-5]\d))?"
_AP = r"(?P<p{0}>[ap]\.?m\.?)"
_NO_DATE = r"(?![0-3]?\d\.(?:0?[1-9]|1[0-2])\.)"
""" "ab 1.11." """
_IN_WORDS = _any_of(words.HOURS)
_BESIDE = _any_of(words.BESIDE_THE_HOUR)


def _clock(name: str) -> str:
    """A clock time; its parts are named by `name`."""
    return (
        rf"{_NO_DATE}(?:(?P<k{name}>{_BESIDE}) )?(?:(?P<h{name}>{_H}){_M.format(name)}|(?P<n{name}>{_IN_WORDS})(?!\w))"
        rf"(?: ?{_AP.format(name)}(?!\w))?"
    )


_UNIT = r"(?P<u> ?(?:uhr|h|o'clock|hrs|hours)(?!\w))"
_NEXT = (
    r"(?![\w%€$]|[.:/-]\d| ?(?:min|std|stunden|tage|wochen|prozent|%|€|eur|people|personen|leute|"
    r"projects?|punkte|seiten|jahre|days|weeks|x )\b)"
)
_BEFORE = r"(?<![\w.:/+-])"
_NOON_WORDS = _any_of(words.NOON)

_RANGE = re.compile(
    rf"{_BEFORE}(?P<w>(?:{_any_of((*words.BETWEEN, *words.FROM))}) ?)?{_clock('1')}(?: ?(?:uhr|h)(?!\w))?"
    rf" ?(?P<dash>{_any_of(words.AND)})(?<=[-a-z]) ?(?:ca\.? )?"
    rf"(?:{_clock('2')}{_UNIT}?|(?:zum )?(?P<noon>mittag|noon|midday)){_NEXT}"
)
_SINGLE_WORDS = (*words.SINCE, *words.UNTIL, *words.SOON_AFTER, *words.SOON_BEFORE, *words.ABOUT)
_SINGLE = re.compile(
    rf"{_BEFORE}(?P<w>{_any_of(_SINGLE_WORDS)})"
    rf" ?(?:etwa |ca\.? |um |at |gegen )?(?:{_clock('1')}{_UNIT}?|(?<=\s)(?P<noon>{_NOON_WORDS})){_NEXT}"
)
_OR_SO = re.compile(
    rf"{_BEFORE}(?P<w>um |at )?{_clock('1')}{_UNIT}?,? ?\(?(?:{_any_of(words.OR_SO)})(?!\w)"
    rf"(?: ?(?P<margin>\d{{1,2}})(?!\d))?"
)
_ISH = re.compile(rf"{_BEFORE}(?:{_clock('1')} ?-?|(?P<n2>{_IN_WORDS})-?)ish(?!\w)")
_EXACT = re.compile(rf"{_BEFORE}(?P<w>um |at |@ ?)?{_clock('1')}{_UNIT}?{_NEXT}")
_MAY_TELL_TIME = re.compile(rf"\d|(?<!\w)(?:{_NOON_WORDS}|noonish|(?:{_IN_WORDS})(?:ish)?)(?!\w)")
"""Without this in a line, there is no clock time in it."""
_CLOCK_BEFORE = re.compile(r"(?<![\w.])\d{1,2}(?:[:.]\d\d)? ?(?:uhr|h|o'clock)?,? $")
_RINGS = re.compile(rf"[^\W\d]+(?: [^\W\d]+)?(?: [^\W\d]+)? (?:{_any_of(words.RINGS)})(?!\w)")

_PARTS: tuple[tuple[re.Pattern[str], tuple[int, int]], ...] = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})(?!\w|{words.FIRM})"), (int(start * 60), int(end * 60)))
    for pattern, start, end in words.PARTS_OF_DAY
)
_END_OF_DAY = re.compile(rf"(?<!\w)(?:{words.END_OF_DAY})(?!\w)")
_OTHER_HOURS = re.compile(rf"(?<!\w)(?:{words.OTHER_HOURS})(?!\w)")
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
    in_words: bool = False
    """A part of the day ("vormittags"): where the appointment lasts long enough to be a window itself, that counts."""
    plain: bool = False
    """A bare range ("14-16 Uhr"): where it only repeats the appointment's own times, it promises nothing less."""


def vague_times(said: str, begin: int | None, length: int) -> Iterator[VagueTime]:
    """Vague times in a line, the most telling kind first.

    Args:
        said: the line, folded.
        begin: of the appointment, in minutes after midnight; None where it lasts all day.
        length: of the appointment, in minutes.
    """
    for reader in _READERS if _MAY_TELL_TIME.search(said) else _WITHOUT_CLOCK:
        for found in reader(said, begin, length):
            others = _OTHER_HOURS.search(said)
            if others is None or found.span[0] < others.start():
                yield found


def _ranges(said: str, begin: int | None, length: int) -> Iterator[VagueTime]:
    for match in _RANGE.finditer(said):
        word = (match.group("w") or "").strip()
        between = word in words.BETWEEN
        clear = any(map(match.group, ("noon", "u", "p1", "p2"))) or (match.group("m1") and match.group("m2"))
        if match.group("dash") in words.LOOSE_AND and not word:
            continue
        if not clear and not (between and _is_bare_hour(said, match)):
            continue
        start, end = _pair(match, begin)
        if not between and begin is not None and start == begin and end - start == length:
            continue
        yield VagueTime(start, end, match.span(), plain=not between)


def _singles(said: str, begin: int | None, length: int) -> Iterator[VagueTime]:
    for match in _OR_SO.finditer(said):
        if any(map(match.group, ("w", "u", "m1", "p1", "k1"))) or _stands_alone(said, match.end()):
            at, about = _minutes(match, "1", begin), int(match.group("margin") or _ABOUT)
            yield VagueTime(max(0, at - about), at + about, match.span())
    ranges = [match.span() for match in _RANGE.finditer(said)]
    for match in _SINGLE.finditer(said):
        word = match.group("w").rstrip(".")
        clear = any(map(match.group, ("noon", "u", "m1", "p1", "k1")))
        if not clear and not _is_clock(word, said, match):
            continue
        if any(start <= match.start() < end and word not in ("gegen", "ca", "around") for start, end in ranges):
            continue
        if re.search(r"(?:-|bis|to) ?$", said[: match.start()]):
            continue
        at = _NOON if match.group("noon") else _minutes(match, "1", begin)
        yield from _single(word, at, match, begin, length)
    for match in _ISH.finditer(said):
        at = words.HOURS[match.group("n2")] * 60 if match.group("n2") else _minutes(match, "1", begin)
        yield VagueTime(at - _ABOUT, at + _ABOUT, match.span())


def _is_clock(word: str, said: str, match: re.Match[str]) -> bool:
    """Whether a bare number behind a word is a time of the day."""
    if word in words.BARE_AT_THE_END:
        in_digits = match.group("n1") is None
        return in_digits and not said[match.end() :].strip(" .,)") and _is_bare_hour(said, match)
    return word in words.BARE and _is_bare_hour(said, match)


def _is_bare_hour(said: str, match: re.Match[str]) -> bool:
    """Whether nothing says that a bare number is another thing than an hour."""
    before = said[: match.start()].rstrip(" :(").rpartition(" ")[2]
    return before not in words.COUNTED and _goes_on(said, match.end())


def _goes_on(said: str, end: int) -> bool:
    """Whether what follows a bare hour is not what is counted: nothing, a sign, a name, or a word that goes on."""
    if _stands_alone(said, end):
        return True
    after = said[end:].lstrip()
    word = re.match(r"[^\W\d_]+", after)
    return word is None or word[0] in words.GO_ON or word[0] in GIVEN_NAMES or _RINGS.match(after) is not None


def _stands_alone(said: str, end: int) -> bool:
    return not said[end:].strip() or not (said[end : end + 2].strip() or "-")[0].isalnum()


def _single(word: str, at: int, match: re.Match[str], begin: int | None, length: int) -> Iterator[VagueTime]:
    if word in words.SINCE:
        over = 0 if begin is None else begin + length
        yield VagueTime(at, max(_DAY[1], at + 120, over) if at < _LATE else 1440, match.span())
    elif word in words.UNTIL:
        start = begin if begin is not None and begin < at else _DAY[0]
        if begin is not None and begin + length == at:
            return
        yield VagueTime(min(start, at - 60), at, match.span())
    else:
        before = 0 if word in words.SOON_AFTER else _ABOUT
        after = 0 if word in words.SOON_BEFORE else _ABOUT
        yield VagueTime(max(0, at - before), at + after, match.span())


def _parts(said: str, begin: int | None, length: int) -> Iterator[VagueTime]:
    parts = _PARTS if any(stem in said for stem in words.STEMS) else ()
    for pattern, (start, end) in parts:
        match = pattern.search(said)
        if match and not _CLOCK_BEFORE.search(said[: match.start()]):
            yield VagueTime(start, end, match.span(), in_words=True)
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


_WITHOUT_CLOCK: tuple[Callable[[str, int | None, int], Iterator[VagueTime]], ...] = (_parts, _weeks)
_READERS = (_ranges, _singles, *_WITHOUT_CLOCK)


def _by_half(hour: int, half: str) -> int:
    """Of 24 hours; `half` is am or pm."""
    return hour % 12 + (12 if half.startswith("p") else 0)


def _hour(match: re.Match[str], name: str) -> int:
    word = match.group("n" + name)
    return words.HOURS[word] if word else int(match.group("h" + name))


def _minute(match: re.Match[str], name: str) -> int:
    """Of the hour; below 0 for the hour before ("halb elf")."""
    beside = match.group("k" + name)
    return words.BESIDE_THE_HOUR[beside] if beside else int(match.group("m" + name) or 0)


def _minutes(match: re.Match[str], name: str, begin: int | None) -> int:
    """Minutes after midnight; twelve-hour times without am or pm are the ones nearer to the appointment."""
    hour, minute = _hour(match, name), _minute(match, name)
    half = match.group("p" + name)
    if half:
        return max(0, _by_half(hour, half) * 60 + minute)
    at = hour * 60 + minute
    at_night = hour < 6 and (begin is None or begin >= 7 * 60)
    if hour <= 11 and (at_night or (abs(at + 720 - begin) < abs(at - begin) if begin is not None else hour < 7)):
        at += 720
    return max(0, min(at, 1440))


def _pair(match: re.Match[str], begin: int | None) -> tuple[int, int]:
    """Both ends of a range; an am or pm at one end serves for the other."""
    first, second = match.group("p1"), match.group("p2")
    if match.group("noon"):
        return min(_minutes(match, "1", None), _NOON - 60), _NOON
    if second and not first:
        end = _minutes(match, "2", begin)
        start = _hour(match, "1") * 60 + _minute(match, "1")
        if start < 720 and second.startswith("p") and start + 720 < end:
            start += 720
        return max(0, start), end
    if first or second:
        return _minutes(match, "1", begin), _minutes(match, "2", begin)
    start = max(0, _hour(match, "1") * 60 + _minute(match, "1"))
    end = max(0, _hour(match, "2") * 60 + _minute(match, "2"))
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
        if not any(map(match.group, ("w", "u", "m1", "p1"))):
            continue
        half = match.group("p1")
        hour = _by_half(_hour(match, "1"), half) if half else _hour(match, "1")
        at = hour * 60 + _minute(match, "1")
        if at == begin or (not half and hour < 12 and at + 720 == begin):
            return True
    return False
