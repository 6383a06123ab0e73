"""What our own tasks on the server still say of calls that are remembered nowhere else: those before the retention's
end, and all of them when the state was lost. Pure.

A ticked task stands in the user's own calendar, for as long as the user likes; ratings reach back as far as it does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from termintreu.model import (
    Answer,
    Call,
    Caller,
    CallRecord,
    Contact,
    History,
    Kind,
    Observed,
    Occurrence,
    Reach,
)
from termintreu.recognition.contacts.book import ContactBook

_TASKS = frozenset({"outcome", "recovery", "retry", "amends", "check"})


def recovered(observed: Iterable[Observed], known: Collection[str], now: datetime) -> dict[str, CallRecord]:
    """The calls that our tasks tell of and that are not known, by key, as far as they had begun by `now` (UTC).

    Of such a call its start, its end, its contact and its UID are left; when it moved, and calls to which nobody gave
    an outcome, are not.
    """
    newest: dict[str, Observed] = {}
    for item in observed:
        if item.call_key is None or item.kind not in _TASKS or item.anchor is None:
            continue
        before = newest.get(item.call_key)
        if item.call_key not in known and item.anchor <= now and (before is None or _rank(item) > _rank(before)):
            newest[item.call_key] = item
    return {key: record for key, item in sorted(newest.items()) if (record := _record(key, item)) is not None}


def with_answers(history: History, answers: Iterable[Answer]) -> History:
    """The history with further statements, in the order in which they were made."""
    said = dict(history.answers)
    for answer in answers:
        before = (*said.get(answer.call_key, ()), answer)
        said[answer.call_key] = tuple(sorted(before, key=lambda one: one.recorded_at))
    return replace(history, answers=said)


def as_call(record: CallRecord, book: ContactBook | None = None) -> Call:
    """A remembered call, for what is still to be done about it: its title, PIN and link are not remembered, and its
    number is the one that the book has today, else the one that stood in the appointment."""
    contact = (book.by_key(record.contact_key) if book else None) or _unknown(record)
    return Call(
        occurrence=Occurrence(
            source="",
            collection="",
            href="",
            uid=record.uid,
            recurrence_id=_recurrence_id(record.recurrence_id),
            start=record.start,
            end=record.end,
            status="CANCELLED" if record.gone_at is not None else "CONFIRMED",
        ),
        key=record.key,
        kind=cast("Kind", record.kind),
        reach=_reach(record, contact),
        contact=contact,
        caller=cast("Caller", record.caller),
        critical=record.critical,
    )


def _reach(record: CallRecord, contact: Contact) -> Reach:
    own = next(iter(contact.phones), None)
    if own is not None and contact.known:
        return Reach(phone=own, phone_origin="contact", verified=True)
    if record.phone is not None:  # remembered only where somebody vouched for it
        return Reach(phone=record.phone, phone_origin="event", verified=True)
    return Reach(phone=own, phone_origin="event" if own is not None else None, verified=False)


def _unknown(record: CallRecord) -> Contact:
    """Somebody of whom no more is left than the key and the name."""
    address = record.contact_key
    return Contact(
        key=address,
        name=record.contact_name,
        emails=(address,) if "@" in address else (),
        phones=(address,) if address.startswith("+") else (),
    )


def _recurrence_id(text: str | None) -> datetime | date | None:
    """Back from ISO 8601, in which it is remembered."""
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _rank(item: Observed) -> tuple[bool, int, str]:
    return item.details is not None, item.generation, item.uid


def _record(key: str, item: Observed) -> CallRecord | None:
    if item.anchor is None or item.contact_key is None:
        return None
    details = item.details
    return CallRecord(
        key=key,
        uid=details.uid if details else "",
        recurrence_id=None,
        contact_key=item.contact_key,
        contact_name=details.name if details else "",
        kind=details.kind if details else "phone",
        start=item.anchor,
        end=max(details.end, item.anchor) if details else item.anchor,
        first_seen=item.anchor,
        last_seen=item.anchor,
        critical=details.critical if details else False,
    )
