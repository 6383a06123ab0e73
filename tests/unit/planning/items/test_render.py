"""What we write: the form of both samples, what an update keeps, and that nothing in a text can break out of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component

from termintreu.model import Item
from termintreu.model.marks import LAST_LINE, item_uid
from termintreu.planning.items.managed_fields import managed_fields
from termintreu.planning.items.render import as_event, managed_of, render_item, rings_at

NOW = datetime(2026, 10, 5, 6, 15, tzinfo=UTC)
CALL = datetime(2026, 10, 6, 12, 30, tzinfo=UTC)
REMINDER = Item(
    kind="reminder",
    component="VEVENT",
    call_key="5d2c0b7e9b1f7a3c",
    summary="☎ 14:30 Erika Muster",
    description="Call with Erika Muster at 14:30\n+49 30 901820 (from your contacts)",
    location="+49 30 901820",
    start=CALL - timedelta(minutes=10),
    end=CALL,
    alarm_text="Call Erika Muster at 14:30 +49 30 901820",
    anchor=CALL,
    contact_key="erika@muster.example",
)
TASK = Item(
    kind="recovery",
    component="VTODO",
    call_key="5d2c0b7e9b1f7a3c",
    summary="☎ Call Erika Muster back",
    description="Own it.",
    start=datetime(2026, 10, 7, 7, tzinfo=UTC),
    due=datetime(2026, 10, 7, 15, tzinfo=UTC),
    alarm_text="Call Erika Muster back +49 30 901820",
    priority=1,
    anchor=CALL,
    contact_key="erika@muster.example",
    basis="missed_by_us:3",
)
UID = item_uid(REMINDER.slot, 0)


def rendered(item: Item, base: bytes | None = None, now: datetime = NOW) -> bytes:
    return render_item(item, uid=UID, generation=0, now=now, base=base)


def component(data: bytes) -> Component:
    return Calendar.from_ical(data).subcomponents[0]


@pytest.mark.requirement(2, 4, 5, 10)
def test_a_reminder_is_written_as_the_servers_and_apps_want_it() -> None:
    expected = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//termintreu//termintreu//EN
CALSCALE:GREGORIAN
BEGIN:VEVENT
UID:{UID}
DTSTAMP:20261005T061500Z
CREATED:20261005T061500Z
LAST-MODIFIED:20261005T061500Z
SEQUENCE:0
DTSTART:20261006T122000Z
DTEND:20261006T123000Z
SUMMARY:☎ 14:30 Erika Muster
DESCRIPTION:Call with Erika Muster at 14:30\\n+49 30 901820 (from your cont
 acts)\\n-- termintreu
LOCATION:+49 30 901820
CLASS:PRIVATE
STATUS:CONFIRMED
TRANSP:TRANSPARENT
X-MICROSOFT-CDO-BUSYSTATUS:FREE
CATEGORIES:termintreu
X-TERMINTREU-ID:1;reminder;5d2c0b7e9b1f7a3c;0
X-TERMINTREU-CALL:20261006T123000Z;erika@muster.example
X-TERMINTREU-HASH:{managed_of(REMINDER).fingerprint()}
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Call Erika Muster at 14:30 +49 30 901820
TRIGGER:-PT1M
END:VALARM
END:VEVENT
END:VCALENDAR
"""
    assert expected.replace("\n", "\r\n").encode() == rendered(REMINDER)


@pytest.mark.requirement(2, 7, 10)
def test_a_task_is_written_with_an_absolute_alarm_at_its_start() -> None:
    lines = rendered(TASK).decode().split("\r\n")

    assert lines[5:-3] == [
        f"UID:{UID}",
        "DTSTAMP:20261005T061500Z",
        "CREATED:20261005T061500Z",
        "LAST-MODIFIED:20261005T061500Z",
        "SEQUENCE:0",
        "DTSTART:20261007T070000Z",
        "DUE:20261007T150000Z",
        "SUMMARY:☎ Call Erika Muster back",
        "DESCRIPTION:Own it.\\n-- termintreu",
        "PRIORITY:1",
        "STATUS:NEEDS-ACTION",
        "PERCENT-COMPLETE:0",
        "CLASS:PRIVATE",
        "CATEGORIES:termintreu",
        "X-TERMINTREU-ID:1;recovery;5d2c0b7e9b1f7a3c;0",
        "X-TERMINTREU-CALL:20261006T123000Z;erika@muster.example",
        "X-TERMINTREU-BASIS:missed_by_us:3",
        f"X-TERMINTREU-HASH:{managed_of(TASK).fingerprint()}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Call Erika Muster back +49 30 901820",
        "TRIGGER;VALUE=DATE-TIME:20261007T070000Z",
        "END:VALARM",
    ]


