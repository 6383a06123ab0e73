"""What of ours stands in each slot now: the items found, matched with what is remembered of them. Pure.

`plan` looks here for what it said before, `diff` for what has to change. Nothing is decided but which of several
items in one slot counts, and in what state it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from termintreu.judging.blindness import TroubleKind
from termintreu.model import ItemKind, ItemRecord, ItemStatus, Observed, slot_of
from termintreu.model.marks import item_uid

_SLOTS_OF_A_CALL: tuple[tuple[ItemKind, str], ...] = (
    ("reminder", ""),
    ("reminder", "eve"),
    ("reminder", "buffer"),
    ("warning", ""),
    ("outcome", ""),
    ("recovery", ""),
    ("recovery", "late"),
    ("retry", ""),
    ("retry", "10"),
    ("retry", "30"),
    ("amends", ""),
    ("amends", "talk"),
    ("check", ""),
    ("weekly", ""),
    *(("blind", kind) for kind in get_args(TroubleKind)),
)
_GENERATIONS = 4
"""How many generations are tried where a server dropped the mark and our memory is lost as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotState:
    """One slot."""

    slot: str
    found: Observed | None
    """The item that counts; None where it is gone."""
    record: ItemRecord | None
    """What is remembered of the slot, be it of this item or of one before it."""
    generation: int
    """Of the item found, or the one remembered."""
    doubles: tuple[Observed, ...] = ()
    """Further items in the slot: left over, or written twice."""

    @property
    def own_record(self) -> ItemRecord | None:
        """What is remembered of the very item that was found."""
        return self.record if self.found and self.record and self.record.uid == self.found.uid else None

    @property
    def status(self) -> ItemStatus:
        """The state of the item found. A tick counts for more than an edit; an edit stays one for ever."""
        if self.found is None:
            return self.record.status if self.record else "withdrawn"
        if self.found.done:
            return "done"
        if self.found.declined:
            return "declined"
        remembered = self.own_record
        if (remembered is not None and remembered.status == "taken_over") or is_edited(self.found, remembered):
            return "taken_over"
        return "live"

    @property
    def anchor(self) -> datetime | None:
        """UTC start of the call the item was written for; None where neither item nor memory says."""
        if self.found is not None and self.found.anchor is not None:
            return self.found.anchor
        return self.record.anchor if self.record and (self.found is None or self.own_record) else None

    @property
    def basis(self) -> str:
        """What it rests on, "" where that is lost."""
        if self.found is not None and self.found.basis:
            return self.found.basis
        return self.record.basis if self.record and (self.found is None or self.own_record) else ""

    @property
    def is_only_answered(self) -> bool:
        """Whether all that the user changed is that hashtags of ours were added: no edit, whatever it was taken for."""
        if self.found is None:
            return False
        record = self.own_record
        return bool(self.found.without_words & {record.fingerprint if record else None, self.found.written_fingerprint})

    def live(self, anchor: datetime) -> Observed | None:
        """The item found, if it is ours to change and was made for a call at `anchor`."""
        return self.found if self.status == "live" and self.anchor == anchor else None


def is_edited(found: Observed, record: ItemRecord | None) -> bool:
    """Whether the user changed a managed field: it is neither what we remember nor what the item says we wrote.

    Where both are lost it counts as edited: an item whose writing cannot be proved is not changed.
    """
    written = {record.fingerprint if record else None, found.written_fingerprint}
    return found.fingerprint not in written


def slot_states(
    observed: Iterable[Observed], remembered: Mapping[str, ItemRecord], call_keys: Iterable[str] = ()
) -> dict[str, SlotState]:
    """Every slot in which something is found or remembered.

    Args:
        observed: all our items, of all our collections.
        remembered: the newest generation of each slot.
        call_keys: of the calls (and weeks) there are: they name items whose mark a server dropped.
    """
    found = list(observed)
    places = _places(found, remembered, call_keys)
    by_slot: dict[str, list[tuple[int, Observed]]] = {}
    for item in found:
        if item.uid in places:
            slot, generation = places[item.uid]
            by_slot.setdefault(slot, []).append((generation, item))
    return {
        slot: _slot_state(slot, by_slot.get(slot, []), remembered.get(slot))
        for slot in sorted(by_slot.keys() | remembered.keys())
    }


def _slot_state(slot: str, items: list[tuple[int, Observed]], record: ItemRecord | None) -> SlotState:
    """The newest item counts, since an older one was replaced; of two copies the one remembered, or the user's."""
    ranked = sorted(
        items,
        key=lambda entry: (
            -entry[0],
            not (entry[1].done or entry[1].declined or is_edited(entry[1], record)),
            record is None or entry[1].href != record.href,
            entry[1].href,
        ),
    )
    if ranked and (record is None or record.uid == ranked[0][1].uid or ranked[0][0] > record.generation):
        generation, counted = ranked.pop(0)
    else:
        generation, counted = (record.generation if record else 0), None
    return SlotState(
        slot=slot,
        found=counted,
        record=record,
        generation=generation,
        doubles=tuple(item for _, item in ranked),
    )


def _places(
    found: list[Observed], remembered: Mapping[str, ItemRecord], call_keys: Iterable[str]
) -> dict[str, tuple[str, int]]:
    """UID to slot and generation, by the item's own mark, by memory, or by trying what we could have written."""
    places = {record.uid: (record.slot, record.generation) for record in remembered.values()}
    lost = set()
    for item in found:
        if item.call_key is not None and item.kind is not None:
            places[item.uid] = (slot_of(item.call_key, item.kind, item.role), item.generation)
        elif item.uid not in places:
            lost.add(item.uid)
    if lost:
        for key in call_keys:
            for kind, role in _SLOTS_OF_A_CALL:
                slot = slot_of(key, kind, role)
                for generation in range(_GENERATIONS):
                    uid = item_uid(slot, generation)
                    if uid in lost:
                        places[uid] = (slot, generation)
    return places
