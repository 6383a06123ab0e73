"""Items of several people are parsed at once, and nobody's zone is anybody else's."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from termintreu.model import Resource
from termintreu.model.marks import item_uid
from termintreu.planning.items.observe import observe
from termintreu.planning.items.render import render_item
from tests.unit.planning.items.test_render import NOW, REMINDER

UID = item_uid(REMINDER.slot, 0)
ROUNDS = 60


def edited(hours: int, *, defined: bool = True) -> bytes:
    """An item of ours, moved in Outlook by somebody whose "Customized Time Zone" is so many hours ahead of UTC."""
    zone = [
        "BEGIN:VTIMEZONE",
        "TZID:Customized Time Zone",
        "BEGIN:STANDARD",
        "DTSTART:16010101T000000",
        f"TZOFFSETFROM:+{hours:02}00",
        f"TZOFFSETTO:+{hours:02}00",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
    ]
    stream = render_item(REMINDER, uid=UID, generation=0, now=NOW).decode()
    stream = stream.replace("DTSTART:20261006T122000Z", "DTSTART;TZID=Customized Time Zone:20261006T200000")
    assert "Customized" in stream
    return (stream.replace("BEGIN:VEVENT", "\r\n".join(zone)) if defined else stream).encode()


def start(data: bytes) -> datetime | None:
    found = observe(Resource(href="/x.ics", etag='"1"', data=data), "/dav/termintreu/", UTC)
    assert found is not None
    return found.start


@pytest.fixture
def busy_threads() -> Iterator[None]:
    """Threads change at almost every step, as they do by chance in weeks."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("busy_threads")
def test_people_whose_zones_have_one_name_each_see_their_own() -> None:
    wrong: list[tuple[int, datetime | None]] = []
    together = threading.Barrier(4)

    def one(hours: int) -> None:
        data, expected = edited(hours), datetime(2026, 10, 6, 20 - hours, tzinfo=UTC)
        together.wait(30)
        for _ in range(ROUNDS):
            found = start(data)
            if found != expected:
                wrong.append((hours, found))

    threads = [threading.Thread(target=one, args=(hours,)) for hours in (1, 5, 9, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [] == wrong


@pytest.mark.usefixtures("busy_threads")
def test_an_update_that_is_written_meanwhile_lends_its_zone_to_nobody() -> None:
    done = threading.Event()

    def write() -> None:
        base = edited(9)
        while not done.is_set():
            render_item(REMINDER, uid=UID, generation=0, now=NOW, base=base)

    writing = threading.Thread(target=write)
    writing.start()
    try:
        data = edited(1)
        assert {datetime(2026, 10, 6, 19, tzinfo=UTC)} == {start(data) for _ in range(ROUNDS)}
    finally:
        done.set()
        writing.join(60)


def test_a_zone_that_an_item_only_names_is_not_the_last_ones_of_that_name() -> None:
    alone = start(edited(0, defined=False))
    start(edited(9))
    assert alone == start(edited(0, defined=False))
