"""What sources deliver, and what reading makes of it (RFC 5545, RFC 4791, RFC 6578)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from termintreu.model.logins import LoginState

SourceState = Literal["ok", "stale", "unauthorized", "failed"]

ZoneState = Literal["ok", "custom", "floating", "unknown"]
"""How sure we are of a start's zone. `ok`: UTC, IANA, or a name that a table maps to IANA. `custom`: taken from
the calendar's own VTIMEZONE. `floating`: none was given, the user's zone is assumed. `unknown`: a TZID that no
table and no VTIMEZONE explains; the user's zone is assumed, and nothing may be written at that guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One calendar collection (RFC 4791 4.2), feed, folder or file."""

    href: str
    """Identity within its source: a decoded URL path that ends in "/", a feed's masked URL, or a folder's path."""
    name: str
    """Display name, cleaned; the last part of the href where there is none."""
    components: frozenset[str] = frozenset({"VEVENT", "VTODO"})
    """supported-calendar-component-set; both where the server names none."""
    writable: bool = True
    """False where the server says that we have no right to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a collection that we make is shown beside others. A server may leave any of it out."""

    color: str
    """RGB, as "#9AA5B1"."""
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One stored object: an iCalendar stream as the server gave it."""

    href: str
    """Decoded path of the resource. A feed or a single .ics file is one resource; `collect` cuts it by UID."""
    etag: str | None
    """Strong ETag with its quotes; a digest of the content where the source has none."""
    data: bytes | None
    """The iCalendar stream; None when the source knows that it is unchanged (a listing of ETags only)."""
    days: tuple[int, int] | None = field(default=None, compare=False, repr=False)
    """The first and the last day (ordinals) that it can touch, where somebody has worked that out already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One collection's answer to "what has changed since `token`?"."""

    collection: Collection
    token: str | None
    """To be sent next time: a sync-token, or a feed's validators. None where the source has nothing of the kind."""
    full: bool
    """True: `changed` lists every resource there is; what is not in it is gone. False: a delta."""
    changed: tuple[Resource, ...] = ()
    deleted: tuple[str, ...] = ()
    """Hrefs that are gone; for a delta only."""
    requests: int = 0
    """Requests sent for this answer."""
    complete: bool = True
    """False: rows were missing or unreadable. What is here is good; nothing may be concluded from absence."""
    note: str | None = None
    """One sentence for the user when the answer is usable but not whole."""
    stable: bool = True
    """False: somebody may still be writing some of it. Nothing failed, and what is broken is passed on as it is; but
    nothing may be concluded from absence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One entry of `sources` in `--json`."""

    name: str
    state: SourceState
    error: str | None
    collections: int
    resources: int
    requests: int
    checked_at: datetime | None = None
    """UTC; since when nothing of it is older than that: the oldest of its collections' last good answers."""
    login: LoginState | None = None
    """How it logs in; None where there is nothing to log in to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBookReport:
    """How reading one account of address books went in this cycle."""

    name: str
    type: str
    """As in the configuration: "vcard", "carddav"."""
    state: SourceState
    error: str | None
    books: int
    cards: int
    """People and firms that are held."""
    bad_cards: int
    """Cards that could not be read."""
    requests: int
    checked_at: datetime | None = None
    """UTC; as for sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One component or resource that could not be read. The rest of its collection is served."""

    source: str
    href: str
    reason: str
    """One sentence without any text from the calendar."""
    title: str = ""
    """Of the component, cleaned and short, where it has one: foreign text."""
    line: int | None = None
    """Where the component began in its file or feed, from 1, when it was read."""

    @property
    def sentence(self) -> str:
        """The reason, and which component it is about."""
        where = f"line {self.line}" if self.line is not None else ""
        which = ", ".join(part for part in (f"“{self.title}”" if self.title else "", where) if part)
        return f"{self.reason.removesuffix('.')} ({which})." if which else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An ATTENDEE or the ORGANIZER (RFC 5545 3.8.4.1, 3.8.4.3)."""

    email: str
    """Lower case, without mailto:; "" when the calendar address is none."""
    name: str = ""
    """CN, cleaned."""
    partstat: str = "NEEDS-ACTION"
    role: str = "REQ-PARTICIPANT"
    cutype: str = "INDIVIDUAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """A CONFERENCE property (RFC 7986 5.11)."""

    uri: str
    features: frozenset[str] = frozenset()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm of an appointment's own that pops up before its user."""

    at: datetime
    """UTC."""
    acknowledged: bool = False
    """Whether it was dismissed at its moment or later: it does not ring (again)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One occurrence of one VEVENT within the window: UID + RECURRENCE-ID. Read only; texts are foreign.

    Texts are bounded and free of control and bidi characters, but otherwise as the event has them (the
    description keeps its line breaks and may hold HTML).
    """

    source: str
    collection: str
    """href of its collection."""
    href: str
    """href of its resource."""
    uid: str
    recurrence_id: datetime | date | None
    """In the event's own zone, as in the event (for an expanded occurrence: its original start); None for a
    single event. Naive only where the event is floating."""
    start: datetime
    """UTC. All-day: midnight of the first day in the user's zone."""
    end: datetime
    """UTC, exclusive, >= start. All-day: midnight after the last day in the user's zone."""
    all_day: bool = False
    zone: str | None = None
    """IANA name (or the calendar's own TZID for `custom`) of DTSTART; None when floating, unknown or all-day."""
    zone_state: ZoneState = "ok"
    tzid: str | None = None
    """The TZID as it stands in the event, cleaned."""
    local_start: datetime | None = None
    """Naive wall time of the start in `zone`; None when all-day."""
    series: bool = False
    """True when it comes from RRULE or RDATE."""
    overridden: bool = False
    """True when it is an occurrence of a series that has a component of its own (RFC 5545 3.8.4.4)."""
    previous_start: datetime | None = None
    """UTC start of the series' occurrence before this one, where it is known; else None."""
    summary: str = ""
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    status: str = "CONFIRMED"
    """CONFIRMED, TENTATIVE or CANCELLED (RFC 5545 3.8.1.11); CONFIRMED where absent."""
    transparent: bool = False
    organizer: Person | None = None
    attendees: tuple[Person, ...] = ()
    conferences: tuple[Conference, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    """Vendor properties that detection reads (X-GOOGLE-CONFERENCE, X-MICROSOFT-..., X-OPENPAAS-...), name in
    upper case, in the order of the event."""
    created: datetime | None = None
    last_modified: datetime | None = None
    sequence: int = 0
    alarms: tuple[Alarm, ...] = ()
    """Its own, in the order of the event."""
    travel: timedelta = timedelta(0)
    """How long the way there takes, and the way back (X-APPLE-TRAVEL-DURATION)."""
    own: bool = False
    """True when any of our four ownership marks is on it (docs/safety.md, row 10): never an appointment."""

    def extras(self) -> dict[str, str]:
        """The vendor properties by name; the first of a name wins."""
        return dict(reversed(self.extra))


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One VTODO of a watched collection (not written by us)."""

    source: str
    collection: str
    href: str
    uid: str
    summary: str = ""
    description: str = ""
    due: datetime | None = None
    """UTC; None where the task has no time (a DATE counts as no time)."""
    day: date | None = None
    """The day it is due, where it has a day but no time."""
    created: datetime | None = None
    status: str = "NEEDS-ACTION"
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """All that reading made of the snapshots: sorted by start, uid."""

    occurrences: tuple[Occurrence, ...] = ()
    todos: tuple[Todo, ...] = ()
    rejected: tuple[Rejected, ...] = field(default=())