@pytest.mark.requirement(14)
def test_an_update_keeps_what_is_not_ours_and_bumps_the_stamps() -> None:
    base = (
        rendered(REMINDER)
        .replace(b"CLASS:PRIVATE", b"CLASS:PUBLIC\r\nX-MOZ-LASTACK:20261005T070000Z\r\nX-COLOR:red")
        .replace(b"CATEGORIES:termintreu", b"CATEGORIES:Phone\r\nCATEGORIES:termintreu")
        .replace(
            b"END:VEVENT",
            b"BEGIN:VALARM\r\nACTION:NONE\r\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\r\nEND:VALARM\r\nEND:VEVENT",
        )
        .replace(b"TRIGGER:-PT1M", b"UID:alarm-1\r\nTRIGGER:-PT1M")
    )
    moved = replace(REMINDER, start=CALL, end=CALL + timedelta(minutes=10), location="", summary="☎ 14:40 Erika Muster")

    updated = component(rendered(moved, base, NOW + timedelta(hours=1)))

    assert updated.to_ical().decode().count("BEGIN:VALARM") == 2
    assert updated["SEQUENCE"] == 1
    assert updated["CREATED"].dt == NOW
    assert updated["LAST-MODIFIED"].dt == updated["DTSTAMP"].dt == NOW + timedelta(hours=1)
    assert updated["DTSTART"].dt == CALL
    assert updated["SUMMARY"] == "☎ 14:40 Erika Muster"
    assert updated["X-MOZ-LASTACK"] == "20261005T070000Z"
    assert updated["X-COLOR"] == "red"
    assert updated["CLASS"] == "PUBLIC"
    assert updated.subcomponents[0]["UID"] == "alarm-1"
    assert "LOCATION" not in updated
    assert [str(one) for group in updated["CATEGORIES"] for one in group.cats] == ["Phone", "termintreu"]
    assert managed_fields(updated, UTC) == managed_of(moved)


def test_an_update_restores_a_mark_that_a_server_dropped() -> None:
    base = b"\r\n".join(line for line in rendered(REMINDER).split(b"\r\n") if not line.startswith((b"X-", b"CATEG")))

    updated = component(rendered(REMINDER, base))

    assert updated["X-TERMINTREU-ID"] == "1;reminder;5d2c0b7e9b1f7a3c;0"
    assert updated["CATEGORIES"].cats == ["termintreu"]


def test_a_stream_that_does_not_hold_the_item_is_no_base_for_an_update() -> None:
    with pytest.raises(ValueError, match="does not hold"):
        render_item(REMINDER, uid=item_uid(REMINDER.slot, 1), generation=1, now=NOW, base=rendered(REMINDER))


@pytest.mark.requirement(8)
def test_a_task_becomes_an_event_with_an_open_box_whose_alarm_rings_at_the_same_moment() -> None:
    event = as_event(TASK)

    assert event.summary == "☐ ☎ Call Erika Muster back"
    assert event.component == "VEVENT"
    assert rings_at(event) == rings_at(TASK) == TASK.start
    assert b"BEGIN:VTODO" not in rendered(event)
    assert as_event(REMINDER) is REMINDER


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\r\n\t\x00\x0b\x0c\x1b\x7f\x85\u2028\u2029\u202e\u2066\ufeff\ufffe\uffff;,:\\\"'<^"),
    ),
    max_size=300,
)


@settings(max_examples=150, deadline=None)
@given(summary=HOSTILE, description=HOSTILE, location=HOSTILE, alarm=HOSTILE, contact=HOSTILE, task=st.booleans())
def test_any_text_comes_back_as_it_was_meant_and_breaks_nothing(
    summary: str, description: str, location: str, alarm: str, contact: str, task: bool
) -> None:
    item = replace(
        TASK if task else REMINDER,
        summary=summary,
        description=description,
        location=location,
        alarm_text=alarm,
        contact_key=contact,
    )

    data = rendered(item)
    read = component(data)

    assert managed_of(item).fingerprint() == managed_fields(read, UTC).fingerprint()
    assert managed_of(item).fingerprint() == read["X-TERMINTREU-HASH"]
    assert data.count(b"\r\nBEGIN:") == data.count(b"\r\nEND:") - 1 == 2
    assert not set(data.decode()) & set("\x00\x0b\x0c\x1b\x85\u2028\u202e\ufeff\ufffe\uffff")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert not {"ORGANIZER", "ATTENDEE", "METHOD"} & set(read)


def test_long_texts_are_bounded_and_keep_the_last_line() -> None:
    item = replace(REMINDER, summary="ä" * 500, description="line\n" * 5000)

    read = component(rendered(item))

    assert len(read["SUMMARY"]) == 120
    assert len(read["DESCRIPTION"]) <= 4000
    assert read["DESCRIPTION"].endswith(f"\n{LAST_LINE}")
