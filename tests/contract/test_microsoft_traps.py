"""What Microsoft Graph does that no other backend does, one test each, on its stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.model import Collection, Look
from termintreu.model.errors import (
    Forbidden,
    InvalidAnswer,
    NotFound,
    PreconditionFailed,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from termintreu_connectors.api_account import Pace
from termintreu_connectors.microsoft import MicrosoftAccount
from tests.contract.suite import Reader, event, objects_in, todo
from tests.fakes.graph import GraphService, graph_service
from tests.fakes.graph.service import Folder, Refused
from tests.fakes.tokens import ACCESS, logged_in

NOW = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass
class Bench:
    """An account, a calendar of its own, and one that is only read."""

    service: GraphService
    account: MicrosoftAccount
    own: Folder
    read: Folder
    clock: list[datetime] = field(default_factory=list)

    def run(self, action: Callable[[], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            try:
                return await action()
            finally:
                await self.account.close()

        return asyncio.run(whole())

    @property
    def reader(self) -> Reader:
        return Reader(source=self.account, collection=place(self.read))

    def asked(self) -> list[str]:
        """Methods and paths of the requests since this was asked last."""
        said = [f"{method} {path.partition('?')[0].removeprefix('/v1.0')}" for method, path in self.service.asked]
        self.service.asked.clear()
        return said


def place(folder: Folder) -> Collection:
    return Collection(href=f"/calendars/{folder.id}/", name="x", components=frozenset({"VEVENT"}))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with graph_service() as service:
        service.takes = lambda token: token == ACCESS
        clock = [NOW]
        pace = Pace(write_interval=0.0, sleep=_at_once)
        account = MicrosoftAccount("m365", logged_in(tmp_path), base=service.url, pace=pace, now=lambda: clock[0])
        own = service.add_calendar("Termintreu")
        yield Bench(service, account, own, next(iter(service.calendars.values())), clock)


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


def single(day: int = 6, month: int = 10, **more: Any) -> dict[str, Any]:
    moment = {"dateTime": f"2026-{month:02}-{day:02}T12:00:00.0000000", "timeZone": "UTC"}
    return {"subject": "Telefonat", "type": "singleInstance", "start": moment, "end": moment, "showAs": "busy"} | more


def series(days: int = 5, **exceptions: Any) -> dict[str, Any]:
    found = {int(day.removeprefix("day")): changed for day, changed in exceptions.items()}
    return single(type="seriesMaster", _days=days, _exceptions=found)


def test_an_unchanged_poll_is_one_request(bench: Bench) -> None:
    bench.service.put(bench.read, "a", single())
    bench.service.put(bench.read, "s", series())
    reader = bench.reader

    async def twice() -> None:
        await reader.poll()
        bench.asked()
        await reader.poll()

    bench.run(twice)
    assert 1 == len(bench.asked())
    assert 2 == len(reader.held)


def test_a_long_list_comes_in_pages_and_is_whole(bench: Bench) -> None:
    for number in range(7):
        bench.service.put(bench.read, f"e{number}", single())
    bench.service.page = 3
    reader = bench.reader
    snapshot = bench.run(reader.poll)
    assert (7, 3) == (len(reader.held), snapshot.requests)


def test_a_first_page_may_be_empty(bench: Bench) -> None:
    bench.service.put(bench.read, "a", single())
    bench.service.empty_first_page = True
    reader = bench.reader
    bench.run(reader.poll)
    assert 1 == len(reader.held)


@pytest.mark.parametrize("hides_masters", [False, True])
def test_a_series_is_one_object_of_its_occurrences(bench: Bench, hides_masters: bool) -> None:
    bench.service.hides_masters = hides_masters
    bench.service.put(bench.read, "s", series(days=4, day1={"subject": "verschoben"}, day2=None))
    reader = bench.reader
    bench.run(reader.poll)
    [row] = reader.held.values()
    text = (row.data or b"").decode()
    assert (3, 3, 1) == (text.count("BEGIN:VEVENT"), text.count("RECURRENCE-ID:"), text.count("verschoben"))
    assert 1 == len({line for line in text.splitlines() if line.startswith("UID:")})


def test_what_changes_in_a_series_brings_the_whole_series(bench: Bench) -> None:
    bench.service.put(bench.read, "s", series())
    reader = bench.reader

    async def story() -> list[int]:
        await reader.poll()
        found = []
        for change in ({"_exceptions": {1: {"subject": "neu"}}}, {"_exceptions": {1: None}}, {"_days": 8}):
            bench.service.put(bench.read, "s", change)
            await reader.poll()
            [row] = reader.held.values()
            found.append((row.data or b"").count(b"BEGIN:VEVENT"))
        return found

    assert [5, 4, 7] == bench.run(story)


def test_an_occurrence_that_goes_without_a_word_of_its_series_is_seen(bench: Bench) -> None:
    """@removed holds an id alone."""
    bench.service.put(bench.read, "s", series())
    reader = bench.reader

    async def story() -> int:
        await reader.poll()
        bench.read.items["s"]["_exceptions"] = {3: None}
        bench.read.items["s"]["changeKey"] += "x"
        bench.read.history.append("s.3")  # of which nothing is known
        await reader.poll()
        [row] = reader.held.values()
        return (row.data or b"").count(b"BEGIN:VEVENT")

    assert 4 == bench.run(story)


def test_a_series_that_is_deleted_or_over_is_gone(bench: Bench) -> None:
    bench.service.put(bench.read, "s", series())
    bench.service.put(bench.read, "t", series())
    reader = bench.reader

    async def story() -> None:
        await reader.poll()
        bench.service.remove(bench.read, "s")
        bench.service.put(bench.read, "t", {"_days": 0})
        bench.read.history.append("t.0")
        await reader.poll()

    bench.run(story)
    assert {} == reader.held


def test_many_series_are_asked_for_in_few_requests(bench: Bench) -> None:
    for number in range(30):
        bench.service.put(bench.read, f"s{number}", series(days=2))
    reader = bench.reader
    snapshot = bench.run(reader.poll)
    assert (30, 4) == (len(reader.held), snapshot.requests)  # the list, and three batches of twenty


def test_what_leaves_the_window_is_gone_and_what_was_never_in_it_costs_nothing(bench: Bench) -> None:
    bench.service.put(bench.read, "a", single())
    reader = bench.reader

    async def story() -> Any:
        await reader.poll()
        bench.service.put(bench.read, "a", single(month=12, day=31) | {"end": {"dateTime": "2027-12-31T00:00:00"}})
        bench.service.put(bench.read, "a", {"start": {"dateTime": "2027-12-31T00:00:00", "timeZone": "UTC"}})
        bench.service.put(bench.read, "b", single() | {"start": {"dateTime": "2027-12-31T00:00:00"}})
        return await reader.poll()

    snapshot = bench.run(story)
    assert {} == reader.held
    assert not snapshot.full


def test_the_window_moves_on_with_the_days(bench: Bench) -> None:
    far = single() | {
        "start": {"dateTime": "2027-02-20T12:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2027-02-20T12:30:00", "timeZone": "UTC"},
    }
    bench.service.put(bench.read, "far", far)
    reader = bench.reader

    async def story() -> tuple[int, int, bool]:
        await reader.poll()
        before = len(reader.held)
        bench.clock[0] = NOW + timedelta(days=31)
        snapshot = await reader.poll()
        return before, len(reader.held), snapshot.full

    assert (0, 1, True) == bench.run(story)


def test_a_link_that_grew_old_costs_a_listing_and_nothing_else(bench: Bench) -> None:
    bench.service.put(bench.read, "a", single())
    reader = bench.reader

    async def story() -> Any:
        await reader.poll()
        bench.service.forget_links()
        return await reader.poll()

    snapshot = bench.run(story)
    assert snapshot.full
    assert [None] == [row.data for row in snapshot.changed]


@pytest.mark.parametrize("link", ["https://evil.example/v1.0/me", "http://127.0.0.1:1/x", "x"])
def test_a_link_to_another_place_is_not_followed(bench: Bench, link: str) -> None:
    bench.service.answer = lambda *_: (200, {}, {"value": [], "@odata.nextLink": link})  # type: ignore[method-assign]  # a server that lies
    with pytest.raises(InvalidAnswer, match="another place"):
        bench.run(bench.reader.poll)


def test_a_quota_is_waited_for_and_is_the_whole_accounts(bench: Bench) -> None:
    bench.service.refusals = [Refused(429, "TooManyRequests", Retry_After="77")]
    with pytest.raises(TooManyRequests) as caught:
        bench.run(bench.account.collections)
    assert 77 == caught.value.retry_after


def test_a_quota_within_a_batch_is_one_as_well(bench: Bench) -> None:
    bench.service.put(bench.read, "s", series())
    real = bench.service._item

    def item(*given: Any) -> Any:
        raise Refused(429, "TooManyRequests", Retry_After="66")

    bench.service._item = item  # type: ignore[method-assign]  # as it is when it is asked too much
    with pytest.raises(TooManyRequests) as caught:
        bench.run(bench.reader.poll)
    assert 66 == caught.value.retry_after
    assert real is not None


def refusing(bench: Bench, key: str, status: int = 403) -> None:
    """The service refuses whatever is asked of that item."""
    answer = bench.service._item

    def item(method: str, folder: Folder, asked: str, rest: tuple[Any, ...]) -> tuple[int, Any]:
        if asked == key:
            raise Refused(status, "ErrorCorruptData")
        return answer(method, folder, asked, rest)

    bench.service._item = item  # type: ignore[method-assign]  # as servers do with what they cannot read themselves


@pytest.mark.parametrize("status", [403, 500])
def test_a_series_that_cannot_be_had_costs_itself_and_is_not_gone(bench: Bench, status: int) -> None:
    bench.service.put(bench.read, "s", series())
    bench.service.put(bench.read, "a", single())
    reader = bench.reader

    async def story() -> list[Any]:
        await reader.poll()
        refusing(bench, "s", status)
        bench.service.put(bench.read, "s", {"subject": "neu"})
        bench.service.put(bench.read, "a", {"subject": "neu"})
        return [await reader.source.changes(reader.collection, reader.token, _known(reader)) for _ in range(2)]

    for snapshot in bench.run(story):
        assert ["a.ics"] == [row.href.rpartition("/")[2] for row in snapshot.changed]
        assert (False, None, ()) == (snapshot.complete, snapshot.token, snapshot.deleted)


def test_an_item_of_ours_that_cannot_be_had_is_not_taken_for_somebody_elses(bench: Bench) -> None:
    async def story() -> Any:
        await bench.account.create(place(bench.own), "termintreu-1.ics", event("termintreu-1"))
        await bench.account.create(place(bench.own), "termintreu-2.ics", event("termintreu-2"))
        refusing(bench, next(iter(bench.own.items)))
        return await bench.account.changes(place(bench.own), None, {})

    snapshot = bench.run(story)
    assert (1, False) == (len(snapshot.changed), snapshot.complete)


def test_an_item_of_ours_stays_ours_when_its_category_is_taken_away(bench: Bench) -> None:
    text = event("termintreu-1", extra=(r"DESCRIPTION:Ruhig bleiben\n-- termintreu",))

    async def story() -> Reader:
        await bench.account.create(place(bench.own), "termintreu-1.ics", text)
        bench.service.put(bench.own, next(iter(bench.own.items)), {"categories": []})
        reader = Reader(source=bench.account, collection=place(bench.own))
        await reader.poll()
        return reader

    assert ["termintreu-1"] == list(bench.run(story).objects)


def test_an_event_without_its_change_key_costs_itself_and_nothing_beside_it(bench: Bench) -> None:
    for key in ("a", "b"):
        bench.service.put(bench.read, key, single())
    bench.read.items["a"] |= {"changeKey": "", "@odata.etag": 5}
    snapshot = bench.run(bench.reader.poll)
    assert (1, False) == (len(snapshot.changed), snapshot.complete)


def _known(reader: Reader) -> dict[str, str | None]:
    return {href: row.etag for href, row in reader.held.items()}


def test_a_permission_that_was_not_given_is_named(bench: Bench) -> None:
    bench.service.refusals = [Refused(403, "ErrorAccessDenied")]
    with pytest.raises(Unauthorized, match="allow all that is asked"):
        bench.run(bench.account.collections)


def test_an_account_without_a_mailbox_is_named(bench: Bench) -> None:
    bench.service.refusals = [Refused(404, "MailboxNotEnabledForRESTAPI")]
    with pytest.raises(Forbidden, match="no mailbox"):
        bench.run(bench.account.collections)


@pytest.mark.requirement(1)
def test_nothing_is_changed_that_we_did_not_make(bench: Bench) -> None:
    """Graph would let us: its rights reach every calendar."""
    bench.service.put(bench.read, "a", single(categories=["termintreu"]))
    before = dict(bench.read.items)

    async def story() -> None:
        row = await bench.account.fetch(f"/calendars/{bench.read.id}/a.ics")
        with pytest.raises(Forbidden):
            await bench.account.update(row.href, event("x"), row.etag or "")
        with pytest.raises(Forbidden):
            await bench.account.delete(row.href, row.etag or "")

    bench.run(story)
    assert before == bench.read.items
    assert not [one for one in bench.asked() if one.startswith(("PATCH", "DELETE"))]


def test_a_deletion_looks_first_where_graph_does_not(bench: Bench) -> None:
    bench.service.looks_at_if_match = False

    async def story() -> None:
        made = await bench.account.create(place(bench.own), "termintreu-1.ics", event("termintreu-1"))
        key = next(iter(bench.own.items))
        bench.service.put(bench.own, key, {"subject": "vom Nutzer"})
        with pytest.raises(PreconditionFailed):
            await bench.account.delete(made.href, made.etag or "")

    bench.run(story)
    assert ["vom Nutzer"] == [one["subject"] for one in bench.own.items.values()]


def test_a_create_whose_answer_was_lost_is_not_made_twice(bench: Bench) -> None:
    bench.service.lost = {"POST events"}

    async def story() -> None:
        with pytest.raises(Unavailable):
            await bench.account.create(place(bench.own), "termintreu-1.ics", event("termintreu-1"))
        with pytest.raises(PreconditionFailed):
            await bench.account.create(place(bench.own), "termintreu-1.ics", event("termintreu-1"))
        reader = Reader(source=bench.account, collection=place(bench.own))
        await reader.poll()
        assert objects_in(event("termintreu-1")) == reader.objects

    bench.run(story)
    assert 1 == len(bench.own.items)


def test_an_event_of_ours_says_whether_it_rings_and_that_it_is_free(bench: Bench) -> None:
    """Not said, Graph rings a quarter of an hour before, and shows the user as busy."""
    quiet = event("termintreu-1", extra=("TRANSP:TRANSPARENT", "CLASS:PRIVATE"))
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT1M", "END:VALARM")

    async def story() -> None:
        await bench.account.create(place(bench.own), "termintreu-1.ics", quiet)
        await bench.account.create(place(bench.own), "termintreu-2.ics", event("termintreu-2", extra=alarm))

    bench.run(story)
    first, second = bench.own.items.values()
    assert (False, "free", "private") == (first["isReminderOn"], first["showAs"], first["sensitivity"])
    assert (True, 1) == (second["isReminderOn"], second["reminderMinutesBeforeStart"])
    assert not [one for one in (first, second) if "attendees" in one or "isOnlineMeeting" in one]


def test_a_task_keeps_the_moment_it_is_due_although_to_do_keeps_the_day(bench: Bench) -> None:
    async def story() -> tuple[str, str]:
        tasks = await bench.account.ensure("Termintreu Aufgaben", frozenset({"VTODO"}))
        made = await bench.account.create(tasks, "t.ics", todo("t"))
        before = ((await bench.account.fetch(made.href)).data or b"").decode()
        folder = bench.service.lists[tasks.href.removeprefix("/lists/").strip("/")]
        [key] = folder.items
        bench.service.put(folder, key, {"dueDateTime": {"dateTime": "2026-10-09T00:00:00", "timeZone": "UTC"}})
        return before, ((await bench.account.fetch(made.href)).data or b"").decode()

    before, after = bench.run(story)
    assert "DUE:20261007T150000Z" in before
    assert "DUE:20261009T000000Z" in after


def test_a_calendar_is_made_once_although_its_answer_is_lost(bench: Bench) -> None:
    bench.service.lost = {"POST folders"}
    look = Look(color="#9AA5B1", description="Erinnerungen")

    async def story() -> Collection:
        with pytest.raises(Unavailable):
            await bench.account.ensure("Neu", frozenset({"VTODO"}), look)
        return await bench.account.ensure("Neu", frozenset({"VTODO"}), look)

    made = bench.run(story)
    assert made.href.startswith("/lists/")
    assert 1 == sum(one.row["displayName"] == "Neu" for one in bench.service.lists.values())


def test_the_lists_that_come_with_to_do_are_not_written_to(bench: Bench) -> None:
    found = {one.name: one.writable for one in bench.run(bench.account.collections)}
    assert {"Kalender": True, "Termintreu": True, "Tasks": False} == found


def test_each_request_asks_for_ids_that_last(bench: Bench) -> None:
    """The stand-in refuses any other."""

    async def story() -> None:
        made = await bench.account.create(place(bench.own), "termintreu-1.ics", event("termintreu-1"))
        await bench.account.delete(made.href, made.etag or "")
        with pytest.raises(NotFound):
            await bench.account.fetch(made.href)

    bench.run(story)


@pytest.mark.parametrize(
    "said", [[], "x", {}, {"value": []}, {"@odata.deltaLink": "x"}, {"value": 5, "@odata.deltaLink": "x"}]
)
def test_an_answer_of_another_form_is_no_empty_calendar(bench: Bench, said: Any) -> None:
    bench.service.answer = lambda *_: (200, {}, said)  # type: ignore[method-assign]  # a server that lies
    with pytest.raises(InvalidAnswer):
        bench.run(bench.reader.poll)
