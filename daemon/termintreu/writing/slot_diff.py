"""One slot: what is wanted, found and remembered there, and what follows. Pure; `diff` goes through all slots.

An item is only ever changed or deleted when it is proved to be as we wrote it. A user's deletion, edit and tick stand;
a call that moves is a new promise, and may have a new item beside what the user did to the old one.

Another installation may write into the same calendars, with other words and rules. What it wrote stands as long as the
call does: it is only moved with its call, added to, and taken away with a call that is gone. So neither ever undoes
what the other one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from termintreu.model import (
    DAILY,
    Change,
    Collection,
    Item,
    ItemKind,
    ItemRecord,
    ItemStatus,
    Message,
    Observed,
    call_key_of,
    msg,
)
from termintreu.model.basis import read_basis
from termintreu.model.coverage import Coverage
from termintreu.model.marks import item_uid, resource_name
from termintreu.planning.items.render import OPEN_BOX, close_item, render_item, rings_at
from termintreu.planning.items.slot_state import SlotState, is_edited

_HISTORY = frozenset({"reminder", "weekly"})
"""Kinds that stay in the calendar when their time is past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An item as its collection can hold it."""

    item: Item
    collection: Collection
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What every comparison looks at. All instants are UTC."""

    now: datetime
    collections: Mapping[str, Collection]
    """Of our own: "reminders" for events, "tasks" for tasks and what stands in for them. One that does not exist yet
    has its name for an href."""
    coverage: Coverage = field(default_factory=Coverage)
    """What was read: nothing is concluded from what was not."""
    lookback: timedelta = timedelta(days=7)
    """How long past reminders stay as history."""
    author: str = ""
    """This installation (`model.marks.installation`); "": whatever was written counts as its own."""

    def is_frozen(self, href: str) -> bool:
        """Whether a collection's listing is incomplete: nothing follows from absence there."""
        return href in self.coverage.frozen

    def may_hold_anything(self, href: str) -> bool:
        """Whether a collection may hold what we know nothing of: nothing is remembered, and its listing incomplete."""
        return self.is_frozen(href) and not self.coverage.remembered

    def is_listed(self, href: str) -> bool:
        """Whether a collection is one that is looked at: what was written to another one may well stand there still."""
        return any(collection.href == href for collection in self.collections.values())

    def is_anothers(self, found: Observed) -> bool:
        """Whether another installation wrote it."""
        return self.author != found.author and "" not in (self.author, found.author)

    def may_withdraw(self, slot: str, found: Observed) -> bool:
        """Whether it is known, and ours to say, that an item is not wanted any more."""
        known = self.coverage.deleted if self.is_anothers(found) else self.coverage.known
        if known is None or call_key_of(slot) in known:
            return True
        times = [moment for moment in (found.anchor, found.end, found.due, found.start) if moment is not None]
        return bool(times) and max(times) + self.lookback <= self.now

    def holds_stand_ins(self, href: str) -> bool:
        """Whether a collection holds events in place of tasks: there, a deletion is a tick (docs/safety.md, 8)."""
        tasks = self.collections.get("tasks")
        return tasks is not None and tasks.href == href and "VTODO" not in tasks.components


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDiff:
    """What follows for one slot."""

    changes: tuple[Change, ...] = ()
    record: ItemRecord | None = None
    """What was learned, where it differs from memory."""
    withdraws: bool = False
    """True when the slot is empty afterwards, though something of ours stood in it."""


def compare(slot: str, wanted: Wanted | None, state: SlotState | None, against: Against) -> SlotDiff:
    """What follows for one slot."""
    if state is None:
        return SlotDiff(changes=_created(wanted, 0, against, msg("not there yet")))
    found_out = SlotDiff()
    if state.found is not None:
        found_out = _present(wanted, state, state.found, against)
    elif state.record is not None:
        found_out = _missing(wanted, state.record, against)
    doubles = [
        _deleted(slot, double, 0, msg("stands there twice"))
        for double in state.doubles
        if _is_ours_to_delete(slot, double, state.record, wanted, against)
    ]
    return replace(found_out, changes=(*found_out.changes, *doubles)) if doubles else found_out


