"""What the user teaches by `#skip` and `#call`: a word on one appointment holds for its series, and from the second
appointment on for those of the same source whose titles say the same. Pure.

What stands in an appointment goes before what was taught. Nothing is guessed from contradictions: where a series bears
both words, each occurrence is judged by its own, and a title is taught by what the last two appointments with it agree
on. An invitation teaches nothing about other titles unless it is the user's, accepted, or from somebody known: whoever
can invite could blind the user otherwise.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from termintreu.model import Lesson, Occurrence, TaughtWord
from termintreu.model.names import words_of
from termintreu.model.texts import clean
from termintreu.recognition.detection.hashtag_words import without_hashtags

TaughtBy = tuple[TaughtWord, Literal["series", "title"]]
"""What was taught, and by what."""
MOST = 500
"""Lessons that are kept; further ones are not learned."""
LONGEST_TITLE = 80
"""Characters of a title that are kept, to show what was taught."""
_SEEN_AGAIN_AFTER = timedelta(days=7)
"""`seen_at` is kept to the week: finer would store something in every cycle."""
_AGREE = 2
"""Appointments with the same title that teach it."""
_LONGEST = 300
"""Characters of a title that are read."""
_WHEN = re.compile(
    r"(?<![\w.:])(?:\d{1,2}[:.]\d{2}(?:\s?uhr)?|\d{1,2}\s?uhr|\d{1,2}\s?[ap]m|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?"
    r"|\d{4}-\d\d-\d\d|(?:kw|cw|week|woche)\s?\d{1,2})(?![\w:])",
    re.IGNORECASE,
)
"""A time, a day or a week in a title: the next one of its kind says another."""
_REPLIES = frozenset({"re", "aw", "wg", "fwd", "fw"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """An appointment, and which of the two words stands in it."""

    occurrence: Occurrence
    key: str
    """The call's key (see `marks.call_key`)."""
    word: TaughtWord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What the user has taught, as of now."""

    lessons: Mapping[str, Lesson] = field(default_factory=dict)
    """By UID; those that hold no more, too."""
    changed: tuple[Lesson, ...] = ()
    """What of them is new, to be remembered."""
    titles: Mapping[str, TaughtWord] = field(default_factory=dict)
    """By fingerprint of a title."""

    def of(self, occurrence: Occurrence) -> TaughtBy | None:
        """What was taught of an appointment that bears neither word, and by what."""
        lesson = self.lessons.get(occurrence.uid)
        if lesson is not None and lesson.status == "standing":
            return lesson.word, "series"
        if self.titles and (word := self.titles.get(title_fingerprint(occurrence))) is not None:
            return word, "title"
        return None


NOTHING_TAUGHT = Taught()


def learn(
    spoken: Sequence[Spoken], remembered: Mapping[str, Lesson], *, vouched: Callable[[Occurrence], bool], now: datetime
) -> Taught:
    """What the words in the calendars teach, beside what is remembered.

    Args:
        spoken: every appointment that stands.
        remembered: by UID.
        vouched: whether what an appointment says is the user's, or from somebody whom the user trusts.
        now: UTC.
    """
    lessons = dict(remembered)
    by_uid: dict[str, list[Spoken]] = {}
    for one in spoken:
        if one.word is not None or one.occurrence.uid in remembered:
            by_uid.setdefault(one.occurrence.uid, []).append(one)
    for uid, seen in by_uid.items():
        lesson = _lesson(seen, remembered.get(uid), vouched, now)
        if lesson is not None and (uid in lessons or len(lessons) < MOST):
            lessons[uid] = lesson
    titles = taught_titles(lessons.values())
    if titles:
        lessons = _seen_again(lessons, {title_fingerprint(one.occurrence) for one in spoken}, now)
    changed = tuple(lesson for uid, lesson in lessons.items() if remembered.get(uid) != lesson)
    return Taught(lessons=lessons, changed=changed, titles=titles)


def taught_titles(lessons: Iterable[Lesson]) -> dict[str, TaughtWord]:
    """What holds for titles, by fingerprint: what the last two appointments with it agree on."""
    by_title: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        if lesson.fingerprint and lesson.status == "standing":
            by_title.setdefault(lesson.fingerprint, []).append(lesson)
    found: dict[str, TaughtWord] = {}
    for fingerprint, said in by_title.items():
        last = sorted(said, key=lambda one: (one.said_at, one.anchor, one.uid))[-_AGREE:]
        if len(last) == _AGREE and len({one.word for one in last}) == 1:
            found[fingerprint] = last[0].word
    return found


def title_fingerprint(occurrence: Occurrence) -> str:
    """The same for two appointments of one source whose titles say the same; "" where a title says nothing."""
    return _fingerprint(occurrence.source, occurrence.summary[:_LONGEST])


@lru_cache(maxsize=4096)
def _fingerprint(source: str, title: str) -> str:
    said = plain_title(title)
    return hashlib.sha256(f"{source}\0{said}".encode()).hexdigest()[:16] if said else ""


def plain_title(title: str) -> str:
    """A title without hashtags, times, days and weeks; folded. A number that is none of those belongs to it."""
    words = words_of(_WHEN.sub(" ", without_hashtags(title)))
    while words and words[0] in _REPLIES:
        words = words[1:]
    return " ".join(words)


def _lesson(
    seen: Sequence[Spoken], held: Lesson | None, vouched: Callable[[Occurrence], bool], now: datetime
) -> Lesson | None:
    """What the appointments of one UID teach; None: nothing, and nothing was known."""
    words = {one.word for one in seen} - {None}
    if len(words) != 1:
        taken_back = bool(words) or (held is not None and _is_taken_back(seen, held))
        if held is None or held.status == "withdrawn" or not taken_back:
            return held
        return replace(held, status="withdrawn", changed_at=now)
    bearers = [one for one in seen if one.word is not None]
    fresh = _fresh(bearers, vouched, now)
    if held is None or held.word != fresh.word or held.status == "withdrawn":
        return fresh
    stays = held.bearer in {one.key for one in bearers} if held.bearer else not fresh.bearer
    return replace(
        fresh,
        status=held.status,
        said_at=held.said_at,
        changed_at=held.changed_at,
        bearer=held.bearer if stays else fresh.bearer,
        anchor=held.anchor if stays else fresh.anchor,
        seen_at=now if now - held.seen_at >= _SEEN_AGAIN_AFTER else held.seen_at,
    )


def _is_taken_back(seen: Sequence[Spoken], held: Lesson) -> bool:
    """Whether the word is gone from where it stood. An occurrence out of sight takes nothing back."""
    if held.bearer:
        return any(one.key == held.bearer for one in seen)
    return any(not one.occurrence.overridden for one in seen)


def _fresh(bearers: Sequence[Spoken], vouched: Callable[[Occurrence], bool], now: datetime) -> Lesson:
    """A lesson as it is learned; of a series, from itself where it bears the word, else from one of its occurrences."""
    whole = [one for one in bearers if not one.occurrence.overridden]
    one = min(whole or bearers, key=lambda each: (each.occurrence.start, each.key))
    teaches = vouched(one.occurrence)
    return Lesson(
        uid=one.occurrence.uid,
        source=one.occurrence.source,
        word=one.word or "skip",
        fingerprint=title_fingerprint(one.occurrence) if teaches else "",
        title=_shown(one.occurrence.summary),
        bearer="" if whole else one.key,
        anchor=one.occurrence.start,
        said_at=now,
        seen_at=now,
        changed_at=now,
    )


def _shown(title: str) -> str:
    """A title without the words, as it is kept and shown."""
    return clean(without_hashtags(title), LONGEST_TITLE)


def _seen_again(lessons: Mapping[str, Lesson], present: set[str], now: datetime) -> dict[str, Lesson]:
    """The lessons, those of titles that still stand somewhere as seen now: what is used is not forgotten."""
    return {
        uid: replace(lesson, seen_at=now)
        if lesson.fingerprint in present and now - lesson.seen_at >= _SEEN_AGAIN_AFTER
        else lesson
        for uid, lesson in lessons.items()
    }
