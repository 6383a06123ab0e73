"""Random edits by user, source and server between cycles, and faults in every write. Then: a second cycle is empty,
nothing foreign is touched, nothing is lost, doubled or brought back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from termintreu.model import Call, Finding, Item, Observed, Severity
from termintreu.model.basis import FreeTime
from termintreu.planning import plan
from tests.stateful.examples import examples
from tests.stateful.model_server import Cycle, ModelServer
from tests.unit.planning.making import COLLECTIONS, NOW, a_call, a_finding, a_planning

FOREIGN = {
    "/dav/termintreu/party.ics": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:party\r\nCATEGORIES:termintreu\r\n"
    b"DTSTART:20261007T120000Z\r\nSUMMARY:Party\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "/dav/aufgaben/milk.ics": b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:milk\r\nX-TERMINTREU-ID:1;warning;"
    b"0000000000000000;0\r\nSUMMARY:Milk\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
    "/dav/termintreu/broken.ics": b"termintreu-\xff",
}
SEVERITIES = st.sampled_from([Severity.INFO, Severity.ADVICE, Severity.WARNING, Severity.CRITICAL])
MINUTES = st.sampled_from([1, 7, 15, 45, 180, 720, 1440, 2880, 7200])


def mangled(data: bytes) -> bytes:
    """As servers give back what they were given."""
    return data.replace(b"CLASS:PRIVATE", b"CLASS:PUBLIC").replace(b"TRIGGER:-PT1M", b"UID:a\r\nTRIGGER:-PT60S")


@dataclass(slots=True)
class Appointment:
    """A call in the source, and what the rules would find."""

    call: Call
    findings: dict[str, Severity] = field(default_factory=dict)


class Reconciler(RuleBasedStateMachine):
    """The end of the pipeline, `plan` to `remember`, on a model of a server."""

    @initialize(mangles=st.booleans(), remembers_deleted=st.booleans(), severity=SEVERITIES)
    def start(self, mangles: bool, remembers_deleted: bool, severity: Severity) -> None:
        self.server = ModelServer(remembers_deleted=remembers_deleted)
        if mangles:
            self.server.rewrite = mangled
        for href, data in FOREIGN.items():
            self.server.resources[href] = ('"foreign"', data)
        self.cycle = Cycle(server=self.server)
        self.now = NOW
        self.book: dict[str, Appointment] = {}
        self.number = 0
        self.untouchable: dict[str, bytes] = {}
        self.deleted: set[tuple[str, datetime]] = set()
        self.taken_slots: set[FreeTime] = set()
        for hours in (3, 30, 80):
            self.a_call_is_agreed(hours, hours == 80, 0)
            self.a_rule_finds_something(-1, "conflict", severity)
        self.cycle.run(self.desired(), self.now)

    def one(self, which: int) -> Appointment:
        """One of the calls there are."""
        return list(self.book.values())[which % len(self.book)]

    @rule(hours=st.integers(0, 300), critical=st.booleans(), minutes=st.integers(0, 59))
    def a_call_is_agreed(self, hours: int, critical: bool, minutes: int) -> None:
        self.number += 1
        uid = f"call-{self.number}@example.com"
        start = self.now.replace(second=0) + timedelta(hours=hours, minutes=minutes)
        self.book[uid] = Appointment(call=a_call(start, uid=uid, critical=critical))

    @precondition(lambda self: self.book)
    @rule(which=st.integers(0, 9), hours=st.integers(-48, 48))
    def a_call_moves(self, which: int, hours: int) -> None:
        one = self.one(which)
        start = one.call.start + timedelta(hours=hours)
        occurrence = replace(one.call.occurrence, start=start, end=start + timedelta(minutes=30))
        one.call = replace(one.call, occurrence=occurrence)
        # A moved call is a new promise, even where it moves back again.
        self.deleted = {(slot, anchor) for slot, anchor in self.deleted if not slot.startswith(one.call.key)}

    @precondition(lambda self: self.book)
    @rule(which=st.integers(0, 9))
    def a_call_is_cancelled(self, which: int) -> None:
        del self.book[self.one(which).call.occurrence.uid]

    @precondition(lambda self: self.book)
    @rule(which=st.integers(-9, 9), name=st.sampled_from(["conflict", "unconfirmed", "no_buffer"]), severity=SEVERITIES)
    def a_rule_finds_something(self, which: int, name: str, severity: Severity) -> None:
        self.one(which).findings[name] = severity

    @precondition(lambda self: self.book)
    @rule(which=st.integers(0, 9))
    def all_is_settled(self, which: int) -> None:
        self.one(which).findings.clear()

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(days=st.integers(0, 5))
    def an_offered_time_is_taken(self, days: int) -> None:
        self.taken_slots.add(self.slot(days))

    @precondition(lambda self: self.server.observed())
    @rule(which=st.integers(0, 50), noticed=st.booleans())
    def the_user_deletes(self, which: int, noticed: bool) -> None:
        item = self.item(which)
        self.server.remove(item.href)
        self.untouchable.pop(item.href, None)
        slot = f"{item.call_key}/{item.kind}/{item.role}"
        record = self.cycle.memory.get(slot)
        # Only what is remembered can be missed. Where a move was written and the memory of it lost, the reminder comes
        # back once: better than a moved call without one.
        if record is not None and (record.uid, record.status, record.anchor) == (item.uid, "live", item.anchor):
            self.deleted.add((slot, record.anchor))
        self.look(noticed)

    def look(self, noticed: bool) -> None:
        """The cycle comes before anything else happens, or it does not."""
        if noticed:
            self.cycle.run(self.desired(), self.now)

    @precondition(lambda self: self.server.observed())
    @rule(which=st.integers(0, 50), noticed=st.booleans())
    def the_user_edits(self, which: int, noticed: bool) -> None:
        self.change(self.item(which), b"SUMMARY:", b"SUMMARY:! ")
        self.look(noticed)

    @precondition(lambda self: self.server.observed())
    @rule(which=st.integers(0, 50), noticed=st.booleans())
    def the_user_ticks(self, which: int, noticed: bool) -> None:
        self.change(self.item(which), b"PERCENT-COMPLETE:0", b"PERCENT-COMPLETE:100")
        self.look(noticed)

    def item(self, which: int) -> Observed:
        """One of our items as it stands."""
        items = self.server.observed()
        return items[which % len(items)]

    def change(self, item: Observed, before: bytes, after: bytes) -> None:
        """What an app stores when its user changes something."""
        data = self.server.resources[item.href][1]
        if before in data:
            self.server.put(item.href, data.replace(before, after))
            self.untouchable[item.href] = self.server.resources[item.href][1]

    @rule()
    def the_state_is_lost(self) -> None:
        self.cycle.memory.clear()
        self.deleted.clear()

    @rule(unlucky=st.sets(st.integers(0, 6)), unsent=st.booleans())
    def a_cycle_with_lost_answers(self, unlucky: set[int], unsent: bool) -> None:
        if unsent:
            self.cycle.run(self.desired(), self.now, unsent=unlucky.__contains__)
        else:
            self.cycle.run(self.desired(), self.now, lost=unlucky.__contains__)

    @rule(after=st.integers(0, 6))
    def a_cycle_that_dies(self, after: int) -> None:
        self.cycle.run(self.desired(), self.now, crash_after=after)

    @rule(which=st.integers(0, 20))
    def a_cycle_that_sees_half(self, which: int) -> None:
        hrefs = sorted(item.href for item in self.server.observed())
        hidden = frozenset(hrefs[which % len(hrefs) :][:2]) if hrefs else frozenset[str]()
        frozen = frozenset(collection.href for collection in COLLECTIONS.values())
        if self.cycle.memory:
            self.cycle.run(self.desired(hidden), self.now, frozen=frozen, hidden=hidden)

    @rule()
    def cycles_without_faults(self) -> None:
        for _ in range(4):
            difference = self.cycle.run(self.desired(), self.now)
            if not difference.changes and not difference.braked:
                break
        last = self.cycle.run(self.desired(), self.now)
        assert last.changes == ()
        assert last.records == ()
        assert last.held_back == ()
        self.nothing_is_doubled()
        self.nothing_is_lost()

    @invariant()
    def nothing_foreign_is_touched(self) -> None:
        for href, data in FOREIGN.items():
            assert self.server.resources[href] == ('"foreign"', data)

    @invariant()
    def what_the_user_did_stands(self) -> None:
        for href, data in self.untouchable.items():
            assert data == self.server.resources[href][1]

    @invariant()
    def what_the_user_deleted_is_gone(self) -> None:
        there = {
            (f"{item.call_key}/{item.kind}/{item.role}", item.anchor)
            for item in self.server.observed()
            if item.href not in self.untouchable
        }
        assert not there & self.deleted

    @invariant()
    def no_call_has_two_open_warnings(self) -> None:
        """Not even where a cycle died half way."""
        keys = [item.call_key for item in self.server.observed() if item.kind == "warning" and not item.done]
        assert len(keys) == len(set(keys))

    def nothing_is_doubled(self) -> None:
        open_items = [
            item
            for item in self.server.observed()
            if item.href not in self.untouchable and not (item.end and item.end <= self.now)
        ]
        slots = [(item.call_key, item.kind, item.role) for item in open_items]
        assert len(slots) == len(set(slots))
        for call_key in {item.call_key for item in open_items}:
            mine = [item for item in self.server.observed() if item.call_key == call_key]
            assert sum(item.kind == "warning" and not item.done for item in mine) <= 1

    def nothing_is_lost(self) -> None:
        ours = self.server.observed()
        for one in self.book.values():
            if one.call.start - timedelta(minutes=11) <= self.now:
                continue
            slot = f"{one.call.key}/reminder/"
            here = [item for item in ours if (item.call_key, item.kind, item.role) == (one.call.key, "reminder", "")]
            by_user = any(item.href in self.untouchable for item in here)
            dismissed = slot in self.cycle.memory and self.cycle.memory[slot].status == "dismissed"
            right = [item for item in here if item.end == one.call.start and item.anchor == one.call.start]
            assert right or by_user or dismissed

    def desired(self, hidden: frozenset[str] = frozenset()) -> tuple[Item, ...]:
        calls = sorted((one.call for one in self.book.values()), key=lambda call: (call.start, call.key))
        planning = a_planning(
            self.now,
            findings={one.call.key: self.found(one) for one in self.book.values()},
            observed=[item for item in self.server.observed() if item.href not in hidden],
            remembered=self.cycle.memory,
            free_times_for=lambda _: self.offers(),
            is_still_free=lambda _, slot: slot not in self.taken_slots and slot[0] > self.now,
        )
        return plan(calls, planning)

    def found(self, one: Appointment) -> Sequence[Finding]:
        """Findings whose deadlines move with the clock, as those of some rules do."""
        return sorted(
            (
                a_finding(
                    name,
                    severity,
                    settle_by=min(self.now + timedelta(hours=4), max(self.now, one.call.start)),
                    offers_times=name == "conflict",
                    at=one.call.start - timedelta(minutes=15) if name == "no_buffer" else None,
                )
                for name, severity in one.findings.items()
            ),
            key=lambda finding: (-finding.severity, finding.rule),
        )

    def offers(self) -> tuple[FreeTime, ...]:
        return tuple(
            slot
            for slot in (self.slot(days) for days in range(30))
            if slot[0] > self.now and slot not in self.taken_slots
        )[:3]

    def slot(self, days: int) -> FreeTime:
        start = NOW + timedelta(days=days, hours=2)
        return start, start + timedelta(minutes=30)


Reconciler.TestCase.settings = examples(50, steps=20)
TestReconciler = Reconciler.TestCase