def _missing(wanted: Wanted | None, record: ItemRecord, against: Against) -> SlotDiff:
    """The item that is remembered is gone."""
    learned = None
    if record.status in {"live", "taken_over"}:
        if against.is_listed(record.collection):
            if against.is_frozen(record.collection):
                return SlotDiff()
            # With exceptions half written into a question about several calls, nobody knows what its deletion says.
            half_said = record.status == "taken_over" and record.slot.endswith(f"/outcome/{DAILY}")
            stood_in = (
                _kind_of(record.slot) not in _HISTORY and against.holds_stand_ins(record.collection) and not half_said
            )
            gone: ItemStatus = "done" if stood_in else "dismissed"
            learned = record = replace(
                record,
                status=gone,
                recorded_at=against.now,
                done_at=against.now if gone == "done" else None,
                # What the user deletes is dismissed for the time that the call has now.
                anchor=record.anchor or (wanted.item.anchor if wanted is not None else None),
            )
        elif record.status == "live":
            elsewhere = msg("the collection is another one")
            return SlotDiff(changes=_created(wanted, record.generation + 1, against, elsewhere))
    changes: tuple[Change, ...] = ()
    moved = wanted is not None and record.anchor is not None and record.anchor != wanted.item.anchor
    if wanted is not None and _may_follow(record.status, record.basis, wanted.item, moved=moved):
        changes = _created(wanted, record.generation + 1, against, _why_again(record.status, moved=moved))
    return SlotDiff(changes=changes, record=learned)


def _present(wanted: Wanted | None, state: SlotState, found: Observed, against: Against) -> SlotDiff:
    status = state.status
    if status == "taken_over" and wanted is not None and found.fingerprint == wanted.fingerprint:
        remembered = state.own_record
        # A write of ours whose answer was lost reads like this, and so does an edit that changed nothing.
        status = "taken_over" if remembered is not None and remembered.status == "taken_over" else "live"
    if status != "live":
        return _untouchable(wanted, state, found, status, against)
    if wanted is None:
        return _unwanted(state, found, against)
    if wanted.item.closed:
        return _closing(wanted, state, found, against)
    if found.fingerprint == wanted.fingerprint:
        return SlotDiff(record=_learned(state, found, "live", against, item=wanted.item))
    return _differing(wanted, state, found, against)


def _untouchable(
    wanted: Wanted | None, state: SlotState, found: Observed, status: ItemStatus, against: Against
) -> SlotDiff:
    """Ticked, declined or edited: it stays as it is. A moved call may get a new item beside it."""
    if wanted is None and status == "taken_over" and state.is_only_answered and found.component == "VTODO":
        return _answered(state, found, against)
    changes: tuple[Change, ...] = ()
    # A task that the user edited is still open: there must not be a second one for the same call.
    blocked = status == "taken_over" and _kind_of(state.slot) not in _HISTORY
    moved = wanted is not None and _has_moved(state, found, wanted.item)
    if wanted is not None and not blocked and _may_follow(status, state.basis, wanted.item, moved=moved):
        changes = _created(wanted, state.generation + 1, against, _why_again(status, moved=moved))
    return SlotDiff(changes=changes, record=_learned(state, found, status, against))


def _answered(state: SlotState, found: Observed, against: Against) -> SlotDiff:
    """It holds the user's words and nothing else that is new, and nothing asks for it any more: the task is closed. It
    stays for what it says, should the state be lost."""
    learned = _learned(state, found, "taken_over", against)
    if not _may_go(state, found, against) or against.is_anothers(found):
        return SlotDiff(record=learned)
    closing = replace(
        _deleted(state.slot, found, state.generation, msg("it is answered")),
        action="update",
        data=close_item(found.data, found.uid, found.component, against.now),
    )
    return SlotDiff(changes=(closing,), record=learned)


def _unwanted(state: SlotState, found: Observed, against: Against) -> SlotDiff:
    learned = _learned(state, found, "live", against)
    if not _may_go(state, found, against):
        return SlotDiff(record=learned)
    deletion = _deleted(state.slot, found, state.generation, msg("no longer needed"))
    return SlotDiff(changes=(deletion,), record=learned, withdraws=True)


def _may_go(state: SlotState, found: Observed, against: Against) -> bool:
    """Whether it is known that an item is not wanted any more."""
    # Where nobody knows what time it was written for, the item's own times may save it.
    about = state.anchor or found.end or found.due or found.start
    unseen = about is not None and about >= against.coverage.window[1]
    return not (
        unseen
        or against.is_frozen(found.collection)
        or _is_history(state.slot, found, against)
        or not against.may_withdraw(state.slot, found)
    )


