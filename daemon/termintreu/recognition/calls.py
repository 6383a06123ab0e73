"""From occurrences to calls: which appointments are calls, each once, with whom, and how they are reached. Pure.

    occurrences -> less own, cancelled, declined -> each appointment once -> detection -> contact, reach, window

What keeps the user busy, and when the user is away, is told here, too (for `conflict`, `no_buffer`, `absence`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from termintreu.config import MeConfig
from termintreu.model import Call, Contact, Message, Occurrence, Reach, TaughtWord, msg
from termintreu.model.kept import Kept
from termintreu.model.marks import call_key, recurrence_text
from termintreu.model.names import has_salutation
from termintreu.recognition.absences import is_absence, is_all_day
from termintreu.recognition.contacts.book import ContactBook, my_partstat
from termintreu.recognition.detection import Detection, Detector, find_window, gestures_of
from termintreu.recognition.detection.counterpart import is_me
from termintreu.recognition.detection.hashtag_words import without_hashtags
from termintreu.recognition.hashtags import Remarks
from termintreu.recognition.teaching import NOTHING_TAUGHT, Spoken, Taught, TaughtBy

_FEW = 3
"""So many people talk to each other: in a larger round nobody is let down by one who is late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One appointment, however many calendars show it."""

    copies: tuple[Occurrence, ...]
    """In the order of the configuration; the first one counts."""
    key: str
    """The call's key (see `marks.call_key`)."""
    words: frozenset[str] = frozenset()
    """The user's words in it."""

    @property
    def first(self) -> Occurrence:
        """The copy that counts."""
        return self.copies[0]


