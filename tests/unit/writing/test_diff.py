"""Wanted, found, last written: what follows from each, and what is held back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from termintreu.config.schema import LimitsConfig
from termintreu.model import Collection, Item, ItemRecord, Observed, msg, slot_of
from termintreu.model.basis import basis_of
from termintreu.model.marks import item_uid
from termintreu.writing.diff import Diff
from tests.comparing import diff
from tests.stateful.model_server import Cycle, ModelServer
from tests.unit.planning.making import COLLECTIONS, NOW, REMINDERS, TASKS, S, a_finding

REMINDER = Item(
    kind="reminder",
    component="VEVENT",
    call_key="5d2c0b7e9b1f7a3c",
    appointment_uid="call-1@example.com",
    summary="☎ 14:30 Erika Muster",
    description="Telefonat",
    location="+49 30 901820",
    start=S - timedelta(minutes=10),
    end=S,
    anchor=S,
    contact_key="erika@muster.example",
)
WARNING = Item(
    kind="warning",
    component="VTODO",
    call_key="5d2c0b7e9b1f7a3c",
    summary="⚠ Erika Muster",
    description="• Nicht bestätigt.",
    start=S - timedelta(hours=28),
    due=S - timedelta(hours=24),
    priority=3,
    rules=("unconfirmed",),
    anchor=S,
    contact_key="erika@muster.example",
    basis=str(basis_of([a_finding()])),
)
LATER = S + timedelta(days=1)
MOVED = replace(REMINDER, start=LATER - timedelta(minutes=10), end=LATER, anchor=LATER, summary="☎ 14:30 morgen")


def numbered(count: int, item: Item = REMINDER) -> list[Item]:
    """As many items of as many calls, an hour apart; their keys in another order than their times."""
    return [
        replace(
            item,
            call_key=f"{number * 7 % 16:016x}",
            start=item.start + timedelta(hours=number),
            end=item.end and item.end + timedelta(hours=number),
            anchor=item.anchor + timedelta(hours=number),
        )
        for number in range(count)
    ]


@pytest.fixture
def cycle() -> Cycle:
    return Cycle(server=ModelServer())


def actions(difference: Diff) -> list[str]:
    return [change.action for change in difference.changes]


def href_of(cycle: Cycle, item: Item, generation: int = 0) -> str:
    collection = REMINDERS if item.component == "VEVENT" else TASKS
    href = f"{collection.href}{item_uid(item.slot, generation)}.ics"
    assert href in cycle.server.resources
    return href


def edit(cycle: Cycle, href: str, before: bytes, after: bytes) -> None:
    data = cycle.server.resources[href][1]
    assert before in data
    cycle.server.put(href, data.replace(before, after))


def status(cycle: Cycle, item: Item) -> str:
    return cycle.memory[item.slot].status


def test_what_is_wanted_and_not_there_is_created_in_its_collection(cycle: Cycle) -> None:
    difference = cycle.run([REMINDER, WARNING], NOW)

    assert actions(difference) == ["create", "create"]
    assert [change.collection for change in difference.changes] == [TASKS.href, REMINDERS.href]
    reminder = difference.changes[1]
    assert reminder.uid == item_uid(REMINDER.slot, 0)
    assert reminder.href == f"{reminder.uid}.ics"
    assert (reminder.etag, reminder.generation) == (None, 0)
    assert (reminder.appointment_uid, reminder.summary) == ("call-1@example.com", "☎ 14:30 Erika Muster")
    assert status(cycle, REMINDER) == "live"


def test_a_second_cycle_writes_and_learns_nothing(cycle: Cycle) -> None:
    cycle.run([REMINDER, WARNING], NOW)

    assert Diff() == cycle.run([REMINDER, WARNING], NOW + timedelta(minutes=5))


@pytest.mark.requirement(15)
def test_what_differs_is_updated_on_its_etag(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    difference = cycle.run([replace(REMINDER, location="+49 30 1")], NOW)

    assert actions(difference) == ["update"]
    assert difference.changes[0].etag == '"1"'
    assert difference.changes[0].reason == msg("its content changed")
    assert b"SEQUENCE:1\r\n" in cycle.server.resources[href_of(cycle, REMINDER)][1]


@pytest.mark.requirement(14)
def test_nothing_is_updated_after_its_alarm(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    changed = replace(REMINDER, location="+49 30 1")

    assert actions(cycle.run([changed], S - timedelta(minutes=11))) == []


QUIET = replace(REMINDER, alarm_before=None)


@pytest.mark.requirement(5, 6)
def test_a_quiet_reminder_is_written_without_an_alarm_as_long_as_it_lies_ahead(cycle: Cycle) -> None:
    assert actions(cycle.run([QUIET], REMINDER.start)) == []
    assert actions(cycle.run([QUIET], REMINDER.start - timedelta(seconds=1))) == ["create"]
    assert b"VALARM" not in cycle.server.resources[href_of(cycle, REMINDER)][1]


def test_a_quiet_reminder_stays_as_it_is_and_is_no_edit_of_the_users(cycle: Cycle) -> None:
    cycle.run([QUIET], NOW)

    assert Diff() == cycle.run([QUIET], NOW)
    assert status(cycle, REMINDER) == "live"
    cycle.memory.clear()
    assert cycle.run([QUIET], NOW).changes == ()
    assert status(cycle, REMINDER) == "live"


@pytest.mark.parametrize("remembers", [True, False])
def test_a_reminder_turns_loud_and_quiet_until_its_moment(cycle: Cycle, remembers: bool) -> None:
    cycle.run([QUIET], NOW)
    for wanted, alarms in ((REMINDER, 1), (QUIET, 0), (REMINDER, 1)):
        if not remembers:
            cycle.memory.clear()
        assert actions(cycle.run([wanted], NOW)) == ["update"]
        assert alarms == cycle.server.resources[href_of(cycle, REMINDER)][1].count(b"BEGIN:VALARM")
    assert actions(cycle.run([QUIET], S - timedelta(minutes=11))) == []


def test_an_alarm_that_the_user_takes_from_a_reminder_is_an_edit(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    href = href_of(cycle, REMINDER)
    head, _, rest = cycle.server.resources[href][1].partition(b"BEGIN:VALARM")
    cycle.server.put(href, head + rest.partition(b"END:VALARM\r\n")[2])

    assert actions(cycle.run([replace(REMINDER, location="+49 30 1")], NOW)) == []
    assert status(cycle, REMINDER) == "taken_over"


@pytest.mark.requirement(14)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"TRIGGER:-PT1M", b"ACKNOWLEDGED:20261007T121900Z\r\nTRIGGER:-PT1M"),
        (b"CLASS:PRIVATE", b"CLASS:PRIVATE\r\nX-MOZ-LASTACK:20261007T121900Z"),
    ],
    ids=["acknowledged", "Thunderbird"],
)
def test_an_alarm_that_was_seen_ahead_of_its_time_does_not_ring_again_by_an_update(
    cycle: Cycle, before: bytes, after: bytes
) -> None:
    cycle.run([REMINDER], NOW)
    edit(cycle, href_of(cycle, REMINDER), before, after)

    later = replace(REMINDER, start=REMINDER.start + timedelta(minutes=5))
    assert actions(cycle.run([later], NOW)) == []
    assert actions(cycle.run([replace(REMINDER, location="+49 30 1")], NOW)) == ["update"]
    assert after in cycle.server.resources[href_of(cycle, REMINDER)][1]
    assert actions(cycle.run([MOVED], NOW)) == ["update"]


def test_an_older_acknowledgement_keeps_no_alarm_from_moving(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    edit(cycle, href_of(cycle, REMINDER), b"TRIGGER:-PT1M", b"ACKNOWLEDGED:20261007T121859Z\r\nTRIGGER:-PT1M")

    later = replace(REMINDER, start=REMINDER.start + timedelta(minutes=5))
    assert actions(cycle.run([later], NOW)) == ["update"]


def test_a_moved_call_takes_its_reminder_along(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    difference = cycle.run([MOVED], NOW)

    assert actions(difference) == ["update"]
    assert difference.changes[0].reason == msg("the call moved")
    assert cycle.memory[REMINDER.slot].anchor == LATER


def test_a_call_that_moves_after_its_reminder_rang_gets_a_new_one_in_its_place(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)

    difference = cycle.run([MOVED], S - timedelta(minutes=5))

    assert actions(difference) == ["delete", "create"]
    assert [change.generation for change in difference.changes] == [0, 1]
    assert actions(cycle.run([MOVED], S - timedelta(minutes=5))) == []


def test_a_call_that_moves_to_a_moment_too_near_loses_the_reminder_that_would_ring_too_late(cycle: Cycle) -> None:
    now = S - timedelta(hours=1)
    cycle.run([REMINDER], NOW)
    earlier = S - timedelta(minutes=55)

    difference = cycle.run([replace(REMINDER, start=earlier - timedelta(minutes=10), end=earlier, anchor=earlier)], now)

    assert actions(difference) == ["delete"]


@pytest.mark.requirement(12)
def test_what_the_user_deleted_never_comes_back(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    cycle.server.remove(href_of(cycle, REMINDER))

    difference = cycle.run([REMINDER], NOW)

    assert difference.changes == ()
    assert status(cycle, REMINDER) == "dismissed"
    assert Diff() == cycle.run([replace(REMINDER, location="+49 30 1")], NOW)


@pytest.mark.requirement(12)
def test_what_the_user_deleted_comes_back_under_another_uid_when_the_call_moves(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    cycle.server.remove(href_of(cycle, REMINDER))
    cycle.run([REMINDER], NOW)

    difference = cycle.run([MOVED], NOW)

    assert actions(difference) == ["create"]
    assert difference.changes[0].uid == item_uid(REMINDER.slot, 1)


@pytest.mark.requirement(20)
def test_absence_from_an_incomplete_listing_says_nothing(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    href = href_of(cycle, REMINDER)

    difference = cycle.run([REMINDER], NOW, frozen=frozenset({REMINDERS.href}), hidden=frozenset({href}))

    assert Diff() == difference
    assert status(cycle, REMINDER) == "live"


def test_nothing_is_deleted_from_a_collection_that_was_not_wholly_read(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)

    assert Diff() == cycle.run([], NOW, frozen=frozenset({REMINDERS.href}))


def test_without_memory_nothing_is_created_in_a_collection_that_was_not_wholly_read(cycle: Cycle) -> None:
    assert cycle.run([REMINDER], NOW, frozen=frozenset({REMINDERS.href})).changes == ()
    assert actions(cycle.run([REMINDER, WARNING], NOW, frozen=frozenset({REMINDERS.href}))) == ["create"]


@pytest.mark.requirement(13)
def test_what_the_user_edited_is_theirs_for_good(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    href = href_of(cycle, REMINDER)
    edit(cycle, href, b"14:30", b"14:15")
    edited = cycle.server.resources[href]

    for desired in ([REMINDER], [replace(REMINDER, location="+49 30 1")], []):
        assert cycle.run(desired, NOW).changes == ()
        assert status(cycle, REMINDER) == "taken_over"
    edit(cycle, href, b"14:15", b"14:30")
    assert cycle.run([], NOW).changes == ()
    assert edited[1] != cycle.server.resources[href][1]


def test_beside_an_edited_reminder_a_moved_call_gets_a_new_one(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    edit(cycle, href_of(cycle, REMINDER), b"14:30", b"14:15")

    assert actions(cycle.run([MOVED], NOW)) == ["create"]
    assert Diff() == cycle.run([MOVED], NOW)
    assert len(cycle.server.resources) == 2


def test_beside_an_edited_warning_there_is_never_a_second_one(cycle: Cycle) -> None:
    cycle.run([WARNING], NOW)
    edit(cycle, href_of(cycle, WARNING), b"PRIORITY:3", b"PRIORITY:9")

    assert cycle.run([replace(WARNING, anchor=LATER)], NOW).changes == ()


@pytest.mark.requirement(9)
@pytest.mark.parametrize(
    ("tick", "becomes"),
    [
        ((b"STATUS:NEEDS-ACTION", b"STATUS:COMPLETED\r\nCOMPLETED:20261005T080000Z"), "done"),
        ((b"PERCENT-COMPLETE:0", b"PERCENT-COMPLETE:100"), "done"),
        ((b"STATUS:NEEDS-ACTION", b"STATUS:CANCELLED"), "declined"),
    ],
)
def test_what_the_user_ticked_or_declined_is_never_undone(
    cycle: Cycle, tick: tuple[bytes, bytes], becomes: str
) -> None:
    cycle.run([WARNING], NOW)
    edit(cycle, href_of(cycle, WARNING), *tick)

    for desired in ([WARNING], [replace(WARNING, priority=1)], []):
        assert cycle.run(desired, NOW).changes == ()
        assert status(cycle, WARNING) == becomes


def test_what_joins_after_the_tick_is_told(cycle: Cycle) -> None:
    cycle.run([WARNING], NOW)
    edit(cycle, href_of(cycle, WARNING), b"PERCENT-COMPLETE:0", b"PERCENT-COMPLETE:100")
    joined = replace(
        WARNING,
        rules=("conflict", "unconfirmed"),
        basis=str(basis_of([a_finding(), a_finding("conflict")])),
    )

    difference = cycle.run([joined], NOW)

    assert actions(difference) == ["create"]
    assert difference.changes[0].generation == 1
    assert Diff() == cycle.run([joined], NOW)


def test_a_tick_that_the_user_took_back_is_live_again(cycle: Cycle) -> None:
    cycle.run([WARNING], NOW)
    edit(cycle, href_of(cycle, WARNING), b"PERCENT-COMPLETE:0", b"PERCENT-COMPLETE:100")
    cycle.run([WARNING], NOW)
    edit(cycle, href_of(cycle, WARNING), b"PERCENT-COMPLETE:100", b"PERCENT-COMPLETE:0")

    assert actions(cycle.run([], NOW)) == ["delete"]


def test_what_is_no_longer_wanted_is_withdrawn_and_comes_back_under_another_uid(cycle: Cycle) -> None:
    cycle.run([WARNING], NOW)

    assert actions(cycle.run([], NOW)) == ["delete"]
    assert status(cycle, WARNING) == "withdrawn"
    assert Diff() == cycle.run([], NOW)
    again = cycle.run([WARNING], NOW)
    assert [change.uid for change in again.changes] == [item_uid(WARNING.slot, 1)]


def test_past_reminders_stay_as_history_until_the_lookback_is_over(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)

    assert actions(cycle.run([], S - timedelta(seconds=1))) == ["delete"]
    cycle.run([REMINDER], NOW)
    assert actions(cycle.run([], S)) == []
    assert actions(cycle.run([], S + timedelta(days=7) - timedelta(seconds=1))) == []
    assert actions(cycle.run([], S + timedelta(days=7))) == ["delete"]


def test_past_tasks_do_not_stay(cycle: Cycle) -> None:
    cycle.run([WARNING], NOW)

    assert actions(cycle.run([], S + timedelta(days=1))) == ["delete"]


def test_a_write_whose_answer_was_lost_is_adopted(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW, lost=lambda _: True)
    assert cycle.memory == {}

    difference = cycle.run([REMINDER], NOW)

    assert difference.changes == ()
    assert status(cycle, REMINDER) == "live"


def test_an_update_whose_answer_was_lost_is_no_edit(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    cycle.run([MOVED], NOW, lost=lambda _: True)

    assert cycle.run([MOVED], NOW).changes == ()
    assert actions(cycle.run([REMINDER], NOW)) == ["update"]


def test_a_deletion_whose_answer_was_lost_is_never_taken_for_the_users(cycle: Cycle) -> None:
    cycle.run([WARNING], NOW)
    cycle.run([], NOW, crash_after=1)
    assert cycle.server.resources == {}

    assert actions(cycle.run([WARNING], NOW)) == ["create"]


def test_a_deletion_that_never_arrived_is_tried_again(cycle: Cycle) -> None:
    cycle.run([WARNING], NOW)
    cycle.run([], NOW, unsent=lambda _: True)

    assert actions(cycle.run([], NOW)) == ["delete"]


def test_a_lost_memory_loses_doubles_and_rewrites_nothing(cycle: Cycle) -> None:
    cycle.run([REMINDER, WARNING], NOW)
    cycle.memory.clear()

    assert cycle.run([REMINDER, WARNING], NOW).changes == ()
    assert cycle.memory.keys() == {REMINDER.slot, WARNING.slot}
    cycle.memory.clear()
    assert actions(cycle.run([MOVED], NOW)) == ["update", "delete"]


def test_without_memory_the_newest_of_a_slot_counts_and_an_older_one_is_history(cycle: Cycle) -> None:
    now = S + timedelta(minutes=5)
    cycle.run([REMINDER], NOW)
    cycle.run([MOVED], now)
    assert len(cycle.server.resources) == 2
    cycle.memory.clear()

    assert cycle.run([MOVED], now).changes == ()
    assert [change.uid for change in cycle.run([], now).changes] == [item_uid(REMINDER.slot, 1)]


def test_a_lost_memory_does_not_make_an_edit_ours(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    edit(cycle, href_of(cycle, REMINDER), b"14:30", b"14:15")
    cycle.memory.clear()

    assert cycle.run([REMINDER], NOW).changes == ()
    assert status(cycle, REMINDER) == "taken_over"


def without_unknown_properties(data: bytes) -> bytes:
    lines = data.replace(b"\r\n ", b"").split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith(b"X-"))


def test_a_server_that_drops_unknown_properties_is_served_from_memory(cycle: Cycle) -> None:
    cycle.server.rewrite = without_unknown_properties
    cycle.run([REMINDER, WARNING], NOW)

    assert Diff() == cycle.run([REMINDER, WARNING], NOW)
    assert actions(cycle.run([MOVED, WARNING], NOW)) == ["update"]
    cycle.memory.clear()
    assert cycle.run([MOVED, WARNING], NOW).changes == ()
    assert actions(cycle.run([MOVED], NOW)) == ["delete"]


def test_where_neither_item_nor_memory_proves_our_writing_it_is_left_alone(cycle: Cycle) -> None:
    cycle.server.rewrite = without_unknown_properties
    cycle.run([REMINDER], NOW)
    cycle.memory.clear()

    assert cycle.run([replace(REMINDER, location="")], NOW).changes == ()


def test_of_two_copies_of_an_item_the_one_that_is_remembered_stays(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    href = href_of(cycle, REMINDER)
    copy = f"{REMINDERS.href}0.ics"
    cycle.server.put(copy, cycle.server.resources[href][1])

    assert [change.href for change in cycle.run([REMINDER], NOW).changes] == [copy]
    assert Diff() == cycle.run([REMINDER], NOW)


def test_of_two_copies_an_edited_one_is_never_deleted(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    copy = f"{REMINDERS.href}0.ics"
    cycle.server.put(copy, cycle.server.resources[href_of(cycle, REMINDER)][1].replace(b"14:30", b"14:15"))
    cycle.run([REMINDER], NOW)

    assert copy in cycle.server.resources


@pytest.mark.requirement(15)
def test_an_etag_that_is_missing_leaves_no_way_to_write(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    observed = [replace(item, etag=None) for item in cycle.server.observed()]

    assert diff([], observed, cycle.memory, now=NOW, collections=COLLECTIONS).changes == ()
    assert diff([MOVED], observed, cycle.memory, now=NOW, collections=COLLECTIONS).changes == ()


def test_a_uid_that_the_server_refuses_is_not_tried_twice(cycle: Cycle) -> None:
    cycle.server.remembers_deleted = True
    cycle.run([REMINDER], NOW)
    cycle.server.remove(href_of(cycle, REMINDER))
    cycle.memory.clear()

    cycle.run([REMINDER], NOW)
    difference = cycle.run([REMINDER], NOW)

    assert [change.uid for change in difference.changes] == [item_uid(REMINDER.slot, 1)]
    assert len(cycle.server.resources) == 1


def test_another_collection_in_the_configuration_is_no_deletion_by_the_user(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    other = Collection(href="/dav/neu/", name="Neu", components=frozenset({"VEVENT"}))

    difference = diff([REMINDER], [], cycle.memory, now=NOW, collections={"reminders": other, "tasks": TASKS})

    assert [(change.action, change.generation) for change in difference.changes] == [("create", 1)]
    assert difference.records == ()


ONLY_EVENTS = {**COLLECTIONS, "tasks": replace(TASKS, components=frozenset({"VEVENT"}))}


class TestWithoutTasks:
    """Where the collection takes no VTODO (docs/safety.md, row 8)."""

    def compare(self, desired: Iterable[Item], cycle: Cycle) -> Diff:
        return diff(tuple(desired), cycle.server.observed(), cycle.memory, now=NOW, collections=ONLY_EVENTS)

    @pytest.fixture
    def written(self, cycle: Cycle) -> Cycle:
        for change in self.compare([WARNING], cycle).changes:
            assert change.component == "VEVENT"
            assert change.collection == TASKS.href
            cycle.server.apply(change)
        for record in self.compare([WARNING], cycle).records:
            cycle.memory[record.slot] = record
        return cycle

    @pytest.mark.requirement(8)
    def test_a_task_becomes_an_event_and_stays_one(self, written: Cycle) -> None:
        assert Diff() == self.compare([WARNING], written)
        assert len(written.server.resources) == 1

    @pytest.mark.requirement(8, 9)
    def test_a_ticked_box_is_done(self, written: Cycle) -> None:
        edit(written, href_of(written, WARNING), "☐".encode(), "☑".encode())
        difference = self.compare([WARNING], written)

        assert difference.changes == ()
        assert [record.status for record in difference.records] == ["done"]

    @pytest.mark.requirement(8)
    def test_a_deletion_is_done(self, written: Cycle) -> None:
        written.server.remove(href_of(written, WARNING))
        difference = self.compare([WARNING], written)

        assert difference.changes == ()
        assert [(record.status, record.done_at) for record in difference.records] == [("done", NOW)]


def test_a_reminder_in_a_collection_for_both_is_dismissed_and_not_done(cycle: Cycle) -> None:
    both = {"reminders": REMINDERS, "tasks": replace(REMINDERS, name="Aufgaben")}
    cycle.run([REMINDER], NOW)

    difference = diff([REMINDER], [], cycle.memory, now=NOW, collections=both)

    assert [record.status for record in difference.records] == ["dismissed"]


@pytest.mark.requirement(20)
def test_the_brake_stops_a_cycle_that_would_empty_the_calendar_until_a_second_one_agrees(cycle: Cycle) -> None:
    items = numbered(12)
    cycle.run(items, NOW)

    braked = cycle.run(items[:5], NOW)
    assert braked.changes == ()
    assert [(reason.values["count"], reason.values["total"]) for reason in braked.held_back] == [(7, 12)]
    assert len(braked.braked) == 7

    cycle.agreed = frozenset()
    assert cycle.run(items[:5], NOW).changes == ()
    assert actions(cycle.run(items[:5], NOW)) == ["delete"] * 7


def test_the_brake_lets_half_or_a_handful_go(cycle: Cycle) -> None:
    items = numbered(12)
    cycle.run(items, NOW)

    assert actions(cycle.run(items[:6], NOW)) == ["delete"] * 6
    assert actions(cycle.run(items[:1], NOW)) == ["delete"] * 5


def test_cleaning_up_what_is_long_past_is_no_accident(cycle: Cycle) -> None:
    cycle.run(numbered(12), NOW)

    assert actions(cycle.run([], S + timedelta(days=30))) == ["delete"] * 12


def capped(limits: LimitsConfig, desired: list[Item], created_today: int = 0) -> Diff:
    return diff(desired, [], {}, now=NOW, collections=COLLECTIONS, limits=limits, created_today={"": created_today})


@pytest.mark.requirement(18)
@pytest.mark.parametrize(
    ("limits", "created_today"),
    [
        (LimitsConfig(new_items_per_cycle=3), 0),
        (LimitsConfig(new_items_per_day=10), 7),
        (LimitsConfig(new_items_per_contact=3), 0),
    ],
    ids=["cycle", "day", "contact"],
)
def test_caps_let_the_soonest_through_and_say_so(limits: LimitsConfig, created_today: int) -> None:
    items = numbered(5)
    difference = capped(limits, items[::-1], created_today)

    assert [change.slot for change in difference.changes] == [item.slot for item in items[:3]]
    assert [reason.values["count"] for reason in difference.held_back] == [2]


@pytest.mark.requirement(18)
def test_a_source_that_floods_takes_nothing_from_the_others() -> None:
    sources = {item.call_key: "flood" for item in numbered(5)} | {REMINDER.call_key: "work"}
    difference = diff(
        [*numbered(5), replace(REMINDER, start=S + timedelta(days=3), anchor=S + timedelta(days=3))],
        [],
        {},
        now=NOW,
        collections=COLLECTIONS,
        limits=LimitsConfig(new_items_per_cycle=2, new_items_per_day=4),
        created_today={"flood": 3},
        sources=sources,
    )

    assert [sources[change.slot.partition("/")[0]] for change in difference.changes] == ["flood", "work"]


@pytest.mark.requirement(20)
def test_nothing_is_withdrawn_of_calls_that_were_not_looked_at(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)
    seen = {"now": NOW, "collections": COLLECTIONS}

    assert actions(diff([], cycle.server.observed(), cycle.memory, **seen)) == ["delete"]
    assert actions(diff([], cycle.server.observed(), cycle.memory, until=S, **seen)) == []
    assert actions(diff([], cycle.server.observed(), cycle.memory, unread=frozenset({REMINDER.call_key}), **seen)) == []


def test_an_item_is_not_taken_away_while_its_replacement_has_to_wait(cycle: Cycle) -> None:
    cycle.run([REMINDER], NOW)

    difference = diff(
        [MOVED],
        cycle.server.observed(),
        cycle.memory,
        now=S - timedelta(minutes=5),
        collections=COLLECTIONS,
        created_today={"": 500},
    )

    assert difference.changes == ()
    assert len(difference.held_back) == 1


@pytest.mark.requirement(17)
def test_a_collection_that_may_only_be_read_is_not_written_and_says_so(cycle: Cycle) -> None:
    closed = {"reminders": replace(REMINDERS, writable=False), "tasks": TASKS}
    difference = diff([REMINDER, WARNING], [], {}, now=NOW, collections=closed)

    assert [change.collection for change in difference.changes] == [TASKS.href]
    assert [reason.values["name"] for reason in difference.held_back] == ["Termintreu"]


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_a_warning_is_never_there_twice_and_not_lost_where_its_replacement_is_cut_short(
    cycle: Cycle, writes: int
) -> None:
    cycle.run([WARNING], NOW)
    rung = WARNING.start + timedelta(minutes=1)
    basis = basis_of([a_finding(), a_finding("conflict")])
    graver = replace(WARNING, start=rung + timedelta(minutes=9), basis=str(basis), summary="⚠ Zwei Dinge")

    cycle.run([graver], rung, crash_after=writes)
    assert len(cycle.server.resources) <= 1
    cycle.run([graver], rung)
    assert ["⚠ Zwei Dinge"] == [item.summary for item in cycle.server.observed()]
    assert Diff() == cycle.run([graver], rung)


def test_a_warning_in_a_collection_that_was_not_wholly_read_is_replaced_when_it_is(cycle: Cycle) -> None:
    cycle.run([WARNING], NOW)
    rung = WARNING.start + timedelta(minutes=1)
    moved = replace(WARNING, start=rung + timedelta(minutes=9), anchor=WARNING.anchor + timedelta(hours=1))

    assert actions(cycle.run([moved], rung, frozen=frozenset({TASKS.href}))) == []
    assert actions(cycle.run([moved], rung)) == ["delete", "create"]


def test_what_is_done_to_a_slot_is_the_same_whatever_order_things_come_in(cycle: Cycle) -> None:
    items = numbered(6)
    cycle.run(items[:4], NOW)
    observed: list[Observed] = cycle.server.observed()

    one = diff(items[2:], observed, cycle.memory, now=NOW, collections=COLLECTIONS)
    other = diff(items[:1:-1], observed[::-1], cycle.memory, now=NOW, collections=COLLECTIONS)

    assert one == other


def test_a_record_of_a_slot_that_nothing_is_known_of_any_more_says_nothing() -> None:
    slot = slot_of("5d2c0b7e9b1f7a3c", "warning")
    record = ItemRecord(
        slot=slot,
        uid=item_uid(slot, 0),
        generation=0,
        collection=TASKS.href,
        href="x",
        etag=None,
        fingerprint="1:0",
        status="withdrawn",
        anchor=S,
        recorded_at=NOW,
    )

    assert Diff() == diff([], [], {slot: record}, now=NOW, collections=COLLECTIONS)
