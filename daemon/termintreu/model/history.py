"""What is remembered between cycles. Each fact carries when it was recorded: with `--at`, later ones do not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Outcome = Literal["held", "late", "missed", "noshow", "cancelled", "cancelled_late", "moved", "unknown"]

TaughtWord = Literal["skip", "call"]

LessonStatus = Literal["standing", "withdrawn", "forgotten"]
"""`withdrawn`: the word was taken out of the calendar. `forgotten`: the user revoked it, the word may still stand."""

AnswerOrigin = Literal["task", "word", "answer", "log", "calendar"]

ItemStatus = Literal["live", "dismissed", "taken_over", "done", "declined", "withdrawn"]
"""`live`: as we wrote it. `dismissed`: the user deleted it. `taken_over`: the user edited it, hands off. `done`:
ticked. `declined`: STATUS:CANCELLED. `withdrawn`: we deleted it."""


def slot_of(call_key: str, kind: str, role: str = "") -> str:
    """The slot of an item, as `Item.slot` gives it."""
    return f"{call_key}/{kind}/{role}"


def call_key_of(slot: str) -> str:
    """The key of the call (or week, or promise) that a slot belongs to."""
    return slot.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """What we last wrote into a slot, and what became of it."""

    slot: str
    uid: str
    generation: int
    collection: str
    href: str
    etag: str | None
    fingerprint: str
    status: ItemStatus
    anchor: datetime | None
    """UTC start of the call it was written for; None where neither item nor memory says: a guess is no fact."""
    recorded_at: datetime
    """UTC, when this state of the record was remembered."""
    done_at: datetime | None = None
    basis: str = ""
    """As `Item.basis`, for servers that drop it from the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A call's start was seen to change (or the call to go: `new_start` None)."""

    old_start: datetime
    new_start: datetime | None
    seen_at: datetime
    by_me: bool = True
    """False when the organizer is somebody else, or everybody else had declined before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call as it was seen; kept for ratings and `moved_often` until retention ends."""

    key: str
    uid: str
    recurrence_id: str | None
    contact_key: str
    contact_name: str
    kind: str
    start: datetime
    end: datetime
    first_seen: datetime
    """UTC, when we first saw it."""
    last_seen: datetime
    """UTC, when it last stood in the calendar."""
    caller: str = "unclear"
    critical: bool = False
    gone_at: datetime | None = None
    """UTC, when it was seen to be deleted or CANCELLED."""
    moves: tuple[Move, ...] = ()
    phone: str | None = None
    """E.164: the number that stood in the appointment, where somebody vouches for it; for a later call."""
    vouched: bool | None = None
    """Whether what the appointment says is the user's, or from somebody whom the user trusts: a stranger can feign any
    name. None: an earlier version remembered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One statement about how a call went. Several may stand; the user's last one wins over all evidence."""

    call_key: str
    outcome: Outcome
    origin: AnswerOrigin
    recorded_at: datetime
    """UTC, when it was said or read."""
    late_minutes: int | None = None
    attempts: int | None = None
    made_good_at: datetime | None = None
    """UTC, when the recovery was ticked; for origin "task" of a recovery."""
    note: str | None = None
    """For origin "task": which of our tasks says so, as `outcomes.statements` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What the user taught by a word on one appointment: for its series, and, with another one, for its title."""

    uid: str
    """Of the appointment, or of its series."""
    source: str
    word: TaughtWord
    fingerprint: str
    """Of source and title, as `teaching.title_fingerprint`; "" where it teaches nothing about titles."""
    title: str
    """Cleaned and short, to show what was taught; "" where it is not kept any more. Foreign."""
    bearer: str
    """Key of the one occurrence that bears the word; "" where the series or a single appointment does."""
    anchor: datetime
    """UTC start of the occurrence by which it was learned."""
    said_at: datetime
    """UTC, when it was learned."""
    seen_at: datetime
    """UTC, when an appointment that bears it, or has its title, was last seen; to the week."""
    changed_at: datetime
    """UTC, when it got its status."""
    status: LessonStatus = "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """What the past says of one contact, as far as rules need it."""

    ours: float = 0.5
    """Our rating towards them."""
    outcomes: int = 0
    """Calls whose outcome is known."""
    failures: int = 0
    """Promises of ours that were not kept: missed, late, or called off at short notice."""
    failed_at: datetime | None = None
    """UTC: when the last promise that we failed was for."""
    held_since_failure: bool = False
    """Whether we kept a promise after the last one that we did not keep."""
    no_shows: int = 0
    """Calls to which they did not come."""
    meetings: int = 0
    """Calls that show whether they come: held, late, or they did not come."""
    no_show_bound: float = 0.0
    """Lower bound of their share of calls to which they do not come (Wilson)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything remembered, as of `now`. Pure stages read it; only `remember` changes it."""

    items: Mapping[str, ItemRecord] = field(default_factory=dict)
    """By slot: the newest generation of each."""
    calls: Mapping[str, CallRecord] = field(default_factory=dict)
    """By call key."""
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    """By call key, oldest first."""
    lessons: Mapping[str, Lesson] = field(default_factory=dict)
    """By UID."""
