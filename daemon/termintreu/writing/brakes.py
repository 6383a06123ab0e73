"""What is held back of a change set: mass deletions, floods, and writes where we may not write. Pure.

A brake is for the day on which everything looks gone, caps for the day on which everything looks new; each says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from termintreu.config.schema import LimitsConfig
from termintreu.model import Change, Collection, Message, Observed, call_key_of, msg

_HANDFUL = 5
"""So many deletions are never suspicious."""
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The bounds of one change set."""

    now: datetime
    limits: LimitsConfig
    created_today: Mapping[str, int] = field(default_factory=dict)
    """By source."""
    agreed: frozenset[str] = frozenset()
    """UIDs that an earlier cycle wanted to delete as well."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Call key to source; what belongs to no source counts together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The changes of one slot: all of them, or none."""

    changes: tuple[Change, ...]
    withdraws: bool = False
    """True when the slot is empty afterwards."""

    @property
    def creation(self) -> Change | None:
        """The new item among them."""
        return next((change for change in self.changes if change.action == "create"), None)


Held = tuple[tuple[Proposal, ...], tuple[Message, ...], frozenset[str]]


def held_to_policy(
    proposals: Sequence[Proposal], found: Iterable[Observed], policy: Policy, collections: Iterable[Collection]
) -> Held:
    """What may be written, why the rest may not, and the UIDs that the brake saved."""
    writable, read_only = _writable(proposals, collections)
    safe, brake, braked = _braked(writable, found, policy)
    kept, caps = _capped(safe, policy)
    return tuple(kept), (*read_only, *brake, *caps), braked


def _writable(proposals: Sequence[Proposal], collections: Iterable[Collection]) -> tuple[list[Proposal], list[Message]]:
    closed = {collection.href: collection.name for collection in collections if not collection.writable}
    waiting: Counter[str] = Counter()
    kept = []
    for proposal in proposals:
        changes = tuple(
            change
            for change in proposal.changes
            # Without an ETag nothing is written on a condition (docs/safety.md, 15): the next listing may bring one.
            if change.collection not in closed and (change.action == "create" or change.etag is not None)
        )
        waiting.update(change.collection for change in proposal.changes if change.collection in closed)
        if changes:
            kept.append(replace(proposal, changes=changes))
    return kept, [
        msg(
            "“{name}” may be read, not written: {count:change waits|changes wait}.",
            name=closed[href],
            count=count,
        )
        for href, count in sorted(waiting.items())
    ]


def _braked(
    proposals: Sequence[Proposal], found: Iterable[Observed], policy: Policy
) -> tuple[list[Proposal], list[Message], frozenset[str]]:
    """More than half of what is to come may not go at once, unless a second cycle agrees.

    Only items for calls ahead count: cleaning up after a long pause is no accident. What an earlier cycle wanted to
    delete as well goes now; what joined since is looked at for itself.
    """
    upcoming = {item.href for item in found if (item.anchor or item.start or policy.now) > policy.now}
    lost = [
        proposal
        for proposal in proposals
        if proposal.withdraws and any(change.href in upcoming for change in proposal.changes)
    ]
    agreed = [proposal for proposal in lost if all(change.uid in policy.agreed for change in proposal.changes)]
    stays = len(upcoming) - len(agreed)
    lost = [proposal for proposal in lost if proposal not in agreed]
    if len(lost) <= _HANDFUL or len(lost) * 2 <= stays:
        return list(proposals), [], frozenset()
    uids = frozenset(change.uid for proposal in lost for change in proposal.changes)
    reason = msg(
        "This would remove {count} of {total} upcoming items, so nothing is removed yet.",
        count=len(lost),
        total=stays,
    )
    return [proposal for proposal in proposals if proposal not in lost], [reason], uids


def _capped(proposals: Sequence[Proposal], policy: Policy) -> tuple[list[Proposal], list[Message]]:
    """The soonest new items, as many as the caps allow. What replaces an item counts as new.

    Each source has caps of its own: one that floods the program takes nothing from the others.
    """
    limits = policy.limits
    of_contact: Counter[str] = Counter()
    created: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    kept = [proposal for proposal in proposals if proposal.creation is None]
    for proposal in sorted((one for one in proposals if one.creation is not None), key=_soonest):
        contact = _contact(proposal)
        source = policy.sources.get(call_key_of(proposal.changes[0].slot), "")
        if policy.created_today.get(source, 0) + created[source] >= limits.new_items_per_day:
            waiting["day"] += 1
        elif created[source] >= limits.new_items_per_cycle:
            waiting["cycle"] += 1
        elif contact is not None and of_contact[contact] >= limits.new_items_per_contact:
            waiting["contact"] += 1
        else:
            created[source] += 1
            of_contact.update([contact] if contact else [])
            kept.append(proposal)
    return kept, _cap_messages(waiting, limits)


def _cap_messages(waiting: Counter[str], limits: LimitsConfig) -> list[Message]:
    found = []
    if waiting["cycle"]:
        found.append(
            msg(
                "{count:new item waits|new items wait}: at most {limit} are written in one cycle.",
                count=waiting["cycle"],
                limit=limits.new_items_per_cycle,
            )
        )
    if waiting["day"]:
        found.append(
            msg(
                "{count:new item waits|new items wait}: at most {limit} are written in a day.",
                count=waiting["day"],
                limit=limits.new_items_per_day,
            )
        )
    if waiting["contact"]:
        found.append(
            msg(
                "{count:new item waits|new items wait}: at most {limit} are written for one contact.",
                count=waiting["contact"],
                limit=limits.new_items_per_contact,
            )
        )
    return found


def _soonest(proposal: Proposal) -> tuple[datetime, str]:
    creation = proposal.creation
    return (creation.start or _LAST, creation.slot) if creation else (_LAST, "")


def _contact(proposal: Proposal) -> str | None:
    creation = proposal.creation
    return creation.item.contact_key if creation and creation.item else None