_Taking = Literal["busy", "away", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What was recognised in earlier cycles, for the same user with the same configuration."""

    appointments: Kept[tuple[Appointment, ...]] = field(default_factory=Kept)
    """By UID and RECURRENCE-ID."""
    calls: Kept[Call | None] = field(default_factory=Kept)
    """By call key."""
    taking: Kept[_Taking] = field(default_factory=Kept)
    """By call key: whether it takes the user's time."""

    def sweep(self) -> None:
        """At the end of a cycle: drop what it did not ask for."""
        for kept in (self.appointments, self.calls, self.taking):
            kept.sweep()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An appointment that is no call because the user said so of another one."""

    occurrence: Occurrence
    how: Message


def recognise(
    found: Iterable[Appointment],
    *,
    book: ContactBook,
    me: MeConfig,
    zone: ZoneInfo,
    visits_sources: frozenset[str] = frozenset(),
    vague_minutes: int = 120,
    said: Remarks = MappingProxyType({}),
    detector: Detector | None = None,
    taught: Taught = NOTHING_TAUGHT,
    lately: Lately | None = None,
) -> tuple[Call, ...]:
    """The calls among the appointments, by start.

    Args:
        found: everything that stands in the watched calendars.
        book: the people the user knows.
        me: the user.
        zone: the user's zone, for windows ("vormittags") and all-day times.
        visits_sources: names of sources whose appointments with a place count as visits.
        vague_minutes: an appointment longer than this is no promise of a minute.
        said: what the user wrote about calls into our own items.
        detector: remembers what was detected before; None: everything is looked at afresh.
        taught: what the user said of series and titles.
        lately: what was recognised before.
    """
    recognising = _Recognising(
        book=book,
        me=me,
        zone=zone,
        visits_sources=visits_sources,
        longest=timedelta(minutes=vague_minutes),
        detector=detector or Detector(),
    )
    kept = (lately or Lately()).calls
    calls = []
    for appointment in found:
        first = appointment.first
        remarks, lesson = said.get((appointment.key, first.start), frozenset()), taught.of(first)
        call = kept(
            appointment.key,
            (appointment.copies, remarks, lesson, book),
            partial(recognising.call, appointment, remarks, lesson),
        )
        if call is not None:
            calls.append(call)
    return tuple(sorted(calls, key=lambda call: (call.start, call.key)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recognising:
    """What is the same for all appointments."""

    book: ContactBook
    me: MeConfig
    zone: ZoneInfo
    visits_sources: frozenset[str]
    longest: timedelta
    detector: Detector

    def call(self, appointment: Appointment, remarks: frozenset[str], lesson: TaughtBy | None) -> Call | None:
        """The call that an appointment is, if it is one."""
        book, me = self.book, self.me
        words = appointment.words | remarks
        told = _told(words, lesson)
        if told is not None and told[0] == "skip":
            return None
        detected = _detected(appointment.copies, me, self.visits_sources, self.detector, told=told is not None)
        if detected is None:
            return None
        occurrence, detection = detected
        match = book.resolve(occurrence, phones=_own_numbers(detection), counterpart=detection.counterpart or "")
        contact, involved = match.contact, book.involved(occurrence)
        return Call(
            occurrence=occurrence,
            key=appointment.key,
            kind=detection.kind,
            reach=_reach(occurrence, detection, contact, book, me),
            contact=contact,
            caller=detection.caller,
            window=find_window(occurrence, self.zone, longest=self.longest),
            words=words,
            critical="critical" in words or contact.critical or any(one.critical for one in involved),
            also_with=tuple(one.key for one in involved if one.key != contact.key) if len(involved) <= _FEW else (),
            alarms=tuple(dict.fromkeys(alarm for copy in appointment.copies for alarm in copy.alarms)),
            also_in=_also_in(occurrence, appointment.copies),
            reasons=(*(() if told is None else (told[1],)), *detection.reasons, match.how),
        )


def busy_and_absences(
    found: Iterable[Appointment], me: MeConfig, zone: ZoneInfo, lately: Lately | None = None
) -> tuple[tuple[Occurrence, ...], tuple[Occurrence, ...]]:
    """What keeps the user busy (timed), and the all-day entries by which the user is away; each by start."""
    kept = (lately or Lately()).taking
    taking: dict[_Taking, list[Occurrence]] = {"busy": [], "away": [], "nothing": []}
    for appointment in found:
        occurrence = appointment.first
        taking[kept(appointment.key, (occurrence,), partial(_taking, occurrence, me, zone))].append(occurrence)
    return tuple(taking["busy"]), tuple(taking["away"])


def _taking(occurrence: Occurrence, me: MeConfig, zone: ZoneInfo) -> _Taking:
    if is_all_day(occurrence, zone):
        return "away" if is_absence(occurrence, me) else "nothing"
    return "nothing" if occurrence.transparent else "busy"


def appointments(
    occurrences: Iterable[Occurrence], *, me: MeConfig, sources: Sequence[str] = (), lately: Lately | None = None
) -> tuple[Appointment, ...]:
    """Every appointment that stands, once, by start: not our own items, not cancelled, not declined by the user.

    The same UID and RECURRENCE-ID with the same start is one appointment (docs/safety.md, row 11). Where calendars
    disagree on the start, each start is one, and all but the first get a salted key.

    Args:
        occurrences: everything that stands in the watched calendars.
        me: the user.
        sources: names of the sources in the order of the configuration: of several copies the first counts.
        lately: what was recognised before.
    """
    kept = (lately or Lately()).appointments
    place = {name: index for index, name in enumerate(sources)}
    by_identity: dict[tuple[str, str], list[Occurrence]] = {}
    for occurrence in sorted(occurrences, key=lambda one: _order(one, place)):
        if not occurrence.own:
            identity = (occurrence.uid, recurrence_text(occurrence.recurrence_id))
            by_identity.setdefault(identity, []).append(occurrence)
    found = [
        appointment
        for identity, copies in by_identity.items()
        for appointment in kept(identity, tuple(copies), partial(_appointed, copies, me))
    ]
    return tuple(sorted(found, key=lambda one: (one.first.start, one.first.uid, one.key)))


def _appointed(found: Iterable[Occurrence], me: MeConfig) -> tuple[Appointment, ...]:
    """The appointments of one UID and RECURRENCE-ID."""
    starts: dict[datetime, list[Occurrence]] = {}
    for occurrence in found:
        starts.setdefault(occurrence.start, []).append(occurrence)
    return tuple(_keyed([copies for copies in starts.values() if _stands(copies[0], me)], me))


def _order(occurrence: Occurrence, place: Mapping[str, int]) -> tuple[int, str, str, str]:
    return (place.get(occurrence.source, len(place)), occurrence.source, occurrence.collection, occurrence.href)


def _keyed(starts: Iterable[Sequence[Occurrence]], me: MeConfig) -> list[Appointment]:
    keyed: list[Appointment] = []
    salts: set[str] = set()
    for copies in starts:
        first = copies[0]
        salt = f"{first.source}\0{first.collection}" if keyed else ""
        if salt in salts:  # twice in one collection, which some servers store
            salt += f"\0{first.start.isoformat()}"
        salts.add(salt)
        key = call_key(first.uid, first.recurrence_id, salt)
        keyed.append(Appointment(copies=tuple(copies), key=key, words=_words(copies, me)))
    return keyed


def _stands(occurrence: Occurrence, me: MeConfig) -> bool:
    return occurrence.status != "CANCELLED" and my_partstat(occurrence, me) != "DECLINED"


def _words(copies: Iterable[Occurrence], me: MeConfig) -> frozenset[str]:
    return frozenset[str]().union(*(gestures_of(copy, me) for copy in copies))


def spoken(found: Iterable[Appointment]) -> tuple[Spoken, ...]:
    """The appointments, each with the word by which it teaches whether it is a call."""
    return tuple(Spoken(occurrence=one.first, key=one.key, word=_own_word(one.words)) for one in found)


def skipped(found: Iterable[Appointment], taught: Taught) -> tuple[Skipped, ...]:
    """The appointments that are no calls because the user said so of their series or title, by start."""
    told = ((one, _told(one.words, taught.of(one.first))) for one in found)
    return tuple(
        Skipped(occurrence=one.first, how=said[1])
        for one, said in told
        if said is not None and said[0] == "skip" and said[1] is not _SAID_ITSELF["skip"]
    )


_SAID_ITSELF: Mapping[TaughtWord, Message] = {
    "skip": msg("the appointment says #skip"),
    "call": msg("the appointment says #call"),
}
_TAUGHT: Mapping[TaughtBy, Message] = {
    ("skip", "series"): msg("you taught it: #skip on this series"),
    ("skip", "title"): msg("you taught it: #skip on earlier appointments with that title"),
    ("call", "series"): msg("you taught it: #call on this series"),
    ("call", "title"): msg("you taught it: #call on earlier appointments with that title"),
}


def _told(words: frozenset[str], lesson: TaughtBy | None) -> tuple[TaughtWord, Message] | None:
    """Whether the user says that it is a call, or is none, and where: what stands in it goes before what was taught."""
    if (own := _own_word(words)) is not None:
        return own, _SAID_ITSELF[own]
    return None if lesson is None else (lesson[0], _TAUGHT[lesson])


def _own_word(words: frozenset[str]) -> TaughtWord | None:
    return "skip" if "skip" in words else "call" if "call" in words else None


def _detected(
    copies: Iterable[Occurrence], me: MeConfig, visits_sources: Collection[str], detector: Detector, *, told: bool
) -> tuple[Occurrence, Detection] | None:
    """The first copy that is a call: another calendar may show the same appointment as a bare "busy"."""
    for copy in copies:
        detection = detector(_as_read(copy), me=me, visits=copy.source in visits_sources, told=told)
        if detection is not None:
            return copy, detection
    return None


def _as_read(occurrence: Occurrence) -> Occurrence:
    """What is looked at: a hashtag is no word for a call, before which a name stands. Where a salutation says that it
    is one ("Frau Kern #anruf"), it may be."""
    if "#" not in occurrence.summary or has_salutation(occurrence.summary):
        return occurrence
    title = without_hashtags(occurrence.summary)
    return replace(occurrence, summary=title) if title != occurrence.summary else occurrence


def _also_in(occurrence: Occurrence, copies: Iterable[Occurrence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(copy.source for copy in copies if copy.source != occurrence.source))


def _own_numbers(detection: Detection) -> tuple[str, ...]:
    """The event's numbers that can be the person's own: a conference's are nobody's."""
    return () if detection.caller == "dial_in" else detection.phones


def _reach(occurrence: Occurrence, detection: Detection, contact: Contact, book: ContactBook, me: MeConfig) -> Reach:
    phone, from_contact = detection.phone, False
    if detection.caller != "dial_in" and contact.phones:
        from_contact = True
        # The number that the event chose among the contact's own is meant; any other one is not trusted over them.
        phone = phone if phone in contact.phones else contact.phones[0]
    return Reach(
        phone=phone,
        pin=detection.pin,
        url=detection.url,
        vendor=detection.vendor,
        phone_origin=("contact" if from_contact else "event") if phone else None,
        verified=from_contact or is_trusted(occurrence, book, me),
    )


def is_trusted(occurrence: Occurrence, book: ContactBook, me: MeConfig) -> bool:
    """Whether what it says comes from the user, from a known contact, or was accepted (docs/safety.md, row 27)."""
    organizer = occurrence.organizer
    if organizer is None or is_me(organizer, me) or book.knows(organizer.email):
        return True
    return my_partstat(occurrence, me) == "ACCEPTED"
