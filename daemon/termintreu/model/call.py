"""A call, whom it is with, how it is reached, and what the rules say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Literal

from termintreu.model.calendar import Alarm, Occurrence
from termintreu.model.message import Message

Kind = Literal["phone", "video", "visit"]

Caller = Literal["me", "them", "dial_in", "unclear"]
"""Who dials. `dial_in`: everybody joins a conference (a link, or a number with a PIN)."""


RINGS_AHEAD = timedelta(minutes=60), timedelta(minutes=2)
"""An alarm of the appointment's own at least and at most so long before S is a reminder of it; both included."""


class Severity(IntEnum):
    """How much a finding matters; ordered."""

    INFO = 0
    ADVICE = 1
    WARNING = 2
    CRITICAL = 3

    @property
    def label(self) -> str:
        """The word used in JSON and configuration."""
        return self.name.lower()

    def raised(self) -> Severity:
        """One level up; critical stays critical."""
        return Severity(min(self + 1, Severity.CRITICAL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A promise without a minute: "between 9 and 15", "in the morning", all day."""

    start: datetime
    """UTC, first moment at which the call may come."""
    end: datetime
    """UTC, exclusive."""
    text: str = ""
    """The words that say so, cleaned; "" when it follows from the event's own times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The counterpart of a call."""

    key: str
    """Stable: of a known contact the first e-mail address, else number, that nobody else has; else the other person's
    e-mail; else the number in E.164; else "name:" + the folded name; else "uid:" + the event's UID. What is
    remembered under an earlier key of a known contact follows (`ContactBook.filed`)."""
    name: str
    """For display; "" where nobody is named."""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    """E.164; the first one is called."""
    timezone: str | None = None
    critical: bool = False
    known: bool = False
    """True when the user configured the contact (or keeps it in an address book)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How the other side is reached."""

    phone: str | None = None
    """E.164."""
    pin: str | None = None
    """Dial-in PIN or access code, digits only."""
    url: str | None = None
    vendor: str | None = None
    """"zoom", "teams", "google", ...; None for a plain phone call."""
    phone_origin: Literal["contact", "event", "earlier"] | None = None
    """"earlier": it stood in an earlier appointment with the same contact."""
    phone_from: datetime | None = None
    """UTC, when that earlier appointment was."""
    verified: bool = False
    """Whether the number is the contact's own, or the event is the user's or was accepted (docs/safety.md, row 27)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One occurrence that is a phone or video call (or a visit, on request)."""

    occurrence: Occurrence
    key: str
    """16 hex digits from UID and RECURRENCE-ID: the call's identity in marks, UIDs and state."""
    kind: Kind
    reach: Reach
    contact: Contact
    caller: Caller = "unclear"
    window: Window | None = None
    """Set when the time is vague; then nothing is written at a guessed minute."""
    words: frozenset[str] = frozenset()
    """Gestures found in title, notes or categories, canonical: skip, call, held, late, missed, noshow, confirmed,
    critical, threatened."""
    critical: bool = False
    """#critical, or the contact or anybody else who takes part is (at this moment) critical."""
    also_with: tuple[str, ...] = ()
    """Contact keys of the others who take part, where they are few."""
    also_in: tuple[str, ...] = ()
    """Names of further sources in which the same appointment stands."""
    alarms: tuple[Alarm, ...] = ()
    """The appointment's own, in whichever calendar it has them."""
    reasons: tuple[Message, ...] = ()
    """How it was recognised, strongest first, for `explain`; no foreign text."""

    @property
    def start(self) -> datetime:
        """When it starts, in UTC; "S" in formulas."""
        return self.occurrence.start

    @property
    def end(self) -> datetime:
        """When it ends, in UTC; "E" in formulas."""
        return self.occurrence.end

    @property
    def own_alarms(self) -> tuple[Alarm, ...]:
        """Those of its own alarms that are near enough before S to be its reminder, dismissed ones too; by time."""
        first, last = (self.start - ahead for ahead in RINGS_AHEAD)
        return tuple(sorted((one for one in self.alarms if first <= one.at <= last), key=lambda one: one.at))

    @property
    def rings(self) -> bool:
        """Whether the appointment reminds of itself: an alarm of its own rings 2 to 60 minutes before S."""
        return any(not one.acknowledged for one in self.own_alarms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A task or an all-day event by which somebody waits to hear from the user, and no call."""

    key: str
    """16 hex digits, as `Call.key`."""
    uid: str
    recurrence_id: datetime | date | None
    title: str
    """Foreign."""
    day: date | None = None
    """The day it stands on, where it has one."""
    made_at: datetime | None = None
    """UTC, CREATED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says about one call."""

    rule: str
    severity: Severity
    message: Message
    """One sentence: why."""
    matter: Message | None = None
    """The same in three words, for a title; None: the sentence stands there."""
    ask: Message | None = None
    """One sentence: what the user should do."""
    settle_by: datetime | None = None
    """UTC; never before `now`. None: nothing to settle."""
    offers_times: bool = False
    """True when the user should be offered free times to propose."""
    at_call: str | None = None
    """Key of the other call whose task asks for it: one matter is one task."""
    at: datetime | None = None
    """UTC, for findings that want a pop-up at a moment (no_buffer: before the end of the previous one)."""


def is_threatened(findings: Iterable[Finding]) -> bool:
    """Whether a call with these findings is threatened: the rule of that name says so, and nothing else does."""
    return any(finding.rule == "threatened" for finding in findings)