def _closing(wanted: Wanted, state: SlotState, found: Observed, against: Against) -> SlotDiff:
    """It rings no more, so it may be changed after its alarm. An event in its place lies in the past, and stays."""
    learned = _learned(state, found, "live", against)
    if found.component != "VTODO" or wanted.item.component != "VTODO" or against.is_anothers(found):
        return SlotDiff(record=learned)
    reason = msg("its time is over")
    return SlotDiff(changes=(_updated(wanted, state, found, against, reason),), record=learned)


def _differing(wanted: Wanted, state: SlotState, found: Observed, against: Against) -> SlotDiff:
    """Ours, untouched, and not as it should be."""
    learned = _learned(state, found, "live", against)
    if found.component != wanted.item.component:
        return SlotDiff(record=learned)
    moved = _has_moved(state, found, wanted.item)
    basis, before = read_basis(wanted.item.basis), read_basis(state.basis)
    graver = basis.is_news_after(before)
    if against.is_anothers(found) and not moved and not (graver and basis.covers(before)):
        return SlotDiff(record=learned)
    rings = found.alarm_at or found.start
    if rings is None or (rings > against.now and (moved or not _would_ring_again(found, rings, wanted.item))):
        if not _is_ahead(wanted.item, against):
            return _unwanted(state, found, against) if moved else SlotDiff(record=learned)
        reason = msg("the call moved") if moved else msg("its content changed")
        return SlotDiff(changes=(_updated(wanted, state, found, against, reason),), record=learned)
    if not moved and _is_task(wanted.item):
        # An open task is brought up to date in place: it rings again only where its alarm is another one.
        reason = msg("its content changed")
        return SlotDiff(changes=(_updated(wanted, state, found, against, reason),), record=learned)
    # A reminder that has rung is not changed any more (docs/safety.md, 14): news get an item of their own, in its
    # place.
    if not (moved or graver):
        return SlotDiff(record=learned)
    reason = msg("the call moved after its alarm") if moved else msg("it became more urgent after its alarm")
    stays = against.is_frozen(found.collection) or _is_history(state.slot, found, against)
    if stays and _kind_of(state.slot) not in _HISTORY:
        # Beside a task that may not go yet there must not be a second one.
        return SlotDiff(record=learned)
    changes = _created(wanted, state.generation + 1, against, reason)
    if changes and not stays:
        changes += (_deleted(state.slot, found, state.generation, msg("replaced")),)
    return SlotDiff(changes=changes, record=learned)


def _would_ring_again(found: Observed, rings: datetime, item: Item) -> bool:
    """Whether an alarm at `rings` was seen ahead of its time, and the item as it should be has a later one."""
    seen = found.acknowledged_at
    return seen is not None and seen >= rings and item.alarm_before is not None and rings_at(item) > seen


def _is_task(item: Item) -> bool:
    """Whether it is one, or the event that stands in for one."""
    return item.component == "VTODO" or item.summary.startswith(OPEN_BOX)


def _has_moved(state: SlotState, found: Observed, item: Item) -> bool:
    """Whether the call has another time than the one that the item found was written for.

    Where neither item nor memory says which that was, only a reminder tells: it ends when its call begins. One that
    has nothing in common with the one that is wanted now was for another time; for all the rest nobody knows.
    """
    if state.anchor is not None:
        return state.anchor != item.anchor
    times = (found.start, found.end, item.end)
    if (item.kind, item.role) != ("reminder", "") or None in times:
        return False
    return found.end <= item.start or item.end <= found.start  # type: ignore[operator]  # none of them is None


def _may_follow(status: ItemStatus, basis: str, item: Item, *, moved: bool) -> bool:
    """Whether a new generation may come after an item in this state."""
    if status == "withdrawn" or moved:
        return True
    # Ticked is dealt with; what joined since is not.
    known = {rule for rule, _ in read_basis(basis).severities}
    return status == "done" and bool(known) and any(rule not in known for rule in item.rules[:1])


def _why_again(status: ItemStatus, *, moved: bool) -> Message:
    if status == "withdrawn":
        return msg("needed again")
    return msg("the call moved") if moved else msg("something graver joined")


