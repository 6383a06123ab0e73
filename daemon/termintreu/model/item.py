"""What we write: desired items, what was observed of them, and the change set between both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from termintreu.model.message import Message

ItemKind = Literal["reminder", "warning", "outcome", "recovery", "retry", "amends", "check", "weekly", "blind"]

ChangeAction = Literal["create", "update", "delete"]

ChangeResult = Literal["applied", "conflict", "refused", "retry_later"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetails:
    """What a task keeps of its call, so that ratings come back from it when nothing else is left of the call."""

    uid: str
    end: datetime
    """UTC."""
    kind: str
    """As `Call.kind`."""
    name: str = ""
    """The contact's, for display."""
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCall:
    """One of the calls that a question is about, where it is about several: what the task keeps of it."""

    key: str
    start: datetime
    """UTC."""
    contact_key: str
    details: CallDetails
    recurrence_id: str | None = None
    """As in the contract's JSON."""


DAILY = "day"
"""Role of the question about several calls; in the place of a call's key its slot has one made from its moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One component that should stand in a collection of our own. Texts are rendered in the user's language."""

    kind: ItemKind
    role: str = ""
    """Tells items of one kind for one call apart: "" (the one before the call), "eve", "buffer", "10", "30"..."""
    component: Literal["VEVENT", "VTODO"]
    call_key: str
    """The call's key; for weekly items 16 hex digits made from the week, for blind ones from the source."""
    appointment_uid: str | None = None
    recurrence_id: str | None = None
    """ISO 8601, as in `--json`."""
    summary: str
    description: str
    """Without the last line (the mark), which rendering adds."""
    location: str = ""
    start: datetime
    """UTC: DTSTART. For a VTODO strictly before `due`, and the moment of its alarm (docs/safety.md, row 7)."""
    end: datetime | None = None
    """UTC: DTEND of a VEVENT."""
    due: datetime | None = None
    """UTC: DUE of a VTODO."""
    alarm_before: int | None = 1
    """VEVENT: whole minutes before start, 1 to 40320. None: no alarm. A VTODO's alarm is absolute, at start."""
    alarm_text: str = ""
    priority: int = 0
    """RFC 5545 3.8.1.9: 1 highest, 9 lowest, 0 none."""
    rules: tuple[str, ...] = ()
    """Rules whose findings it carries, most severe first."""
    anchor: datetime
    """UTC start of the call it was made for: when this changes, a dismissed item may come back (next generation)."""
    contact_key: str | None = None
    """For outcome and recovery items: so that ratings come back from the tasks when the state is lost."""
    details: CallDetails | None = None
    """For tasks about a call that is over."""
    about: tuple[AskedCall, ...] = ()
    """The calls that it is about, in the order of its lines, where there are several."""
    closed: bool = False
    """It asks for nothing any more, and stays for what it says: a task with STATUS:CANCELLED and without an alarm."""
    basis: str = ""
    """What the item rests on (rules with their severities, times offered), as `model.basis` writes it: kept with the
    item so that the next cycle can tell news from the passing of time."""

    @property
    def slot(self) -> str:
        """Its place: "<call_key>/<kind>/<role>". At most one live item stands in a slot."""
        return f"{self.call_key}/{self.kind}/{self.role}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One item of ours as it stands on the server now (only ones that carry our marks)."""

    href: str
    collection: str
    etag: str | None
    uid: str
    component: Literal["VEVENT", "VTODO"]
    kind: ItemKind | None
    """From X-TERMINTREU-ID; None where a server lost it and memory must tell."""
    call_key: str | None
    role: str = ""
    """From X-TERMINTREU-ID, as `Item.role`."""
    generation: int
    fingerprint: str
    """Of the managed fields as they stand now (see identity)."""
    written_fingerprint: str | None = None
    """As we last wrote it, from the item itself; None where a server dropped it."""
    start: datetime | None = None
    end: datetime | None = None
    due: datetime | None = None
    alarm_at: datetime | None = None
    acknowledged_at: datetime | None = None
    """UTC: until when an app says that its alarm was seen."""
    summary: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    author: str = ""
    """Which installation wrote it last, as `marks.installation` names it; "" where a server dropped that."""
    created_at: datetime | None = None
    """CREATED, UTC; not every server keeps it."""
    done: bool = False
    """Ticked (STATUS:COMPLETED, COMPLETED, PERCENT-COMPLETE:100; a fallback event's ☑ or ✓)."""
    declined: bool = False
    """STATUS:CANCELLED."""
    done_at: datetime | None = None
    """COMPLETED (or LAST-MODIFIED where it is missing), UTC."""
    modified_at: datetime | None = None
    """LAST-MODIFIED, UTC; not every app keeps it."""
    anchor: datetime | None = None
    contact_key: str | None = None
    details: CallDetails | None = None
    """As `Item.details`; None where a server dropped it."""
    basis: str = ""
    """As `Item.basis`; "" where a server dropped it."""
    about: tuple[AskedCall, ...] = ()
    """As `Item.about`; empty where a server dropped it."""
    without_words: frozenset[str] = frozenset()
    """The fingerprint that it would have without the user's hashtags; empty where it holds none."""
    data: bytes = b""
    """The stream as fetched: an update begins from it (docs/safety.md, row 14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write to be made, or made, in a collection of our own."""

    action: ChangeAction
    component: Literal["VEVENT", "VTODO"]
    kind: ItemKind
    slot: str
    uid: str
    collection: str
    """href of the collection; its configured name while it does not exist yet."""
    href: str
    """href of the resource; for a create, the name (`[A-Za-z0-9._-]`) within the collection."""
    etag: str | None
    """ETag the update or delete is conditional on; None for a create (If-None-Match: *)."""
    data: bytes | None
    """The stream to store; None for a delete."""
    item: Item | None
    """What is desired; None for a delete."""
    generation: int = 0
    fingerprint: str = ""
    appointment_uid: str | None = None
    recurrence_id: str | None = None
    about: tuple[AskedCall, ...] = ()
    """As `Item.about`."""
    rules: tuple[str, ...] = ()
    summary: str = ""
    start: datetime | None = None
    due: datetime | None = None
    reason: Message | None = None
    """Why, in a few words, for `explain`."""
    result: ChangeResult | None = None
    error: str | None = None
    new_href: str | None = None
    """Where it stands after an applied create."""
    new_etag: str | None = None
    """Strong ETag after an applied write; None where the server gave none (then the next listing tells)."""


def each_call(observed: Iterable[Observed]) -> list[Observed]:
    """The items, a question about several calls once for each of them, as if it were about that one alone."""
    return [
        one
        for item in observed
        for one in (
            [
                replace(item, call_key=call.key, anchor=call.start, contact_key=call.contact_key, details=call.details)
                for call in item.about
            ]
            or [item]
        )
    ]
