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
from datetime import UTC, datetime, timedelta

from termintreu.config.schema import LimitsConfig
from termintreu.model import Change, Collection, Item, ItemRecord, ItemStatus, Message, Observed, call_key_of, msg
from termintreu.model.marks import resource_name
from termintreu.planning.items.render import as_event, managed_of
from termintreu.planning.items.slot_state import slot_states
from termintreu.writing.brakes import Policy, Proposal, held_to_policy
from termintreu.writing.slot_diff import Against, SlotDiff, Wanted, compare

_LAST = datetime.max.replace(tzinfo=UTC)
_NONE: Mapping[str, int] = {}
_NOWHERE: Mapping[str, str] = {}


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


def diff(
    desired: Sequence[Item],
    observed: Iterable[Observed],
    remembered: Mapping[str, ItemRecord],
    *,
    now: datetime,
    collections: Mapping[str, Collection],
    frozen: frozenset[str] = frozenset(),
    limits: LimitsConfig | None = None,
    created_today: Mapping[str, int] = _NONE,
    lookback: timedelta = timedelta(days=7),
    agreed: frozenset[str] = frozenset(),
    until: datetime | None = None,
    spared: frozenset[str] = frozenset(),
    sources: Mapping[str, str] = _NOWHERE,
    author: str = "",
    gone: frozenset[str] = frozenset(),
    seen: frozenset[str] | None = None,
) -> Diff:
    """The changes that bring our collections to what is desired.

    Args:
        desired: one item a slot.
        observed: everything of ours that stands in our collections now.
        remembered: the newest generation of each slot.
        now: UTC.
        collections: of our own: "reminders" for events, "tasks" for tasks and what stands in for them. One that does
            not exist yet has its name for an href.
        frozen: hrefs of those whose listing is incomplete: nothing follows from absence there.
        limits: caps on new items.
        created_today: items created in the last 24 hours, by source.
        lookback: how long past reminders stay as history.
        agreed: UIDs that an earlier cycle wanted to delete as well, before the brake stopped it (`Diff.braked`).
        until: UTC; calls that begin then or later were not looked at, and nothing of theirs is withdrawn.
        spared: keys of further calls that were not looked at: nothing of theirs is touched.
        sources: call key to the source that it stands in: each source has caps of its own.
        author: this installation (`identity.installation`).
        gone: keys of calls that were seen to be deleted or called off.
        seen: keys of calls of which enough is known, where not every calendar could be read; None: they all were.
    """
    found = list(observed)
    against = Against(
        now=now,
        collections=collections,
        frozen=frozen,
        lookback=lookback,
        blind=not remembered,
        until=until,
        author=author,
        gone=gone,
        seen=seen,
    )
    wanted = {item.slot: _wanted(item, collections) for item in desired}
    standing = slot_states(found, remembered, {item.call_key for item in desired})
    verdicts = [
        compare(slot, wanted.get(slot), standing.get(slot), against)
        for slot in sorted({*wanted, *standing})
        if call_key_of(slot) not in spared
    ]
    kept, held_back, braked = held_to_policy(
        [_proposal(verdict) for verdict in verdicts if verdict.changes],
        found,
        Policy(
            now=now,
            limits=limits or LimitsConfig(),
            created_today=created_today,
            agreed=agreed,
            sources=sources,
        ),
        collections.values(),
    )
    return Diff(
        changes=_in_order([change for proposal in kept for change in proposal.changes]),
        records=tuple(verdict.record for verdict in verdicts if verdict.record is not None),
        held_back=held_back,
        braked=braked,
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
    waiting = {change.slot for change in difference.changes if change.collection in unread}
    return replace(
        difference,
        changes=tuple(change for change in difference.changes if change.slot not in waiting),
        held_back=(
            *difference.held_back,
            *(msg("Nothing is written into this calendar of ours now: {why:text}", why=why) for why in unread.values()),
        ),
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
            records[change.slot] = _record(change, "live", now)
        elif change.action == "create" and change.result in {"conflict", "refused"}:
            records[change.slot] = _record(change, "withdrawn", now)
    return _changed(records, remembered)


def _wanted(item: Item, collections: Mapping[str, Collection]) -> Wanted:
    collection = collections["reminders" if item.component == "VEVENT" else "tasks"]
    fitted = item if item.component in collection.components else as_event(item)
    return Wanted(item=fitted, collection=collection, fingerprint=managed_of(fitted).fingerprint())


def _proposal(verdict: SlotDiff) -> Proposal:
    return Proposal(changes=verdict.changes, withdraws=verdict.withdraws)


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
