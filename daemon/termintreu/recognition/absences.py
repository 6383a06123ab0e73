"""Whether an all-day entry says that the user is away: holiday, sick, out of office. Pure: words and flags only.

Wrong either way costs: a missed absence lets a promise stand that nobody will keep, a false one warns of every call
of the day. So an entry that blocks the time needs one word for it, while one that leaves the time free (as many apps
write holidays) must say nothing else.
"""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from termintreu.config import MeConfig
from termintreu.model import Occurrence
from termintreu.model.names import words_of
from termintreu.recognition.absent_people import names_somebody_else
from termintreu.recognition.contacts.book import my_partstat
from termintreu.recognition.detection.counterpart import is_me

_AWAY = frozenset(
    words_of("Urlaub Jahresurlaub Resturlaub Sonderurlaub Bildungsurlaub Kurzurlaub Urlaubstag Betriebsurlaub")
    + words_of("Betriebsferien abwesend Abwesenheit krank Krankheit krankgeschrieben Krankenstand arbeitsunfähig AU")
    + words_of("Elternzeit Mutterschutz Sabbatical Kur Reha Gleittag Zeitausgleich Überstundenabbau")
    + words_of("vacation PTO OOO OOF sick out-of-office")
)
_AWAY_PHRASES = tuple(
    words_of(phrase)
    for phrase in (
        "out of office",
        "out of the office",
        "on holiday",
        "on holidays",
        "on leave",
        "annual leave",
        "sick leave",
        "parental leave",
        "maternity leave",
        "paternity leave",
        "days off",
        "day off",
        "nicht im Büro",
        "nicht da",
        "außer Haus",
    )
)
_AWAY_IF_BLOCKED = frozenset(
    words_of("holiday holidays Ferien Feiertag frei leave Fortbildung Weiterbildung Schulung Seminar Dienstreise Messe")
)
_NOT_MINE = frozenset(
    words_of(
        "planen Planung buchen beantragen eintragen einreichen Antrag Anfrage kein keine nach Ende Vertretung Party"
    )
    + words_of("Feier Schulferien school plan planning book request approve no after end cover party Anruf Telefonat")
    + words_of("Rückruf Telko call phone vor before")
)
"""Words that turn a word for absence into something else: a thing to do about it, a call about it, a party."""
_LONGEST_LINE = 100
_FILLERS = frozenset(
    words_of("ich bin ist im in am vom bis zum und halb halber ganzer ganztägig Tag Tage genehmigt bestätigt Kind")
    + words_of("I am is on at from until to and half whole all day days approved confirmed child me my mein")
)


def is_all_day(occurrence: Occurrence, zone: ZoneInfo) -> bool:
    """All-day by its dates, or by times from midnight to midnight in the user's zone (as Exchange writes it)."""
    if occurrence.all_day:
        return True
    start, end = occurrence.start.astimezone(zone), occurrence.end.astimezone(zone)
    return start < end and start.time() == end.time() == time.min


def is_absence(occurrence: Occurrence, me: MeConfig) -> bool:
    """Whether an all-day entry is an absence of the user's own.

    Somebody else's entry (another organizer) counts only when it blocks the time and the user accepted it. One that
    names somebody else is theirs.
    """
    foreign = occurrence.organizer is not None and not is_me(occurrence.organizer, me)
    if foreign and (occurrence.transparent or my_partstat(occurrence, me) != "ACCEPTED"):
        return False
    if names_somebody_else(occurrence.summary, me):
        return False
    if occurrence.extras().get("X-MICROSOFT-CDO-BUSYSTATUS", "").upper() == "OOF":
        return True
    title = words_of(occurrence.summary)
    if _NOT_MINE & set(title):
        return False
    if occurrence.transparent:
        return _says_nothing_else(title, me)
    labels = (title, *(words_of(category) for category in occurrence.categories))
    return any(map(_says_away, labels)) or _says_nothing_else(_first_line(occurrence.description), me)


def _says_away(words: tuple[str, ...]) -> bool:
    """Whether a title or a category says so for a day that is blocked."""
    return _without_absence(words) is not None or not _AWAY_IF_BLOCKED.isdisjoint(words)


def _says_nothing_else(words: tuple[str, ...], me: MeConfig) -> bool:
    rest = _without_absence(words)
    if rest is None:
        return False
    return {word for word in rest if not word.isdigit()} <= _FILLERS | set(words_of(me.name))


def _first_line(notes: str) -> tuple[str, ...]:
    """Of notes: what comes after it is often about something else."""
    return words_of(notes.strip().partition("\n")[0][:_LONGEST_LINE])


def _without_absence(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """The words less those that say "away"; None where none does."""
    for phrase in _AWAY_PHRASES:
        for index in range(len(words) - len(phrase) + 1):
            if words[index : index + len(phrase)] == phrase:
                return words[:index] + words[index + len(phrase) :]
    rest = tuple(word for word in words if word not in _AWAY)
    return rest if len(rest) < len(words) else None
