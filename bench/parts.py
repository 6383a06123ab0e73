"""Our own readers against the libraries that do the same, on the cases of the tests: what is right, and what it costs.
`python -m bench.parts` prints the numbers that docs/decisions/ quotes.
"""

from __future__ import annotations

import io
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import date, datetime

import recurring_ical_events
import vobject
from icalendar import Calendar
from tests.unit.reading import test_vcards as card_cases
from tests.unit.reading.ical import test_recurrence_cases as cases

from termintreu.model.clean import clean_line
from termintreu.reading.ical import read_resource
from termintreu.reading.vcards import read_cards

PATIENCE = 5.0
"""Seconds for one case."""


@contextmanager
def patience() -> Iterator[None]:
    """Ends what takes longer than PATIENCE with a TimeoutError."""

    def end(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def theirs(case: dict) -> object:
    """What recurring-ical-events finds, in the form of the case's expectation."""
    calendar = Calendar.from_ical(case["ics"])
    window = cases.moment(case["window_start"]), cases.moment(case["window_end"])
    found = [each for each in recurring_ical_events.of(calendar).between(*window) if each.get("STATUS") != "CANCELLED"]
    starts = [each["DTSTART"].dt for each in found]
    if case["group"] == "kde_days":
        zone = cases.ZoneInfo(case.get("view_tz") or "UTC")
        return sorted({(each.astimezone(zone).date() if aware(each) else day(each)).isoformat() for each in starts})
    texts = sorted(map(shown, starts))
    if "expected_count" in case:
        some = case["expected_some"]
        return len(texts), {place: texts[int(place)] for place in some if int(place) < len(texts)}
    return texts


def aware(start: date) -> bool:
    return isinstance(start, datetime) and start.tzinfo is not None


def day(start: date) -> date:
    return start.date() if isinstance(start, datetime) else start


def shown(start: date) -> str:
    if not isinstance(start, datetime):
        return start.isoformat()
    return start.astimezone(cases.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if start.tzinfo else start.isoformat()


def tried(action: Callable[[], bool]) -> tuple[str, float]:
    """How an attempt went, and its seconds of CPU."""
    begun = time.process_time()
    try:
        with patience(), redirect_stderr(io.StringIO()):
            how = "right" if action() else "wrong"
    except Exception as error:  # noqa: BLE001 - whatever a library raises is what is counted
        how = "late" if isinstance(error, TimeoutError) else "raised"
    return how, time.process_time() - begun


def recurrence() -> Iterator[str]:
    """The cases of 16 projects, less those that are refused or contested."""
    fair = [case for case in cases.CASES if not cases.refused(case) and case["id"] not in cases.CONTESTED]
    ours = [tried(lambda case=case: equal(*cases.outcome(case))) for case in fair]
    peers = [tried(lambda case=case: sorted_like(expected(case)) == theirs(case)) for case in fair]
    yield f"recurrence, {len(fair)} cases"
    yield told("ours", ours)
    yield told("recurring-ical-events", peers)
    both = [(mine[1], their[1]) for mine, their in zip(ours, peers, strict=True) if mine[0] == their[0] == "right"]
    yield f"  CPU where both are right ({len(both)}): {ratio(both)}"
    files = [path.read_bytes() for path in sorted((cases.DATA / "hostile").iterdir())]
    yield told("hostile files, ours", [tried(lambda data=data: survives(data)) for data in files])
    yield told(
        "hostile files, recurring-ical-events", [tried(lambda data=data: theirs_survives(data)) for data in files]
    )
    long = long_series()
    yield f"  ten years of workdays, a week of them: {ratio([long])}"


WEEK = cases.moment("2026-11-23"), cases.moment("2026-11-30")


def survives(data: bytes) -> bool:
    zone = cases.ZoneInfo("UTC")
    read_resource(data, source="s", collection="c", href="h", zone=zone, window=WEEK, max_occurrences=100)
    return True


def theirs_survives(data: bytes) -> bool:
    """With what it offers for broken components: leave them out."""
    calendar = Calendar.from_ical(data)
    recurring_ical_events.of(calendar, skip_bad_series=True).between(*WEEK)
    return True


def equal(expected: object, found: object) -> bool:
    return expected == found


def expected(case: dict) -> object:
    return cases.outcome(case)[0]


def sorted_like(found: object) -> object:
    return sorted(found) if isinstance(found, list) else found


def long_series() -> tuple[float, float]:
    case = {
        "ics": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20160101T000000Z\r\n"
        "DTSTART;TZID=Europe/Berlin:20160104T090000\r\nDURATION:PT30M\r\nSUMMARY:Call\r\n"
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "window_start": "2026-11-23", "window_end": "2026-11-30", "group": "",
    }  # fmt: skip
    window = cases.moment(case["window_start"]), cases.moment(case["window_end"])
    zone = cases.ZoneInfo("UTC")

    def mine() -> int:
        reading = read_resource(
            case["ics"].encode(), source="s", collection="c", href="h", zone=zone, window=window, max_occurrences=100
        )
        return len(reading.occurrences)

    assert mine() == len(list(theirs(case))) == 5  # type: ignore[call-overload]  # a list here
    return best(mine), best(lambda: theirs(case))


def best(action: Callable[[], object], times: int = 30) -> float:
    """Seconds of CPU, the least of several."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        action()
        found.append(time.process_time() - begun)
    return min(found)


def told(who: str, results: list[tuple[str, float]]) -> str:
    counts = {how: sum(each == how for each, _ in results) for how in ("right", "wrong", "raised", "late")}
    return f"  {who}: {counts}, {sum(seconds for _, seconds in results):.2f} s of CPU"


def ratio(pairs: list[tuple[float, float]]) -> str:
    mine, theirs = (sum(each) for each in zip(*pairs, strict=True))
    return f"ours {mine * 1000:.2f} ms, theirs {theirs * 1000:.2f} ms, {theirs / mine:.1f} times ours"


NAMES = {"2.1": "VERSION_2_1", "3.0": "VERSION_3_0", "4.0": "VERSION_4_0"}


def vcards() -> Iterator[str]:
    """One person as the three versions write him: name, address and number; and a book of 1,000."""
    for version, name in NAMES.items():
        data = getattr(card_cases, name)
        [ours] = read_cards(data).cards
        how, _ = tried(lambda data=data: facts(data) == ("Dr. Jörg Müller", "joerg@acme.example", "0170 2222"))
        yield f"vCard {version}: ours {ours.name!r}, {ours.emails}, {ours.phones}; vobject: {how}"
    book = card_cases.VERSION_3_0 * 1000
    yield "  a book of 1,000: " + ratio(
        [(best(lambda: read_cards(book), 3), best(lambda: list(vobject.readComponents(book.decode())), 3))]
    )
    broken = card_cases.VERSION_3_0 + b"BEGIN:VCARD\r\nFN Nobody\r\nEND:VCARD\r\n" + card_cases.VERSION_3_0
    how, _ = tried(lambda: len(list(vobject.readComponents(broken.decode()))) >= 2)
    yield f"  two cards around a broken one: ours reads {len(read_cards(broken).cards)}; vobject: {how}"


def facts(data: bytes) -> tuple[str, str, str]:
    card = vobject.readOne(data.decode("utf-8", "replace"))
    numbers = [each.value for each in card.tel_list]
    return clean_line(card.fn.value, 100), card.email.value.removeprefix("mailto:").lower(), numbers[1]


if __name__ == "__main__":
    for part in (recurrence, vcards):
        for line in part():
            print(line)
