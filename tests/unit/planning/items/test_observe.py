"""Reading our own items back: what servers and apps do to them is no edit; what a user does is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from termintreu.model import Item, Observed, Resource
from termintreu.model.basis import read_basis
from termintreu.model.marks import item_uid
from termintreu.model.times import EARLIEST, LATEST
from termintreu.planning.items.managed_fields import UNREADABLE
from termintreu.planning.items.observe import observe
from termintreu.planning.items.render import as_event, managed_of, render_item
from tests.unit.planning.items.test_render import NOW, REMINDER, TASK

BERLIN = ZoneInfo("Europe/Berlin")
HREF = "/dav/termintreu/x.ics"
ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Call Erika Muster at 14:30 +49 30 901820\r\nTRIGGER:-PT1M\r\n"


def stream(item: Item, generation: int = 0) -> str:
    return render_item(item, uid=item_uid(item.slot, generation), generation=generation, now=NOW).decode()


def seen(data: str) -> Observed | None:
    return observe(Resource(href=HREF, etag='"1"', data=data.encode()), "/dav/termintreu/", BERLIN)


def certain(data: str) -> Observed:
    found = seen(data)
    assert found is not None
    return found


def unfolded(data: str) -> str:
    return data.replace("\r\n ", "")


def test_an_item_comes_back_as_it_was_written() -> None:
    found = certain(stream(TASK, 2))

    assert found.uid == item_uid(TASK.slot, 2)
    assert (found.kind, found.call_key, found.generation, found.role) == ("recovery", TASK.call_key, 2, "")
    assert (found.start, found.due, found.alarm_at) == (TASK.start, TASK.due, TASK.start)
    assert (found.anchor, found.contact_key, found.basis) == (TASK.anchor, TASK.contact_key, TASK.basis)
    assert managed_of(TASK).fingerprint() == found.fingerprint == found.written_fingerprint
    assert (found.done, found.declined) == (False, False)


SERVERS_AND_APPS = {
    "SOGo makes it public": ("CLASS:PRIVATE", "CLASS:PUBLIC"),
    "stamps and sequence": ("SEQUENCE:0", "SEQUENCE:7"),
    "DTSTAMP": ("DTSTAMP:20261005T061500Z", "DTSTAMP:20261119T000000Z"),
    "Thunderbird's acknowledgement": ("CLASS:PRIVATE", "CLASS:PRIVATE\r\nX-MOZ-LASTACK:20261006T121900Z"),
    "Thunderbird's snooze": ("CLASS:PRIVATE", "CLASS:PRIVATE\r\nX-MOZ-SNOOZE-TIME:20261006T122400Z"),
    "Apple's default alarm": (
        "BEGIN:VALARM",
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nX-APPLE-DEFAULT-ALARM:TRUE\r\nEND:VALARM\r\nBEGIN:VALARM",
    ),
    "RFC 9074's acknowledgement": ("TRIGGER:-PT1M", "ACKNOWLEDGED:20261006T121901Z\r\nTRIGGER:-PT1M"),
    "alarm UIDs": ("TRIGGER:-PT1M", "UID:0815\r\nX-WR-ALARMUID:0815\r\nTRIGGER:-PT1M"),
    "related to the start": ("TRIGGER:-PT1M", "TRIGGER;RELATED=START:-PT60S"),
    "related to the end": ("TRIGGER:-PT1M", "TRIGGER;RELATED=END:-PT11M"),
    "an absolute trigger": ("TRIGGER:-PT1M", "TRIGGER;VALUE=DATE-TIME:20261006T121900Z"),
    "a sound": ("ACTION:DISPLAY", "ACTION:AUDIO"),
    "Apple's placeholder": (
        "END:VEVENT",
        "BEGIN:VALARM\r\nACTION:NONE\r\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\r\nEND:VALARM\r\nEND:VEVENT",
    ),
    "a snooze of its own": (
        "END:VEVENT",
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nRELATED-TO;RELTYPE=SNOOZE:0815\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT",
    ),
    "a zone of its own": ("DTSTART:20261006T122000Z", "DTSTART;TZID=Europe/Berlin:20261006T142000"),
    "a duration": ("DTEND:20261006T123000Z", "DURATION:PT10M"),
    "blanks at the end": ("SUMMARY:☎ 14:30 Erika Muster", "SUMMARY:☎ 14:30 Erika Muster "),
    "line ends": ("termintreu\r\nLOCATION", "termintreu\\n\r\nLOCATION"),
    "colours by category": ("CATEGORIES:termintreu", "CATEGORIES:termintreu\r\nCATEGORIES:Blue"),
    "no category": ("CATEGORIES:termintreu\r\n", ""),
    "no unknown properties": ("X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n", ""),
    "empty properties": ("LOCATION:", "COMMENT:\r\nURL:\r\nLOCATION:"),
}


@pytest.mark.requirement(13)
@pytest.mark.parametrize("change", SERVERS_AND_APPS.values(), ids=SERVERS_AND_APPS)
def test_what_servers_and_apps_rewrite_is_no_edit(change: tuple[str, str]) -> None:
    before = unfolded(stream(REMINDER))
    after = before.replace(*change)

    assert before != after
    assert certain(before).fingerprint == certain(after).fingerprint


def test_another_order_and_folding_are_no_edit() -> None:
    lines = unfolded(stream(REMINDER)).split("\r\n")
    start, end = lines.index("BEGIN:VEVENT") + 1, lines.index("BEGIN:VALARM")
    mixed = lines[:start] + sorted(lines[start:end], reverse=True) + lines[end:]
    folded = [line if len(line) < 30 else f"{line[:20]}\r\n {line[20:]}" for line in mixed]

    assert certain("\r\n".join(lines)).fingerprint == certain("\r\n".join(folded)).fingerprint


EDITS = {
    "title": ("SUMMARY:☎ 14:30", "SUMMARY:☎ 14:45"),
    "notes": ("DESCRIPTION:Call with", "DESCRIPTION:Remember! Call with"),
    "place": ("LOCATION:+49 30 901820", "LOCATION:+49 30 1"),
    "place removed": ("LOCATION:+49 30 901820\r\n", ""),
    "start": ("DTSTART:20261006T122000Z", "DTSTART:20261006T121500Z"),
    "end": ("DTEND:20261006T123000Z", "DTEND:20261006T130000Z"),
    "alarm moved": ("TRIGGER:-PT1M", "TRIGGER:-PT30M"),
    "alarm removed": (f"{ALARM}END:VALARM\r\n", ""),
    "alarm added": ("END:VEVENT", f"{ALARM.replace('-PT1M', '-PT2H')}END:VALARM\r\nEND:VEVENT"),
    "made a series": ("SEQUENCE:0", "SEQUENCE:0\r\nRRULE:FREQ=DAILY;COUNT=3"),
    "a word in a category": ("CATEGORIES:termintreu", "CATEGORIES:termintreu,#held"),
    "people invited": ("SEQUENCE:0", "SEQUENCE:0\r\nATTENDEE:mailto:bob@example.com"),
}


@pytest.mark.requirement(13)
@pytest.mark.parametrize("change", EDITS.values(), ids=EDITS)
def test_what_a_user_changes_is_an_edit(change: tuple[str, str]) -> None:
    before = unfolded(stream(REMINDER))
    after = before.replace(*change)

    assert before != after
    assert certain(before).fingerprint != certain(after).fingerprint
    assert certain(before).fingerprint == certain(after).written_fingerprint


@pytest.mark.parametrize(
    "change", [("DUE:20261007T150000Z", "DUE:20261008T150000Z"), ("PRIORITY:1", "PRIORITY:9")], ids=["due", "priority"]
)
def test_a_tasks_due_and_priority_are_the_users_to_edit(change: tuple[str, str]) -> None:
    before = unfolded(stream(TASK))

    assert certain(before).fingerprint != certain(before.replace(*change)).fingerprint


@pytest.mark.requirement(9)
@pytest.mark.parametrize(
    "change",
    [
        ("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"),
        ("STATUS:NEEDS-ACTION", "STATUS:NEEDS-ACTION\r\nCOMPLETED:20261007T080000Z"),
        ("PERCENT-COMPLETE:0", "PERCENT-COMPLETE:100"),
    ],
)
def test_each_way_of_ticking_is_done_and_no_edit(change: tuple[str, str]) -> None:
    before = unfolded(stream(TASK))
    ticked = certain(before.replace(*change))

    assert ticked.done
    assert ticked.done_at is not None
    assert certain(before).fingerprint == ticked.fingerprint


def test_a_tick_says_when() -> None:
    ticked = unfolded(stream(TASK)).replace("PERCENT-COMPLETE:0", "COMPLETED:20261007T080000Z\r\nPERCENT-COMPLETE:100")

    assert certain(ticked).done_at == datetime(2026, 10, 7, 8, tzinfo=UTC)


@pytest.mark.requirement(9)
def test_a_cancelled_task_is_declined() -> None:
    declined = certain(stream(TASK).replace("STATUS:NEEDS-ACTION", "STATUS:CANCELLED"))

    assert (declined.done, declined.declined) == (False, True)


@pytest.mark.parametrize("box", ["☑", "✓", "✔"])
def test_a_ticked_box_in_the_title_of_a_fallback_event_is_done(box: str) -> None:
    event = stream(as_event(TASK))

    assert not certain(event).done
    assert certain(event.replace("☐", box)).done
    assert not certain(stream(REMINDER).replace("☎", box)).done


FOREIGN = {
    "a copy under a UID of its own": (item_uid(REMINDER.slot, 0), "8f7e0c1e-2f0e-4a53-9d0e-3c1f6a0b9e11"),
    "a UID that only begins like ours": (item_uid(REMINDER.slot, 0), "termintreu-jour-fixe@example.com"),
}


@pytest.mark.requirement(1)
@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN)
def test_what_lacks_our_uid_is_not_ours_whatever_else_it_says(change: tuple[str, str]) -> None:
    assert seen(stream(REMINDER).replace(*change)) is None


@pytest.mark.requirement(1)
def test_our_uid_without_any_mark_is_not_ours() -> None:
    lines = unfolded(stream(REMINDER)).split("\r\n")
    bare = [line for line in lines if not line.startswith(("X-TERMINTREU-ID", "CATEGORIES", "DESCRIPTION"))]

    assert seen("\r\n".join(bare)) is None


def test_where_a_server_drops_unknown_properties_memory_must_tell_the_kind() -> None:
    lines = [line for line in unfolded(stream(REMINDER)).split("\r\n") if not line.startswith("X-")]
    found = certain("\r\n".join(lines))

    assert (found.kind, found.call_key, found.written_fingerprint) == (None, None, None)
    assert managed_of(REMINDER).fingerprint() == found.fingerprint


def test_values_that_a_server_escaped_are_read_all_the_same() -> None:
    data = unfolded(stream(REMINDER))
    escaped = data.replace("1;reminder;", "1\\;reminder\\;").replace(";0\r\n", "\\;0\r\n").replace("Z;e", "Z\\;e")
    found = certain(escaped)

    assert (found.kind, found.anchor, found.contact_key) == ("reminder", REMINDER.anchor, REMINDER.contact_key)


@pytest.mark.parametrize(
    "change",
    [
        ("DTSTART:20261006T122000Z", "DTSTART:tomorrow"),
        ("TRIGGER:-PT1M", "TRIGGER:soon"),
        ("END:VALARM\r\n", ""),
        ("DTSTART:20261006T122000Z", "DTSTART:00010101T000000"),
        ("DTEND:20261006T123000Z", "DTEND;VALUE=DATE:20261007\r\nDURATION:x"),
        ("END:VEVENT", "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:other\r\nEND:VEVENT"),
    ],
)
def test_a_broken_item_is_taken_for_edited_and_not_for_gone(change: tuple[str, str]) -> None:
    before = stream(REMINDER)
    found = certain(before.replace(*change))

    assert found.uid == item_uid(REMINDER.slot, 0)
    assert (found.kind, found.call_key) == ("reminder", REMINDER.call_key)
    assert found.fingerprint != certain(before).fingerprint


@pytest.mark.requirement(1)
def test_a_foreign_component_beside_ours_makes_it_the_users() -> None:
    both = stream(REMINDER).replace("END:VEVENT", "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:other\r\nEND:VEVENT")

    assert certain(both).fingerprint == UNREADABLE


@pytest.mark.parametrize("data", [b"", b"termintreu-", b"\xff\xfe termintreu-", b"BEGIN:VCALENDAR\r\n"])
def test_noise_is_nothing(data: bytes) -> None:
    assert observe(Resource(href=HREF, etag=None, data=data), "/", BERLIN) is None


def test_a_resource_that_was_not_fetched_is_nothing() -> None:
    assert observe(Resource(href=HREF, etag='"1"', data=None), "/", BERLIN) is None


@pytest.mark.parametrize("stamp", ["99991231T235959Z", "00010101T000000Z"])
def test_times_at_the_ends_of_what_can_be_counted_are_held_within_bounds(stamp: str) -> None:
    lines = stream(TASK).split("\r\n")
    names = ("DTSTART:", "DUE:", "CREATED:", "LAST-MODIFIED:", "TRIGGER", "X-TERMINTREU-CALL:")
    moved = [line.partition(":")[0] + f":{stamp}" if line.startswith(names) else line for line in lines]
    found = certain("\r\n".join(moved))
    moments = found.start, found.due, found.created_at, found.modified_at, found.alarm_at, found.anchor
    assert {LATEST if stamp.startswith("9") else EARLIEST} == set(moments)


def test_a_free_time_in_an_item_that_is_no_time_is_left_out() -> None:
    assert () == read_basis("no_buffer:1|20261399T000000Z/20261006T120000Z").free_times
    [slot] = read_basis("no_buffer:1|20261006T120000Z/99991231T235959Z").free_times
    assert LATEST == slot[1]
