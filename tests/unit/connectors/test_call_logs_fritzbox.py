"""A FRITZ!Box asked over TR-064, on loopback, through fritzconnection."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from termintreu.model.errors import Forbidden, InvalidAnswer, Unauthorized, Unavailable
from termintreu.model.ports import CallLog
from termintreu_connectors.call_logs import CALL_LOGS, LogOptions
from tests.fritzbox import Box, call_list, call_xml, fritz_box


@pytest.fixture
def box() -> Iterator[Box]:
    with fritz_box() as made:
        yield made


def log_on(box: Box, **more: object) -> CallLog:
    options = LogOptions(name="box", zone=ZoneInfo("Europe/Berlin"), url=box.url, username="anna", **more)  # type: ignore[arg-type]
    return CALL_LOGS["fritzbox"](options)


@pytest.mark.parametrize(
    ("kind", "duration", "more", "expected"),
    [
        (1, "0:05", {}, ("in", True, False, False)),
        (1, "0:01", {"device": "Anrufbeantworter", "port": 40}, ("in", False, True, False)),
        (1, "0:01", {"device": "Meiner", "port": 41}, ("in", False, True, False)),
        (2, "0:00", {}, ("in", False, False, False)),
        (3, "0:05", {}, ("out", True, False, False)),
        (3, "0:00", {}, ("out", False, False, False)),
        (9, "0:02", {}, ("in", True, False, True)),
        (10, "0:00", {}, ("in", False, False, False)),
        (11, "0:02", {}, ("out", True, False, True)),
        (11, "0:00", {}, ("out", False, False, True)),
    ],
)
async def test_the_codes_of_tr064(
    box: Box, kind: int, duration: str, more: dict[str, object], expected: tuple[str, bool, bool, bool]
) -> None:
    box.calls = call_list(call_xml(7, kind, "23.11.26 10:00", "030901820", duration, **more))  # type: ignore[arg-type]
    log = log_on(box)
    (entry,) = (await log.read(None)).entries
    await log.close()
    assert expected == (entry.direction, entry.reached, entry.voicemail, entry.running)
    assert (entry.number, entry.id, entry.rounded) == ("030901820", "7", True)
    assert entry.at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert entry.talked == timedelta(minutes=int(duration[-1]))


async def test_the_newest_stands_first_and_the_description_is_read_once(box: Box) -> None:
    box.calls = call_list(
        call_xml(3, 3, "25.10.26 02:05", "1234567", "0:05"), call_xml(2, 3, "25.10.26 02:50", "1234567", "0:05")
    )
    log = log_on(box)
    first = await log.read(None)
    await log.read(first.position)
    await log.close()
    assert [f"{entry.at:%H:%M}" for entry in first.entries] == ["00:50", "01:05"]
    assert first.shows_running
    lists = [path for path in box.asked if path.startswith("/calllist.lua")]
    assert (len(lists), sum(path.startswith("/tr64desc") for path in box.asked)) == (2, 1)
    assert lists[0].endswith("&days=30")


async def test_bad_calls_are_skipped(box: Box) -> None:
    box.calls = call_list(call_xml(1, 77, "23.11.26 10:00", "1", "0:05"), call_xml(2, 3, "gestern", "1", "0:05"))
    log = log_on(box)
    found = await log.read(None)
    await log.close()
    assert [bad.reason for bad in found.bad] == ["the type of call is not known", "the date cannot be read"]


@pytest.mark.parametrize(
    "answer",
    [
        "<html>Log in</html>",
        "no XML",
        '<!DOCTYPE root [<!ENTITY x "1">]><root><timestamp>1</timestamp></root>',
    ],
)
async def test_what_is_no_list_is_refused(box: Box, answer: str) -> None:
    box.calls = answer
    log = log_on(box)
    with pytest.raises(InvalidAnswer, match="box: "):
        await log.read(None)
    await log.close()


async def test_a_list_that_is_too_long_is_refused(box: Box) -> None:
    box.calls = call_list(*[call_xml(1, 3, "23.11.26 10:00", "1", "0:05")] * 500)
    log = log_on(box, max_body=10_000)
    with pytest.raises(InvalidAnswer, match="larger"):
        await log.read(None)
    await log.close()


async def test_a_refused_log_in_is_told_as_one(box: Box) -> None:
    box.refuses = True
    with pytest.raises(Unauthorized, match="log-in"):
        await log_on(box).read(None)


async def test_the_log_in_goes_to_the_box_alone(box: Box) -> None:
    box.list_host = "elsewhere.example"
    with pytest.raises(InvalidAnswer, match="another machine"):
        await log_on(box).read(None)


async def test_a_box_that_does_not_answer_is_unavailable() -> None:
    log = CALL_LOGS["fritzbox"](LogOptions(name="box", zone=ZoneInfo("UTC"), url="http://127.0.0.1:9", password="p"))
    with pytest.raises(Unavailable, match="cannot be reached"):
        await log.read(None)


async def test_without_the_library_it_says_what_to_install(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fritzconnection", None)
    with pytest.raises(Forbidden, match=r"termintreu\[fritzbox\]"):
        await log_on(box).read(None)
