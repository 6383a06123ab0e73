"""What cannot be moved, and which of two calls at one time is to move. Pure; the words are data."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from termintreu.config import MeConfig
from termintreu.judging.rules.common.participants import other_attendees, other_organizer
from termintreu.judging.rules.common.unanswered import is_unanswered
from termintreu.model import Call, Occurrence

_FIXED_WORDS = (
    # German
    r"(?:haupt|güte|gerichts|berufungs)?verhandlung(?:stermin)?",
    r"gerichtstermin|gütetermin|anhörung|ortstermin mit gericht",
    r"(?:abschluss|fahr|zwischen|staats|meister|master|bachelor|doktor|nach)?prüfung(?! (?:der|des|von)\b)",
    r"rigorosum",
    r"klausur|(?:staats)?examen|verteidigung der (?:master|bachelor|doktor)arbeit",
    r"trauung|standesamt|hochzeit|beerdigung|beisetzung|trauerfeier",
    r"notartermin|beurkundung|operation|op-termin|flug",
    # English
    r"(?:court |tribunal |oral )?hearing(?! (?:aid|test)s?\b)",
    r"(?:jury )?trial(?! (?:period|version|lesson|run|account)s?\b)",
    r"court|tribunal|arraignment|deposition",
    r"(?:final |oral |driving |bar )?exams?|examination|viva(?: voce)?|thesis defen[cs]e",
    r"wedding|funeral|memorial service|surgery|notary appointment|flight",
)
"""Titles of appointments whose time somebody else sets."""
_FIXED = re.compile(rf"\b(?:{'|'.join(_FIXED_WORDS)})\b", re.IGNORECASE)
_AROUND = re.compile(r"\b(?:vorbereit|nachbereit|vorbesprech|nachbesprech|prepar|prep\b|debrief)", re.IGNORECASE)
"""What is said of the work before or after one."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def is_fixed(occurrence: Occurrence, me: MeConfig) -> bool:
    """Whether an appointment cannot be moved for the sake of a call: a hearing, an exam and the like, or one with more
    than one other person."""
    title = occurrence.summary
    if _FIXED.search(title) and not _AROUND.search(title):
        return True
    people = {person.email or person.name for person in other_attendees(occurrence, me)}
    organizer = other_organizer(occurrence, me)
    return len(people | ({organizer.email or organizer.name} if organizer else set())) > 1


def is_to_move(call: Call, other: Call, me: MeConfig) -> bool:
    """Whether of two calls at one time the first is the one to move: the one that is an unanswered invitation, else the
    one that can be moved, else the one that was agreed later (CREATED), else by UID."""
    return _rank(call, other, me) > _rank(other, call, me)


def _rank(call: Call, other: Call, me: MeConfig) -> tuple[bool, bool, datetime, str, datetime]:
    one = call.occurrence
    dated = one.created is not None and other.occurrence.created is not None
    created = one.created if dated and one.created else _NEVER
    return is_unanswered(one, me), not is_fixed(one, me), created, one.uid, call.start