def _is_ours_to_delete(
    slot: str, double: Observed, record: ItemRecord | None, wanted: Wanted | None, against: Against
) -> bool:
    proved = not is_edited(double, record) or (wanted is not None and double.fingerprint == wanted.fingerprint)
    return (
        proved
        and not double.done
        and not double.declined
        and not against.is_frozen(double.collection)
        and not _is_history(slot, double, against)
    )


def _is_history(slot: str, found: Observed, against: Against) -> bool:
    end = found.end or found.start
    return _kind_of(slot) in _HISTORY and end is not None and against.now - against.lookback < end <= against.now


def _is_ahead(item: Item, against: Against) -> bool:
    """Whether an item's moment is still to come: a task's is its DUE, an event's its alarm, a quiet reminder's its
    beginning. Any other event without an alarm misses none."""
    if item.due is not None:
        return item.due > against.now
    return rings_at(item) > against.now or (item.alarm_before is None and item.kind != "reminder")


def _kind_of(slot: str) -> ItemKind:
    return slot.split("/")[1]  # type: ignore[return-value]  # slots are made of kinds


def _created(wanted: Wanted | None, generation: int, against: Against, reason: Message) -> tuple[Change, ...]:
    """The creation, unless its moment has passed, or the collection may hold it without our knowing."""
    if wanted is None or not _is_ahead(wanted.item, against):
        return ()
    if against.may_hold_anything(wanted.collection.href):
        return ()
    item = wanted.item
    uid = item_uid(item.slot, generation)
    return (
        replace(
            _change(item, reason),
            uid=uid,
            collection=wanted.collection.href,
            href=resource_name(uid),
            data=render_item(item, uid=uid, generation=generation, now=against.now, author=against.author),
            generation=generation,
            fingerprint=wanted.fingerprint,
        ),
    )


def _updated(wanted: Wanted, state: SlotState, found: Observed, against: Against, reason: Message) -> Change:
    return replace(
        _change(wanted.item, reason),
        action="update",
        uid=found.uid,
        collection=found.collection,
        href=found.href,
        etag=found.etag,
        data=render_item(
            wanted.item,
            uid=found.uid,
            generation=state.generation,
            now=against.now,
            base=found.data,
            author=against.author,
        ),
        generation=state.generation,
        fingerprint=wanted.fingerprint,
    )


def _change(item: Item, reason: Message) -> Change:
    return Change(
        action="create",
        component=item.component,
        kind=item.kind,
        slot=item.slot,
        uid="",
        collection="",
        href="",
        etag=None,
        data=None,
        item=item,
        appointment_uid=item.appointment_uid,
        recurrence_id=item.recurrence_id,
        about=item.about,
        rules=item.rules,
        summary=item.summary,
        start=item.start,
        due=item.due,
        reason=reason,
    )


def _deleted(slot: str, found: Observed, generation: int, reason: Message) -> Change:
    return Change(
        action="delete",
        component=found.component,
        kind=found.kind or _kind_of(slot),
        slot=slot,
        uid=found.uid,
        collection=found.collection,
        href=found.href,
        etag=found.etag,
        data=None,
        item=None,
        generation=generation,
        fingerprint=found.fingerprint,
        summary=found.summary,
        start=found.start,
        due=found.due,
        about=found.about,
        reason=reason,
    )


def _learned(
    state: SlotState, found: Observed, status: ItemStatus, against: Against, *, item: Item | None = None
) -> ItemRecord | None:
    """The record of what was found, where it says something new. An ETag alone is no news."""
    remembered = state.own_record
    written = remembered.fingerprint if remembered else found.written_fingerprint
    anchor = item.anchor if item else state.anchor
    record = ItemRecord(
        slot=state.slot,
        uid=found.uid,
        generation=state.generation,
        collection=found.collection,
        href=found.href,
        etag=found.etag,
        fingerprint=found.fingerprint if status == "live" else written or found.fingerprint,
        status=status,
        anchor=anchor,
        recorded_at=against.now,
        done_at=found.done_at if status == "done" else None,
        basis=state.basis,
    )
    if remembered is not None:
        if anchor is None:
            record = replace(record, anchor=remembered.anchor)
        if replace(remembered, etag=record.etag, recorded_at=record.recorded_at) == record:
            return None
    return record
