"""The three-way comparison: what is wanted, what is found, what was last written. Pure.

    wanted  found   last written
    yes     no      nothing          create
    yes     no      live             the user deleted it: dismissed, and away for good unless the call moves
    yes     yes     the same         update where it differs, before its alarm
    yes     yes     something else   the user edited it: theirs from now on
    no      yes     the same         withdraw, unless it is history
    any     ticked  any              leave it, remember it

Then policy: an incomplete listing proves no absence, a brake stops mass deletions, caps stop floods. What carries no
mark of ours never gets here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from termintreu.model import Change, Collection, Item, ItemRecord, ItemStatus, Message, Observed, call_key_of, msg
from termintreu.model.kept import Kept
from termintreu.model.marks import resource_name
from termintreu.planning.items.render import as_event, managed_of
from termintreu.planning.items.slot_state import SlotState
from termintreu.writing.brakes import Policy, Proposal, held_to_policy
from termintreu.writing.slot_diff import Against, SlotDiff, Wanted, compare

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What to write, and what to remember even if nothing is written."""

    changes: tuple[Change, ...] = ()
    """Updates and creations by time, a creation right after the deletion of what it replaces; other deletions last."""
    records: tuple[ItemRecord, ...] = ()
    """What was learned by looking: adopted, dismissed, taken over, done. Only what differs from memory."""
    held_back: tuple[Message, ...] = ()
    """Why wanted changes are not made now."""
    braked: frozenset[str] = frozenset()
    """UIDs of the items that the brake saved from deletion."""
    open: frozenset[str] = frozenset()
    """Slots in which something is to change, held back or not, or was learned."""


def diff(
    desired: Sequence[Item],
    observed: Iterable[Observed],
    states: Mapping[str, SlotState],
    *,
    against: Against,
    policy: Policy,
    kept: Kept[Wanted] | None = None,
) -> Diff:
    """The changes that bring our collections to what is desired.

    Args:
        desired: one item a slot.
        observed: everything of ours that stands in our collections now.
        states: of the slots in which something stands, or is remembered (`slot_states`).
        against: what was read, and where items go.
        policy: what is held back.
        kept: items as their collections held them before.
    """
    kept = Kept() if kept is None else kept
    wanted = {item.slot: _wanted(item, against.collections, kept) for item in desired}
    found = [
        compare(slot, wanted.get(slot), states.get(slot), against)
        for slot in sorted({*wanted, *states})
        if call_key_of(slot) not in against.coverage.unread
    ]
    proposals = [_proposal(one) for one in found if one.changes]
    granted, held_back, braked = held_to_policy(proposals, observed, policy, against.collections.values())
    return Diff(
        changes=_in_order([change for proposal in granted for change in proposal.changes]),
        records=tuple(one.record for one in found if one.record is not None),
        held_back=held_back,
        braked=braked,
        open=frozenset(
            [
                *(change.slot for proposal in proposals for change in proposal.changes),
                *(one.record.slot for one in found if one.record is not None),
            ]
        ),
    )


def without(difference: Diff, unread: Mapping[str, str]) -> Diff:
    """The difference without what concerns collections that could not be read: it waits, and that is said.

    What replaces an item in another collection waits with it: no call ever has two.

    Args:
        difference: as `diff` has it.
        unread: hrefs of collections of our own, with why.
    """
    if not unread:
        return difference
    why = [
        msg("Nothing is written into this calendar of ours now: {why:error}", why=reason) for reason in unread.values()
    ]
    waiting = {change.slot for change in difference.changes if change.collection in unread}
    return replace(
        difference,
        changes=tuple(change for change in difference.changes if change.slot not in waiting),
        held_back=(*difference.held_back, *why),
    )


def before_write(difference: Diff, remembered: Mapping[str, ItemRecord], now: datetime) -> tuple[ItemRecord, ...]:
    """What to remember before anything is written: what was learned, and that deletions are ours.

    Remembered in time, a deletion whose answer is lost (or a crash right after it) is never taken for the user's.
    """
    records = _learned(difference, remembered)
    for change in difference.changes:
        if change.action == "delete":
            _forget(records, change, now)
    return _changed(records, remembered)


def after_write(
    difference: Diff, written: Iterable[Change], remembered: Mapping[str, ItemRecord], now: datetime
) -> tuple[ItemRecord, ...]:
    """What to remember once the changes have their results.

    A creation whose answer was lost leaves no record: what is found next time under its UID is adopted. One that the
    server refused, or that met something else in its place, uses its UID up: the next try has another one.
    """
    records = _learned(difference, remembered)
    for change in written:
        if change.action == "delete":
            if change.result in {"applied", "retry_later"}:
                _forget(records, change, now)
        elif change.result == "applied":
            closed = change.item is None
            records[change.slot] = _closed(records, change, now) if closed else _record(change, "live", now)
        elif change.action == "create" and change.result in {"conflict", "refused"}:
            records[change.slot] = _record(change, "withdrawn", now)
    return _changed(records, remembered)


def _wanted(item: Item, collections: Mapping[str, Collection], kept: Kept[Wanted]) -> Wanted:
    collection = collections["reminders" if item.component == "VEVENT" else "tasks"]
    return kept(item.slot, (item, collection), partial(_fitted, item, collection))


def _fitted(item: Item, collection: Collection) -> Wanted:
    fitted = item if item.component in collection.components else as_event(item)
    return Wanted(item=fitted, collection=collection, fingerprint=managed_of(fitted).fingerprint())


def _proposal(found: SlotDiff) -> Proposal:
    return Proposal(changes=found.changes, withdraws=found.withdraws)


def _in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The order in which to write. What is replaced goes before its successor comes: no call ever has two warnings, not
    for a moment. What dies in between is created by the next cycle, since the deletion is remembered as ours."""
    created = {change.slot: change for change in changes if change.action == "create"}

    def place(change: Change) -> tuple[bool, datetime, str, bool, str]:
        leads = created.get(change.slot, change)
        last = leads.action == "delete"
        return last, leads.start or leads.due or _LAST, leads.uid, change.action == "create", change.uid

    return tuple(sorted(changes, key=place))


def _learned(difference: Diff, remembered: Mapping[str, ItemRecord]) -> dict[str, ItemRecord]:
    return {**remembered, **{record.slot: record for record in difference.records}}


def _changed(records: Mapping[str, ItemRecord], remembered: Mapping[str, ItemRecord]) -> tuple[ItemRecord, ...]:
    return tuple(record for slot, record in records.items() if remembered.get(slot) != record)


def _forget(records: dict[str, ItemRecord], change: Change, now: datetime) -> None:
    """Remember a deletion of ours, unless the slot is about another item: a newer generation, or the other copy."""
    record = records.get(change.slot)
    if record is None:
        records[change.slot] = _record(change, "withdrawn", now)
    elif (record.uid, record.href) == (change.uid, change.href):
        records[change.slot] = replace(record, status="withdrawn", recorded_at=now)


def _closed(records: Mapping[str, ItemRecord], change: Change, now: datetime) -> ItemRecord:
    """A task that was closed as it stood: what is remembered of it stays."""
    return replace(
        records.get(change.slot) or _record(change, "declined", now),
        status="declined",
        etag=change.new_etag,
        recorded_at=now,
    )


def _record(change: Change, status: ItemStatus, now: datetime) -> ItemRecord:
    name = change.href if change.action != "create" else f"{change.collection}{resource_name(change.uid)}"
    return ItemRecord(
        slot=change.slot,
        uid=change.uid,
        generation=change.generation,
        collection=change.collection,
        href=change.new_href or name,
        etag=change.new_etag,
        fingerprint=change.fingerprint,
        status=status,
        anchor=change.item.anchor if change.item else None,
        recorded_at=now,
        basis=change.item.basis if change.item else "",
    )
